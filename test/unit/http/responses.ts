import type { ApiResponse } from '../../../nodes/Seedance/http/request';
import type { BodyStream } from '../../../nodes/Seedance/http/stream';

/** An answer as the node has read it; a body that is no text is sent as JSON. */
export function answerOf(status: number, body: unknown, headers: Record<string, unknown> = {}): ApiResponse {
	const text = typeof body === 'string' ? body : JSON.stringify(body);
	try {
		return { status, headers, text, body: JSON.parse(text) as unknown };
	} catch {
		return { status, headers, text, body: undefined };
	}
}

/** A body on its way, and whether somebody closed it. */
export type StubBody = BodyStream & { destroy: jest.Mock<void, []> };

/**
 * A body that comes in pieces.
 *
 * @param pieces what comes; a promise is waited for, an error breaks the connection
 */
export function bodyOf(...pieces: Array<string | Uint8Array | Error | Promise<void>>): StubBody {
	async function* come(): AsyncGenerator<string | Uint8Array> {
		for (const piece of pieces) {
			if (piece instanceof Error) throw piece;
			if (piece instanceof Promise) await piece;
			else yield piece;
		}
	}
	return Object.assign(come(), { destroy: jest.fn<void, []>() });
}

/** A request that never has an answer. */
export const silence = async () => await new Promise<never>(() => {});

/** A request that has none, for an error of Node.js. */
export function broken(code: string): never {
	throw Object.assign(new Error('some words'), { code });
}

/** An answer as n8n's HTTP helper hands it over, its body not read yet. */
export function streamed(status: number, body: unknown, headers: Record<string, unknown> = {}) {
	return { statusCode: status, headers, body: bodyOf(answerOf(status, body).text) };
}
