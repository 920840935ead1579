import type { Refusal } from './addresses';
import { enumeration } from '../core/text';
import type { MediumLook } from './picture';

/** What is known of a medium without reading all of it. */
export interface MediumFacts {
	look: MediumLook;
	/** Undefined where its server doesn't say. */
	bytes?: number;
	/** The media type that came with it, without parameters, in lower case; '' for none. */
	mimeType: string;
}

/** What a model takes in one field. */
export interface MediumLimits {
	/** What belongs there. */
	medium: 'picture' | 'video' | 'sound';
	/** Kinds, as in `MediumLook`. */
	types: readonly string[];
	maxBytes?: number;
	/** In pixels, of pictures alone. */
	minSide?: number;
	maxSide?: number;
	/** Width by height, of pictures alone. */
	minRatio?: number;
	maxRatio?: number;
}

/** Kinds as messages write them, where capitals are not enough. */
const NAMES: Record<string, string> = { webp: 'WebP' };

/** Types by server or n8n that name what belongs in a field, for media whose bytes don't tell. */
const MIME_TYPES: Record<MediumLimits['medium'], RegExp> = {
	picture: /^image\//,
	video: /^video\//,
	sound: /^audio\//,
};

const NOTHING_PAID = 'Nothing was sent or billed.';

/**
 * Says why a model would refuse a medium, with the figures, and what to do.
 *
 * @param found the medium in the form, at the beginning of a sentence, such as "The 'First Frame'"
 * @returns undefined for a good one, and for one of which too little is known
 */
export function mediumRefusal(facts: MediumFacts, limits: MediumLimits, found: string): Refusal | undefined {
	const [what, advice] =
		kindProblem(facts, limits) ?? sizeProblem(facts, limits) ?? sidesProblem(facts.look, limits) ?? [];
	return what === undefined ? undefined : [`${found} ${what}`, `${advice} ${NOTHING_PAID}`];
}

/** The rest of a sentence that begins with the medium, and what to do. */
type Problem = [what: string, advice: string];

function kindProblem({ look, mimeType }: MediumFacts, { medium, types }: MediumLimits): Problem | undefined {
	const { kind, name, isBroken } = look;
	const taken = `Give a ${medium} of type ${enumeration(types.map(nameOf), 'or')}.`;
	if (kind === undefined) {
		// Sounds and videos have many beginnings; what n8n or the server says of them counts.
		if (medium !== 'picture' && (mimeType === '' || MIME_TYPES[medium].test(mimeType) || isVague(mimeType))) {
			return undefined;
		}
		return [`is not a ${medium}: it is ${name}`, taken];
	}
	if (kind === 'html') {
		return [
			`is a web page, not a ${medium}`,
			'Open the address in a private window: it must show or download the file itself, without a login.',
		];
	}
	if (types.includes(kind)) {
		return isBroken
			? [`is ${name} that is damaged or incomplete`, 'Open it to see whether it is whole, and give it again.']
			: undefined;
	}
	const isOtherPicture = medium === 'picture' && / picture\b/.test(name);
	return [`is ${name}, which can't be used here`, isOtherPicture ? `Convert it. ${taken}` : taken];
}

function sizeProblem({ bytes }: MediumFacts, { medium, maxBytes }: MediumLimits): Problem | undefined {
	if (bytes === undefined || maxBytes === undefined || bytes <= maxBytes) return undefined;
	const how =
		medium === 'picture' ? 'Make it smaller, for example by saving it as JPEG.' : 'Make it smaller.';
	return [`has ${megabytes(bytes)} MB, more than the ${megabytes(maxBytes)} MB that are allowed`, how];
}

function sidesProblem({ sides }: MediumLook, limits: MediumLimits): Problem | undefined {
	if (!sides) return undefined;
	const { width, height } = sides;
	const { minSide = 0, maxSide = Infinity, minRatio = 0, maxRatio = Infinity } = limits;
	const size = `${width} × ${height} pixels`;
	if (Math.min(width, height) < minSide) {
		return [
			`has ${size}, and each side needs at least ${minSide}`,
			`Give a larger picture: enlarge it to ${minSide} pixels a side or more.`,
		];
	}
	if (Math.max(width, height) > maxSide) {
		return [
			`has ${size}, and no side may have more than ${maxSide}`,
			`Make it smaller: ${maxSide} pixels a side at most.`,
		];
	}
	const ratio = width / height;
	if (ratio >= minRatio && ratio <= maxRatio) return undefined;
	if (ratio < minRatio) {
		return [
			`has ${size}, which is too tall: width divided by height is ${rounded(ratio, minRatio)}, and has to be at least ${minRatio}`,
			`Crop it to a height of ${Math.floor(width / minRatio)} pixels or less.`,
		];
	}
	return [
		`has ${size}, which is too wide: width divided by height is ${rounded(ratio, maxRatio)}, and may be ${maxRatio} at most`,
		`Crop it to a width of ${Math.floor(height * maxRatio)} pixels or less.`,
	];
}

/** Types that say nothing: storage services often give no better one. */
function isVague(mimeType: string): boolean {
	return ['application/octet-stream', 'binary/octet-stream'].includes(mimeType);
}

function nameOf(kind: string): string {
	return NAMES[kind] ?? kind.toUpperCase();
}

/** A size; never rounded to the limit that it is above. */
function megabytes(bytes: number): string {
	return (Math.ceil(bytes / 1e4) / 100).toLocaleString('en', {
		maximumFractionDigits: 2,
		useGrouping: false,
	});
}

/** Three digits, or as many as it takes to differ from the limit that it is past. */
function rounded(ratio: number, limit: number): string {
	const digits = [3, 4, 5, 6].find((count) => Number(ratio.toPrecision(count)) !== limit) ?? 7;
	return String(Number(ratio.toPrecision(digits)));
}
