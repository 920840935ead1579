import { bodyOf, bytesOf, isTask, jsonAnswer } from './answers.cts';

import type { Answer } from './answers.cts';

/** A task as an answer shows it. */
type Shown = Record<string, unknown>;
type Change = (task: Shown, params: Shape) => Shown;

/** One, or several in their order, but envelopes last; a function makes another shape of the task. */
export interface Shape {
	as: ShapeName | ReadonlyArray<ShapeName | ((task: Shown) => Shown)>;
	/** Merged over the task, before it is shaped */
	fields?: Shown;
	/** For `linkIn`, default `result_url` */
	field?: string;
	/** For `idIn`, default `task_id` */
	idField?: string;
	/** For `statusWord`: what documented statuses are called instead */
	words?: Record<string, string>;
}

const OF_TASK = {
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
	statusWord: (task, { words = {} }) => ({ ...task, status: words[String(task.status)] ?? task.status }),
} satisfies Record<string, Change>;

const ENVELOPES = {
	/** Of a create: nothing but the ID */
	idAsData: ({ id }) => ({ code: 0, msg: 'success', data: id }),
	insideData: (task) => ({ code: 0, msg: null, data: task }),
	insideDataCodeText: (task) => ({ code: '0', msg: 'success', data: task }),
	insideDataWithoutId: ({ id: _id, ...others }) => ({ data: others }),
} satisfies Record<string, Change>;

export type ShapeName = keyof typeof OF_TASK | keyof typeof ENVELOPES | 'byteOrderMark' | 'idAsNumber';

/** @returns the task that the answer shows, bare or inside `data`, and how to put another value in its place */
function taskIn(answer: Answer): { task: Shown; replacedBy: (value: unknown) => unknown } {
	const given = JSON.parse(bytesOf(answer.body).toString()) as Shown;
	const { data } = given;
	const isInside = typeof data === 'object' && data !== null;
	if (isInside) return { task: data as Shown, replacedBy: (value) => ({ ...given, data: value }) };
	return { task: given, replacedBy: (value) => value };
}

/** Changes the task that an answer shows; another answer (401, 404, ...) passes. */
export function changeTask(answer: Answer, change: (task: Shown) => unknown): Answer {
	if (!isTask(answer)) return answer;
	const { task, replacedBy } = taskIn(answer);
	return jsonAnswer(answer.status, replacedBy(change(task)));
}

/** @returns itself when it is no task. An envelope replaces the one that the answer has */
export function shapedAnswer(answer: Answer, shape: Shape): Answer {
	if (!isTask(answer)) return answer;
	const names = [shape.as].flat();
	const { task, replacedBy } = taskIn(answer);
	let shown: Shown = { ...task, ...shape.fields };
	for (const table of [OF_TASK, ENVELOPES] as Array<Record<string, Change>>) {
		for (const name of names) if (typeof name === 'string') shown = table[name]?.(shown, shape) ?? shown;
	}
	const isWrapped = names.some((name) => typeof name === 'string' && Object.hasOwn(ENVELOPES, name));
	if (!isWrapped) shown = replacedBy(shown) as Shown;
	for (const change of names) if (typeof change === 'function') shown = change(shown);
	const mark = names.includes('byteOrderMark') ? '\uFEFF' : '';
	const text = JSON.stringify(shown);
	// A Java Long: JavaScript could not write it as a number of its own.
	const written = names.includes('idAsNumber') ? text.replace(/"id":"(\d+)"/, '"id":$1') : text;
	return { ...answer, body: bodyOf(Buffer.from(`${mark}${written}`)) };
}
