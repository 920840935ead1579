import type { IExecuteFunctions } from 'n8n-workflow';

import { MAX_RESPONSE_BYTES, redactResponse, sendRequest, withTimeout } from '../../../nodes/Seedance/api/request';
import { canceledError } from '../../../nodes/Seedance/shared/abort';
import { type BodyStream, connectionError } from '../../../nodes/Seedance/shared/http';
import { after, finish, NOW, SECOND, settle, useClock } from '../clock';
import { answerOf, bodyOf, streamed } from './responses';

useClock();

const LIMITS = { timeoutMs: 30 * SECOND };

/** What becomes of an answer with such a body. */
async function receive(body: BodyStream, limits: { timeoutMs: number; signal?: AbortSignal } = LIMITS) {
	return await finish(withTimeout(async () => ({ statusCode: 200, headers: { a: 'b' }, body }), limits));
}

/** An object or list of so many levels. */
function nested(levels: number): string {
	return `${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`;
}

describe('an answer', () => {
	test.each([
		['JSON', ['{"id":', '"video_1"}'], '{"id":"video_1"}', { id: 'video_1' }],
		['JSON after a byte order mark', ['\uFEFF{"id":7}'], '\uFEFF{"id":7}', { id: 7 }],
		['JSON with a byte order mark inside', ['"a\uFEFF"'], '"a\uFEFF"', 'a\uFEFF'],
		['JSON in white space', [' \n{}\n'], ' \n{}\n', {}],
		['bytes, cut inside a letter', [Buffer.from('"é"').subarray(0, 2), Buffer.from('"é"').subarray(2)], '"é"', 'é'],
		['null', ['null'], 'null', null],
		['nothing', [], '', undefined],
		['a page', ['<html>'], '<html>', undefined],
		['JSON that is cut short', ['{"id":'], '{"id":', undefined],
	])('%s', async (_case, pieces, text, body) => {
		const stream = bodyOf(...pieces);
		expect(await receive(stream)).toEqual({ ok: true, value: { status: 200, headers: { a: 'b' }, text, body } });
		expect(stream.destroy).not.toHaveBeenCalled();
	});

	test('nested no deeper than any task is read; deeper, it is no JSON', async () => {
		expect(await receive(bodyOf(nested(50)))).toMatchObject({ value: { body: [{ a: [{}] }] } });
		expect(await receive(bodyOf(`[[],${nested(50)}]`))).toMatchObject({ ok: true, value: { body: undefined } });
		expect(await receive(bodyOf(nested(20_000)))).toMatchObject({ ok: true, value: { body: undefined } });
	});

	test('of any status is one', async () => {
		const outcome = await finish(withTimeout(async () => streamed(503, 'busy'), LIMITS));
		expect(outcome).toMatchObject({ ok: true, value: { status: 503, text: 'busy' } });
	});
});

