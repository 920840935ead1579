'use strict';

const { bodyOf, bodyText } = require('./answers');
const { filled, isObject, oneOf } = require('./check');
const { STATUSES } = require('./tasks');

/** @import { Answer } from './answers' */
/** @import { Check } from './check' */
/** @import { FaultParams } from './faultKinds' */

/**
 * @typedef {'insideData' | 'insideDataCodeText' | 'insideDataWithoutId' | 'byteOrderMark' | 'errorObject' |
 * 'extraFields' | 'linkIn' | 'statusWord'} ShapeName
 */
/** @typedef {Record<string, unknown>} Shown a task as an answer shows it */
/** @typedef {(task: Shown, params: FaultParams) => Shown} Change */

/** @type {Record<string, Change>} */
const TASK_SHAPES = {
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

/** @type {Record<string, Change>} */
const ENVELOPE_SHAPES = {
	insideData: (task) => ({ code: 0, msg: null, data: task }),
	insideDataCodeText: (task) => ({ code: '0', msg: 'success', data: task }),
	insideDataWithoutId: ({ id: _id, ...others }) => ({ data: others }),
};

const SHAPE_NAMES = [...Object.keys(TASK_SHAPES), ...Object.keys(ENVELOPE_SHAPES), 'byteOrderMark'];

/** @param {FaultParams['as']} as */
const namesIn = (as = []) => [as].flat();

/** @type {Check} */
const shapes = (value) => {
	const expected = oneOf(SHAPE_NAMES);
	const names = Array.isArray(value) && value.length > 0 ? value : [value];
	return names.every((name) => expected(name) === null)
		? null
		: `${expected(null)}, or an array of them that is not empty`;
};

/** @type {Check} */
const statusWords = (value) => {
	const fits = isObject(value) && Object.entries(value).every(([status, word]) =>
		oneOf(STATUSES)(status) === null && filled(word) === null);
	return fits ? null : `an object from ${STATUSES.join(', ')} to strings that are not empty`;
};

/**
 * @param {FaultParams} params
 * @returns {string | null} which of them is missing, or has no use
 */
function shapeProblem({ as, field, words }) {
	if (as === undefined) return 'as must be given';
	const names = namesIn(as);
	if (names.includes('statusWord') !== (words !== undefined)) return 'words and statusWord need each other';
	return field === undefined || names.includes('linkIn') ? null : 'field needs linkIn';
}

/**
 * @param {Answer} answer
 * @param {FaultParams} params
 * @returns {Answer} itself when it is no task
 */
function shapedAnswer(answer, params) {
	if (answer.status !== 200) return answer;
	const names = namesIn(params.as);
	/** @type {Shown} */
	let shown = JSON.parse(bodyText(answer.body));
	for (const table of [TASK_SHAPES, ENVELOPE_SHAPES]) {
		for (const name of names) shown = table[name]?.(shown, params) ?? shown;
	}
	const mark = names.includes('byteOrderMark') ? '\uFEFF' : '';
	return { ...answer, body: bodyOf(Buffer.from(`${mark}${JSON.stringify(shown)}`)) };
}

module.exports = { shapeProblem, shapedAnswer, shapes, statusWords };
