/** Two bars of the picture; the shorter the better. */
export interface Figure {
	what: string;
	own: { value: number; text: string };
	rival: { value: number; text: string; who: string };
}

const WIDTH = 760;
const MARGIN = 24;
/** Where bars begin, and how long the longest is; the rest of the line is for its value. */
const BAR_LEFT = 230;
const BAR_LENGTH = 420;
const BAR_HEIGHT = 14;
/** So that a bar of nothing can be seen. */
const SHORTEST = 2;
const LINE = 22;
const GROUP = 86;
const TOP = 62;

/** A page doesn't tell a picture whether it is dark. So the picture has a background of its own, which changes with its text. */
const STYLE = `
	text { font: 14px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
	.title { font-size: 18px; font-weight: 600; }
	.strong { font-weight: 600; }
	.quiet { fill: #59636e; }
	.card { fill: #ffffff; stroke: #d1d9e0; }
	.own { fill: #1a7f64; }
	.rival { fill: #9aa4af; }
	@media (prefers-color-scheme: dark) {
		text { fill: #e6edf3; }
		.quiet { fill: #9198a1; }
		.card { fill: #0d1117; stroke: #3d444d; }
		.own { fill: #2fb594; }
		.rival { fill: #6e7681; }
	}
`;

/** The figures as an SVG, two bars each. */
export function picture(title: string, subtitle: string, figures: Figure[]): string {
	const height = TOP + figures.length * GROUP + MARGIN;
	const size = `width="${WIDTH}" height="${height}"`;
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${WIDTH} ${height}" role="img">`,
		`<title>${escaped(inWords(figures))}</title>`,
		`<style>${STYLE}</style>`,
		`<rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>`,
		text('title', MARGIN, 34, title),
		text('quiet', MARGIN, 56, subtitle),
		...figures.flatMap((figure, index) => group(figure, TOP + index * GROUP)),
		'</svg>\n',
	].join('\n');
}

/** The figures without their picture. */
export function inWords(figures: Figure[]): string {
	const words = figures.map(
		({ what, own, rival }) => `${what}: this node ${own.text}; ${rival.who} ${rival.text}.`,
	);
	return words.join(' ');
}

function group({ what, own, rival }: Figure, top: number): string[] {
	const longest = Math.max(own.value, rival.value) || 1;
	const bars = [
		{ ...own, kind: 'own', who: 'this node' },
		{ ...rival, kind: 'rival' },
	];
	return [
		text('strong', MARGIN, top + LINE + 6, what),
		...bars.flatMap(({ kind, who, value, text: words }, index) => {
			const bottom = top + (index + 2) * LINE + 6;
			const length = Math.max(SHORTEST, Math.round((BAR_LENGTH * value) / longest));
			const place = `x="${BAR_LEFT}" y="${bottom - BAR_HEIGHT + 2}" width="${length}" height="${BAR_HEIGHT}"`;
			return [
				text('quiet', MARGIN, bottom, who),
				`<rect class="${kind}" ${place} rx="2"/>`,
				text('strong', BAR_LEFT + length + 8, bottom, words),
			];
		}),
	];
}

const text = (kind: string, x: number, y: number, words: string) =>
	`<text class="${kind}" x="${x}" y="${y}">${escaped(words)}</text>`;

const escaped = (words: string) => words.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