describe('what ends an exchange early', () => {
	test('too large an answer, whose rest is not read', async () => {
		const half = 'x'.repeat(MAX_RESPONSE_BYTES / 2);
		expect(await receive(bodyOf(half, half))).toMatchObject({ ok: true });
		const body = bodyOf(half, half, 'x', new Error('read on'));
		expect(await receive(body)).toMatchObject({
			ok: false,
			error: {
				kind: 'unreadable',
				message: expect.stringContaining('larger than 1 MB') as unknown,
				description: expect.stringContaining('Check the Base URL') as unknown,
			},
		});
		expect(body.destroy).toHaveBeenCalledTimes(1);
	});

	test.each([
		['silence', (signal: AbortSignal) => new Promise<never>(() => signal)],
		['a body that stalls', async () => ({ ...streamed(200, ''), body: bodyOf('{', new Promise<void>(() => {})) })],
		['a body that drips', async () => ({ ...streamed(200, ''), body: dripping() })],
	])('the time limit: %s', async (_case, send) => {
		let response: { body: BodyStream } | undefined;
		let caller: AbortSignal | undefined;
		const outcome = await finish(
			withTimeout(async (signal) => {
				caller = signal;
				const sent = await send(signal);
				response = sent;
				return sent;
			}, LIMITS),
		);
		expect(outcome).toEqual({
			ok: false,
			error: {
				kind: 'timeout',
				message: expect.stringContaining('did not answer within 30 s') as unknown,
				description: expect.stringContaining('raise Request Timeout') as unknown,
			},
		});
		expect(Date.now()).toBe(NOW + 30 * SECOND);
		expect(caller?.aborted).toBe(true);
		if (response) expect(response.body.destroy).toHaveBeenCalledTimes(1);
	});

	test('a stop, before: nothing is sent', async () => {
		const send = jest.fn();
		expect(await withTimeout(send, { ...LIMITS, signal: AbortSignal.abort() })).toEqual({ ok: false, error: canceledError() });
		expect(send).not.toHaveBeenCalled();
	});

	test('a stop, during: at once, with its connection', async () => {
		const controller = new AbortController();
		const body = bodyOf('{', new Promise<void>(() => {}));
		const outcome = withTimeout(async () => ({ ...streamed(200, ''), body }), { ...LIMITS, signal: controller.signal });
		await settle();
		controller.abort();
		expect(await finish(outcome)).toEqual({ ok: false, error: canceledError() });
		expect(Date.now()).toBe(NOW);
		expect(body.destroy).toHaveBeenCalledTimes(1);
	});

	test('a stop that n8n reports as an error is a stop', async () => {
		const controller = new AbortController();
		const outcome = withTimeout(
			async () => {
				controller.abort();
				throw new Error('canceled');
			},
			{ ...LIMITS, signal: controller.signal },
		);
		expect(await finish(outcome)).toMatchObject({ error: { kind: 'canceled' } });
	});

	test.each([
		['a connection that fails', () => Promise.reject(new Error('socket hang up'))],
		['a connection that breaks', async () => ({ ...streamed(200, ''), body: bodyOf('{', new Error('socket hang up')) })],
	])('%s', async (_case, send) => {
		expect(await finish(withTimeout(send, LIMITS))).toMatchObject({
			ok: false,
			error: { kind: 'connection', description: expect.stringContaining('socket hang up') as unknown },
		});
	});

	test('a body that comes when nobody waits any more is closed', async () => {
		const body = bodyOf('{}');
		const late = after(31 * SECOND);
		await finish(withTimeout(async () => {
			await late;
			return { ...streamed(200, ''), body };
		}, LIMITS));
		expect(body.destroy).not.toHaveBeenCalled();
		await finish(late);
		await settle();
		expect(body.destroy).toHaveBeenCalledTimes(1);
	});

	test('a body that can not be closed is left alone', async () => {
		const body = { [Symbol.asyncIterator]: bodyOf(new Error('broken'))[Symbol.asyncIterator] };
		expect(await receive(body)).toMatchObject({ error: { kind: 'connection' } });
	});
});

test.each([[200, '{}'], [200, new Error('broken')]])('no listener is left on the signal of the run', async (_status, piece) => {
	const { signal } = new AbortController();
	const [listen, forget] = [jest.spyOn(signal, 'addEventListener'), jest.spyOn(signal, 'removeEventListener')];
	const timer = new AbortController().signal;
	jest.mocked(AbortSignal.timeout).mockReturnValue(timer);
	const forgetTimer = jest.spyOn(timer, 'removeEventListener');
	await receive(bodyOf(piece), { ...LIMITS, signal });
	expect(listen).toHaveBeenCalledTimes(1);
	expect(forget).toHaveBeenCalledTimes(1);
	expect(forgetTimer).toHaveBeenCalledTimes(1);
});

/** A piece every 2 s, for ever. */
function dripping(): BodyStream {
	async function* drip() {
		for (;;) {
			await after(2 * SECOND);
			yield ' ';
		}
	}
	return Object.assign(drip(), { destroy: jest.fn() });
}

describe('a request of the node', () => {
	test("goes out by n8n's helper, with the key, without redirects, within the limits", async () => {
		const send = jest.fn<Promise<object>, unknown[]>(async () => streamed(200, {}));
		const context = { helpers: { httpRequestWithAuthentication: send }, getNode: () => 'node' } as unknown as IExecuteFunctions;
		const request = { method: 'POST' as const, url: 'https://api.example/v1', body: { model: 'm' } };
		expect(await finish(sendRequest(context, request, LIMITS))).toMatchObject({ ok: true, value: { status: 200, body: {} } });
		expect(send.mock.calls).toEqual([
			[
				'globalAiOpcApi',
				{
					...request,
					headers: { Accept: 'application/json' },
					timeout: 30 * SECOND,
					disableFollowRedirect: true,
					ignoreHttpStatusErrors: true,
					returnFullResponse: true,
					encoding: 'stream',
				},
			],
		]);
		const caller = send.mock.contexts[0] as IExecuteFunctions;
		expect(caller.getNode()).toBe('node');
		// Over: n8n would end what is still under way.
		expect(caller.getExecutionCancelSignal()?.aborted).toBe(true);
	});

	test('is ended by the signal that n8n reads from its caller', async () => {
		const seen: boolean[] = [];
		const send = async function (this: IExecuteFunctions) {
			const signal = this.getExecutionCancelSignal();
			seen.push(signal?.aborted ?? true);
			signal?.addEventListener('abort', () => seen.push(true));
			return await new Promise<never>(() => {});
		};
		const context = { helpers: { httpRequestWithAuthentication: send } } as unknown as IExecuteFunctions;
		await finish(sendRequest(context, { method: 'GET', url: 'https://api.example' }, LIMITS));
		expect(seen).toEqual([false, true]);
	});
});

