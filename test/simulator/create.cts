import { isObject, number } from './check.cts';

import type { Outcome, TaskOptions } from './tasks.cts';

export type TextPart = { type: 'text', text: string };
export type ImagePart = { type: 'image_url', image_url: { url: string }, role?: 'first_frame' | 'last_frame' };

/** The body of an accepted create. */
export interface CreateBody {
	model: string;
	content: Array<TextPart | ImagePart>;
	ratio?: string;
	/** Seconds, 4 to 12, or -1: the model chooses */
	duration?: number;
	generate_audio?: boolean;
}

// All figures and names below are from the vendor's public pages.
const MODELS = ['seedance_1_5_pro_480p', 'seedance_1_5_pro_720p', 'seedance_1_5_pro_1080p'];
const RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9', 'adaptive'];
const DURATION = { min: 4, max: 12, default: 5, chosenByModel: -1 };
const LONGEST_PROMPT = { chinese: 500, words: 1000 };

const MARKERS: Array<[marker: string, outcome: Outcome]> = [['[fail]', 'failed'], ['[cancel]', 'cancelled'], ['[never]', 'never']];

/** What is wrong, starting with the field's name, or null */
export type Problem = (value: unknown) => string | null;

function promptProblem(text: string, at: string) {
	if (text.trim() === '') return `${at}.text must not be empty`;
	const chinese = text.match(/\p{Script=Han}/gu)?.length ?? 0;
	const words = text.match(/[\p{Script=Latin}\p{N}][^\s\p{Script=Han}]*/gu)?.length ?? 0;
	return chinese > LONGEST_PROMPT.chinese || words > LONGEST_PROMPT.words
		? `${at}.text must not be longer than 500 Chinese characters or 1,000 English words`
		: null;
}

function isWebAddress(url: unknown) {
	return typeof url === 'string' && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function unknownField(value: Record<string, unknown>, at: string, known: string[]) {
	const extra = Object.keys(value).find((key) => !known.includes(key));
	return extra === undefined ? null : `${at}${extra} is not a known field`;
}

/** @param at such as `content[0]` */
function partProblem(part: unknown, at: string): string | null {
	if (!isObject(part)) return `${at} must be an object`;
	if (part.type === 'text') {
		if (typeof part.text !== 'string') return `${at}.text must be a string`;
		return promptProblem(part.text, at) ?? unknownField(part, `${at}.`, ['type', 'text']);
	}
	if (part.type !== 'image_url') return `${at}.type must be text or image_url`;
	if (!isObject(part.image_url) || !isWebAddress(part.image_url.url)) {
		return `${at}.image_url.url must be an http or https address`;
	}
	if (part.role !== undefined && part.role !== 'first_frame' && part.role !== 'last_frame') {
		return `${at}.role must be first_frame or last_frame`;
	}
	return unknownField(part.image_url, `${at}.image_url.`, ['url'])
		?? unknownField(part, `${at}.`, ['type', 'image_url', 'role']);
}

function contentProblem(content: unknown) {
	if (!Array.isArray(content) || content.length === 0) return 'content must be an array that is not empty';
	const uses = { text: 0, first_frame: 0, last_frame: 0 };
	for (const [index, part] of content.entries()) {
		const problem = partProblem(part, `content[${index}]`);
		if (problem !== null) return problem;
		uses[part.type === 'text' ? 'text' : part.role === 'last_frame' ? 'last_frame' : 'first_frame']++;
	}
	const twice = Object.entries(uses).find(([, count]) => count > 1);
	return twice === undefined ? null : `content must not hold more than one ${twice[0]}`;
}

const FIELDS: Record<string, Problem> = {
	model: (value) => (typeof value === 'string' && MODELS.includes(value)
		? null
		: `model must be one of ${MODELS.join(', ')}`),
	content: contentProblem,
	ratio: (value) => (value === undefined || (typeof value === 'string' && RATIOS.includes(value))
		? null
		: `ratio must be one of ${RATIOS.join(', ')}`),
	duration: (value) => {
		const inRange = number({ min: DURATION.min, max: DURATION.max, integer: true })(value) === null;
		return value === undefined || value === DURATION.chosenByModel || inRange
			? null
			: 'duration must be a whole number from 4 to 12, or -1';
	},
	generate_audio: (value) => (value === undefined || typeof value === 'boolean'
		? null
		: 'generate_audio must be true or false'),
};

/**
 * Holds a create to the vendor's pages, and more strictly than those: fields they do not name, a second
 * prompt and a second picture for the same role are refused, so that a misspelt field does not pass unseen.
 *
 * @returns what is wrong, starting with the field's name, or null when the body is a
 * CreateBody
 */
export function createProblem(body: unknown): string | null {
	if (!isObject(body)) return 'body must be a JSON object';
	for (const [field, problem] of Object.entries(FIELDS)) {
		const found = problem(body[field]);
		if (found !== null) return found;
	}
	return unknownField(body, '', Object.keys(FIELDS));
}

/**
 * The task that a create makes. `[fail]`, `[cancel]` or `[never]` in the prompt decides how it ends.
 *
 * @param random 0 to 1; draws the length when the model is to choose
 */
export function taskFor(body: CreateBody, random: () => number): TaskOptions {
	const prompt = body.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
	const outcome = MARKERS.find(([marker]) => prompt.includes(marker))?.[1] ?? 'completed';
	const { duration = DURATION.default } = body;
	const actualDuration = duration === DURATION.chosenByModel
		? DURATION.min + Math.floor(random() * (DURATION.max - DURATION.min + 1))
		: duration;
	return { model: body.model, outcome, actualDuration };
}
