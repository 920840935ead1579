import { z } from 'zod/v4';
import { bodyOf, bodyText } from './answers.cts';
import { filled } from './options.cts';
import { STATUSES } from './tasks.cts';

import type { Answer } from './answers.cts';

/** A task as an answer shows it. */
type Shown = Record<string, unknown>;
type Change = (task: Shown, params: z.output<typeof SHAPE>) => Shown;

const SHAPES = [
	// Of the task
	'errorObject',
	'extraFields',
	'idIn',
	'linkIn',
	'statusWord',
	// Envelopes around it
	'idAsData',
	'insideData',
	'insideDataCodeText',
	'insideDataWithoutId',
	// Of the text
	'byteOrderMark',
	'idAsNumber',
] as const;

export type ShapeName = (typeof SHAPES)[number];

const NAME = z.enum(SHAPES);

export const SHAPE = z
	.strictObject({
		/** One, or several in their order */
		as: z.union([NAME, z.array(NAME).min(1)], `expected one or more of ${SHAPES.join(', ')}`),
		/** For `linkIn`, default `result_url` */
		field: filled.optional(),
		/** For `idIn`, default `task_id` */
		idField: filled.optional(),
		/** For `statusWord`: what documented statuses are called instead */
		words: z.partialRecord(z.enum(STATUSES), filled).optional(),
	})
	.superRefine(({ as, field, idField, words }, { addIssue }) => {
		if (as.includes('statusWord') !== (words !== undefined)) addIssue('words and statusWord need each other');
		if (field !== undefined && !as.includes('linkIn')) addIssue('field needs linkIn');
		if (idField !== undefined && !as.includes('idIn')) addIssue('idField needs idIn');
	});

const OF_TASK: Record<string, Change> = {
	errorObject: (task) =>
		typeof task.error === 'string' ? { ...task, error: { message: task.error } } : task,
	extraFields: (task) => ({
		...task,
		totalTokens: '123456',
		amount: '0.32',
		usage: { total_tokens: '123456' },
		progress: 100,
		resolution: '720p',
		officialMediaUrl: 'https://vidgen.x.ai/a.mp4',
		actualDuration: '10',
	}),
	idIn: ({ id, ...others }, { idField = 'task_id' }) => ({ [idField]: id, ...others }),
	// By the link, not the status: `statusWord` may have changed that.
	linkIn: (task, { field = 'result_url' }) => {
		const { video_url: link, ...others } = task;
		return typeof link === 'string' ? { ...others, [field]: link } : task;
	},
	statusWord: (task, { words = {} }) => {
		const word = Object.entries(words).find(([status]) => status === task.status)?.[1];
		return word === undefined ? task : { ...task, status: word };
	},
};

const ENVELOPES: Record<string, Change> = {
	/** Of a create: nothing but the ID */
	idAsData: ({ id }) => ({ code: 0, msg: 'success', data: id }),
	insideData: (task) => ({ code: 0, msg: null, data: task }),
	insideDataCodeText: (task) => ({ code: '0', msg: 'success', data: task }),
	insideDataWithoutId: ({ id: _id, ...others }) => ({ data: others }),
};

/** @returns itself when it is no task */
export function shapedAnswer(answer: Answer, params: z.output<typeof SHAPE>): Answer {
	if (answer.status !== 200) return answer;
	const names = [params.as].flat();
	let shown: Shown = JSON.parse(bodyText(answer.body));
	for (const table of [OF_TASK, ENVELOPES]) {
		for (const name of names) shown = table[name]?.(shown, params) ?? shown;
	}
	const mark = names.includes('byteOrderMark') ? '\uFEFF' : '';
	const text = JSON.stringify(shown);
	// A Java Long: JavaScript could not write it as a number of its own.
	const written = names.includes('idAsNumber') ? text.replace(/"id":"(\d+)"/, '"id":$1') : text;
	return { ...answer, body: bodyOf(Buffer.from(`${mark}${written}`)) };
}