test('an answer without a secret has it nowhere', () => {
	const answer = answerOf(401, { msg: 'bad key SECRET' }, { 'x-key': ['SECRET'] });
	expect(redactResponse(answer, (text) => text.replaceAll('SECRET', '***'))).toEqual({
		status: 401,
		headers: { 'x-key': ['***'] },
		text: '{"msg":"bad key ***"}',
		body: { msg: 'bad key ***' },
	});
});

test('a stop says that the task goes on', () => {
	expect(canceledError()).toEqual({
		kind: 'canceled',
		message: 'The execution was canceled',
		description: expect.stringContaining('The task itself goes on') as unknown,
	});
});

describe('what an error of the connection means', () => {
	const coded = (code: string, more: object = {}) => Object.assign(new Error('some words'), { code }, more);
	const caused = (depth: number): Error =>
		depth === 0 ? coded('ECONNREFUSED') : new Error('outer', { cause: caused(depth - 1) });

	test.each([
		['ECONNREFUSED', 'refused the connection', 'the server is down'],
		['ENOTFOUND', 'was not found: no server has this name', 'Check the Base URL'],
		['EAI_AGAIN', "was not found: its name can't be looked up", '(DNS)'],
	])('%s: no connection came about, so nothing was sent', (code, message, description) => {
		expect(connectionError(coded(code))).toEqual({
			kind: 'connection',
			message: `GlobalAI OPC's server ${message}`,
			description: expect.stringContaining(description) as unknown,
			unsent: true,
		});
		expect(connectionError(coded(code)).description).toMatch(new RegExp(` \\(${code}\\)$`));
	});

	test.each(['ECONNABORTED', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT'])('%s: a time-out', (code) => {
		expect(connectionError(coded(code))).toEqual({
			kind: 'timeout',
			message: "GlobalAI OPC's server did not answer in time",
			description: expect.stringMatching(new RegExp(`raise Request Timeout under Options\\. \\(${code}\\)$`)) as unknown,
		});
	});

	test.each([
		['a code that says nothing more', coded('ECONNRESET'), 'ECONNRESET'],
		['a code that every object has a property of', coded('constructor'), 'constructor'],
		['an error without a code', new Error('socket\n hang up'), 'socket hang up'],
		['the innermost words', new Error('outer', { cause: new Error('inner') }), 'inner'],
		['no words', new Error(''), 'no reason given'],
		['words that are no text', { message: 7 }, 'no reason given'],
		['a text', 'broken', 'no reason given'],
		['nothing', undefined, 'no reason given'],
		['null', null, 'no reason given'],
	])('%s: the connection broke, and something may have arrived', (_case, error, words) => {
		expect(connectionError(error)).toEqual({
			kind: 'connection',
			message: "GlobalAI OPC's server broke the connection before the answer was complete",
			description: expect.stringMatching(new RegExp(`^Try again.*Base URL.* \\(${words}\\)$`)) as unknown,
		});
	});

	test.each([
		['inside what n8n wraps', caused(1)],
		['four errors deep', caused(4)],
		['as n8n 1.x keeps it', { httpCode: 'ECONNREFUSED' }],
		['under the code of the wrapping error', coded('ERR_NODE', { cause: coded('ECONNREFUSED') })],
	])('the code is found %s', (_case, error) => {
		expect(connectionError(error)).toMatchObject({ unsent: true, description: expect.stringContaining('(ECONNREFUSED)') as unknown });
	});

	test('errors that go round in a circle are followed for a while', () => {
		const error: { cause?: unknown; message: string } = { message: 'round' };
		error.cause = error;
		expect(connectionError(error)).toMatchObject({ description: expect.stringContaining('(round)') as unknown });
		expect(connectionError(caused(5)).unsent).toBeUndefined();
	});

	test('the server is called by its name', () => {
		expect(connectionError(coded('ECONNREFUSED'), "The video's server").message).toBe("The video's server refused the connection");
	});
});
