import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The colors of an icon, as #rrggbb. */
export function colorsOf(path: string): string[] {
	const svg = readFileSync(join(__dirname, '..', '..', path), 'utf8');
	const colors = [...svg.matchAll(/(?:fill|stroke|stop-color)="(#[\da-f]{3,6})"/gi)].map(
		([, color]) => color,
	);
	return colors.map((color = '') => (color.length === 4 ? color.replace(/[\da-f]/gi, '$&$&') : color));
}

/** Contrast of two colors, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: string, other: string): number {
	const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
	return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
	const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
		const part = parseInt(color.slice(at, at + 2), 16) / 255;
		return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
