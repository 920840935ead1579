import { bodyOf, bodyText } from './answers.cts';
import { filled, isObject, oneOf } from './check.cts';
import { STATUSES } from './tasks.cts';

import type { Answer } from './answers.cts';
import type { Check } from './check.cts';
import type { FaultParams } from './faultKinds.cts';

export type ShapeName = 'insideData' | 'insideDataCodeText' | 'insideDataWithoutId' | 'byteOrderMark' | 'errorObject' |
'extraFields' | 'linkIn' | 'statusWord';
/** A task as an answer shows it */
export type Shown = Record<string, unknown>;
export type Change = (task: Shown, params: FaultParams) => Shown;

const TASK_SHAPES: Record<string, Change> = {
	errorObject: (task) => (typeof task.error === 'string'
		? { ...task, error: { message: task.error } }
		: task),
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
	// By the link, not the status: `statusWord` may have changed that.
	linkIn: (task, { field = 'result_url' }) => {
		const { video_url: link, ...others } = task;
		return typeof link === 'string' ? { ...others, [field]: link } : task;
	},
	statusWord: (task, { words = {} }) => {
		const { status } = task;
		return typeof status === 'string' && Object.hasOwn(words, status)
			? { ...task, status: words[status] }
			: task;
	},
};

const ENVELOPE_SHAPES: Record<string, Change> = {
	insideData: (task) => ({ code: 0, msg: null, data: task }),
	insideDataCodeText: (task) => ({ code: '0', msg: 'success', data: task }),
	insideDataWithoutId: ({ id: _id, ...others }) => ({ data: others }),
};

const SHAPE_NAMES = [...Object.keys(TASK_SHAPES), ...Object.keys(ENVELOPE_SHAPES), 'byteOrderMark'];

const namesIn = (as: FaultParams['as'] = []) => [as].flat();

export const shapes: Check = (value) => {
	const expected = oneOf(SHAPE_NAMES);
	const names = Array.isArray(value) && value.length > 0 ? value : [value];
	return names.every((name) => expected(name) === null)
		? null
		: `${expected(null)}, or an array of them that is not empty`;
};

export const statusWords: Check = (value) => {
	const fits = isObject(value) && Object.entries(value).every(([status, word]) =>
		oneOf(STATUSES)(status) === null && filled(word) === null);
	return fits ? null : `an object from ${STATUSES.join(', ')} to strings that are not empty`;
};

/** @returns which of them is missing, or has no use */
export function shapeProblem({ as, field, words }: FaultParams): string | null {
	if (as === undefined) return 'as must be given';
	const names = namesIn(as);
	if (names.includes('statusWord') !== (words !== undefined)) return 'words and statusWord need each other';
	return field === undefined || names.includes('linkIn') ? null : 'field needs linkIn';
}

/** @returns itself when it is no task */
export function shapedAnswer(answer: Answer, params: FaultParams): Answer {
	if (answer.status !== 200) return answer;
	const names = namesIn(params.as);
	let shown: Shown = JSON.parse(bodyText(answer.body));
	for (const table of [TASK_SHAPES, ENVELOPE_SHAPES]) {
		for (const name of names) shown = table[name]?.(shown, params) ?? shown;
	}
	const mark = names.includes('byteOrderMark') ? '\uFEFF' : '';
	return { ...answer, body: bodyOf(Buffer.from(`${mark}${JSON.stringify(shown)}`)) };
}
