import { jsonAnswer, textAnswer } from './answers.cts';

import type { Answer } from './answers.cts';
import type { FaultContext } from './faultKinds.cts';

interface SeenAnswer {
	/** Seen: clients of the real API met it; guess: nobody knows */
	mark: 'seen' | 'guess';
	answer: (context: FaultContext) => Answer;
}

const noHandler = ({ request: { method, path } }: FaultContext) => `No handler found for ${method} ${path}`;

/** Errors as the real API gives them, many of them under 200. */
export const SEEN = {
	badKey200: { mark: 'seen', answer: () => jsonAnswer(200, { code: '204', msg: '登录验证失败' }) },
	badKey401: {
		mark: 'seen',
		answer: () => jsonAnswer(401, {
			error: {
				code: 'AuthenticationError',
				message: 'the API key in the request is missing or invalid',
				type: 'Unauthorized',
			},
		}),
	},
	wrongAddress200: {
		mark: 'seen',
		answer: (context) => jsonAnswer(200, { code: 500, data: null, msg: noHandler(context) }),
	},
	wrongAddress404: { mark: 'seen', answer: (context) => jsonAnswer(404, { message: noHandler(context) }) },
	missingParameter: { mark: 'seen', answer: () => jsonAnswer(200, { msg: '缺少必填参数: prompt' }) },
	unknownModel: { mark: 'seen', answer: () => jsonAnswer(400, { error: { message: '模型不可用' } }) },
	failedAtOnce: {
		mark: 'seen',
		answer: ({ newId }) =>
			jsonAnswer(200, { id: newId(), status: 'failed', error: 'provider rejected prompt' }),
	},
	empty204: { mark: 'seen', answer: () => textAnswer(204, '', '') },
	unknownId200: {
		mark: 'guess',
		answer: () => jsonAnswer(200, { code: 500, data: null, msg: '任务不存在' }),
	},
	unknownIdCode404: {
		mark: 'guess',
		answer: () => jsonAnswer(200, { code: 404, msg: 'task not found', data: null }),
	},
	noCredit200: { mark: 'guess', answer: () => jsonAnswer(200, { code: 402, msg: '余额不足', data: null }) },
	busy200: { mark: 'guess', answer: () => jsonAnswer(200, { code: 500, data: null, msg: '系统繁忙' }) },
	genericError200: {
		mark: 'seen',
		answer: () => jsonAnswer(200, { code: 500, data: null, msg: 'internal error' }),
	},
} satisfies Record<string, SeenAnswer>;

export type SeenName = keyof typeof SEEN;
