import { bytesOf, jsonAnswer, textAnswer } from './answers.cts';

import type { Answer } from './answers.cts';
import type { FaultContext } from './faultKinds.cts';

const noHandler = ({ request: { method, path } }: FaultContext) => `No handler found for ${method} ${path}`;

const BAD_KEY = {
	code: 'AuthenticationError',
	message: 'the API key in the request is missing or invalid',
	type: 'Unauthorized',
};

/** The task is made, and fails before its create is answered. */
function failedAtOnce({ answer }: FaultContext): Answer {
	const made = answer();
	if (made.status !== 200) return made;
	const { id } = JSON.parse(bytesOf(made.body).toString());
	return jsonAnswer(200, { id, status: 'failed', error: 'provider rejected prompt' });
}

/** Errors as the real API gives them, many of them under 200. */
export const SEEN = {
	// Clients of the real API met these.
	badKey200: () => jsonAnswer(200, { code: '204', msg: '登录验证失败' }),
	badKey401: () => jsonAnswer(401, { error: BAD_KEY }),
	wrongAddress200: (context) => jsonAnswer(200, { code: 500, data: null, msg: noHandler(context) }),
	wrongAddress404: (context) => jsonAnswer(404, { message: noHandler(context) }),
	missingParameter: () => jsonAnswer(200, { msg: '缺少必填参数: prompt' }),
	unknownModel: () => jsonAnswer(400, { error: { message: '模型不可用' } }),
	failedAtOnce,
	empty204: () => textAnswer(204, '', ''),
	genericError200: () => jsonAnswer(200, { code: 500, data: null, msg: 'internal error' }),
	// These are guesses: nobody knows.
	unknownId200: () => jsonAnswer(200, { code: 500, data: null, msg: '任务不存在' }),
	unknownIdCode404: () => jsonAnswer(200, { code: 404, msg: 'task not found', data: null }),
	noCredit200: () => jsonAnswer(200, { code: 402, msg: '余额不足', data: null }),
	busy200: () => jsonAnswer(200, { code: 500, data: null, msg: '系统繁忙' }),
} satisfies Record<string, (context: FaultContext) => Answer>;

export type SeenName = keyof typeof SEEN;
