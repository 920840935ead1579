import { z } from 'zod/v4';

import type { TaskOptions } from './tasks.cts';

// All figures and names below are from the vendor's public pages.
const MODELS = ['seedance_1_5_pro_480p', 'seedance_1_5_pro_720p', 'seedance_1_5_pro_1080p'];
const RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9', 'adaptive'];
const DURATION = { min: 4, max: 12, default: 5, chosenByModel: -1 } as const;
const LONGEST_PROMPT = { chinese: 500, words: 1000 };

const MARKERS = [['[fail]', 'failed'], ['[cancel]', 'cancelled'], ['[never]', 'never']] as const;

function fitsLimits(prompt: string) {
	const chinese = prompt.match(/\p{Script=Han}/gu)?.length ?? 0;
	const words = prompt.match(/[\p{Script=Latin}\p{N}][^\s\p{Script=Han}]*/gu)?.length ?? 0;
	return chinese <= LONGEST_PROMPT.chinese && words <= LONGEST_PROMPT.words;
}

const TEXT = z.strictObject({
	type: z.literal('text'),
	text: z.string()
		.refine((text) => text.trim() !== '', 'must not be empty')
		.refine(fitsLimits, 'must not be longer than 500 Chinese characters or 1,000 English words'),
});

const IMAGE = z.strictObject({
	type: z.literal('image_url'),
	image_url: z.strictObject({ url: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }) }),
	role: z.enum(['first_frame', 'last_frame']).optional(),
});

const PART = z.discriminatedUnion('type', [TEXT, IMAGE], 'must be a part of type text or image_url');

/** @returns what is wrong with the parts together */
function problemOf(parts: Array<z.output<typeof PART>>) {
	const uses = parts.map((part) => (part.type === 'text' ? 'text' : part.role ?? 'first_frame'));
	const twice = uses.find((use, index) => uses.indexOf(use) < index);
	if (twice !== undefined) return `must not hold more than one ${twice}`;
	return uses.includes('last_frame') && !uses.includes('first_frame') ? 'last_frame needs a first_frame' : null;
}

/**
 * The body of a create. It is held to the vendor's pages, and more strictly than those: fields they do not name, a
 * second prompt, a second picture for the same role and a last one alone are refused, so that a misspelt field does not
 * pass unseen.
 */
export const CREATE = z.strictObject({
	model: z.enum(MODELS),
	content: z.array(PART).min(1).superRefine((parts, { addIssue }) => {
		const problem = problemOf(parts);
		if (problem !== null) addIssue(problem);
	}),
	ratio: z.enum(RATIOS).optional(),
	/** Seconds, or -1: the model chooses */
	duration: z.union(
		[z.int().min(DURATION.min).max(DURATION.max), z.literal(DURATION.chosenByModel)],
		'must be a whole number from 4 to 12, or -1',
	).default(DURATION.default),
	generate_audio: z.boolean().optional(),
});

/**
 * The task that a create makes. `[fail]`, `[cancel]` or `[never]` in the prompt decides how it ends.
 *
 * @param random 0 to 1; draws the length when the model is to choose
 */
export function taskFor({ model, content, duration }: z.output<typeof CREATE>, random: () => number): TaskOptions {
	const prompt = content.map((part) => (part.type === 'text' ? part.text : '')).join('');
	const outcome = MARKERS.find(([marker]) => prompt.includes(marker))?.[1];
	const actualDuration = duration === DURATION.chosenByModel
		? DURATION.min + Math.floor(random() * (DURATION.max - DURATION.min + 1))
		: duration;
	return { model, outcome, actualDuration };
}
