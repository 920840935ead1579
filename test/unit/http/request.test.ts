import type { IExecuteFunctions } from 'n8n-workflow';

import { MAX_RESPONSE_BYTES, sendRequest, withTimeout } from '../../../nodes/Seedance/http/request';
import { canceledError } from '../../../nodes/Seedance/core/abort';
import type { BodyStream, StreamedResponse } from '../../../nodes/Seedance/http/stream';
import { after, finish, NOW, SECOND, settle, useClock } from '../clock';
import { containing, listenersOf } from '../expecting';
import { bodyOf, silence, streamed } from './responses';

useClock();

const ADDRESS = 'https://api.example/v1';

const LIMITS = { timeoutMs: 30 * SECOND };

const redact = (text: string) => text.replaceAll('SECRET', '***');

const withBody = (body: BodyStream): StreamedResponse => ({ statusCode: 200, headers: { a: 'b' }, body });

/** What becomes of an answer with such a body. */
async function receive(body: BodyStream, limits: { timeoutMs: number; signal?: AbortSignal } = LIMITS) {
	return await finish(withTimeout(async () => withBody(body), ADDRESS, limits, redact));
}

/** An object or list of so many levels. */
const nested = (levels: number) => `${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`;

describe('an answer', () => {
	test.each([
		['JSON', ['{"id":', '"video_1"}'], '{"id":"video_1"}', { id: 'video_1' }],
		['JSON after a byte order mark', ['\uFEFF{"id":7}'], '\uFEFF{"id":7}', { id: 7 }],
		['JSON with a byte order mark inside', ['"a\uFEFF"'], '"a\uFEFF"', 'a\uFEFF'],
		['JSON in white space', [' \n{}\n'], ' \n{}\n', {}],
		[
			'bytes, cut inside a letter',
			[Buffer.from('"é"').subarray(0, 2), Buffer.from('"é"').subarray(2)],
			'"é"',
			'é',
		],
		['null', ['null'], 'null', null],
		['nothing', [], '', undefined],
		['a page', ['<html>'], '<html>', undefined],
		['JSON that is cut short', ['{"id":'], '{"id":', undefined],
	])('%s', async (_case, pieces, text, body) => {
		const stream = bodyOf(...pieces);
		expect(await receive(stream)).toEqual({
			ok: true,
			value: { status: 200, headers: { a: 'b' }, text, body },
		});
		expect(stream.destroy).not.toHaveBeenCalled();
	});

	const LONG = '12345678901234567';
	test.each<[string, string, unknown]>([
		['an ID', `{"id":${LONG},"status":"queued"}`, { id: LONG, status: 'queued' }],
		['in data, with blanks', `{"data" : { "task_id" :\n ${LONG} } }`, { data: { task_id: LONG } }],
		['alone', `{"data":${LONG}}`, { data: LONG }],
		['below zero, and in a list', `[-${LONG},${LONG}${LONG}]`, [`-${LONG}`, LONG + LONG]],
		[
			'only where JavaScript can not hold it',
			'[9007199254740991,9007199254740992,1761635478000]',
			[9007199254740991, '9007199254740992', 1761635478000],
		],
		[
			'not where it is a fraction, or in a text',
			`{"a":0.${LONG},"b\\\\":"\\"id\\":${LONG},","${LONG}":1e21}`,
			{ a: Number(`0.${LONG}`), 'b\\': `"id":${LONG},`, [LONG]: 1e21 },
		],
	])('keeps the digits of a long number: %s', async (_case, text, body) => {
		expect(await receive(bodyOf(text))).toMatchObject({ ok: true, value: { text, body } });
	});

	test('that is cut short after a long number is no JSON', async () => {
		expect(await receive(bodyOf(`{"id":${LONG}`))).toMatchObject({ ok: true, value: { body: undefined } });
	});

	test('nested no deeper than any task is read; deeper, it is no JSON', async () => {
		expect(await receive(bodyOf(nested(50)))).toMatchObject({ value: { body: [{ a: [{}] }] } });
		for (const text of [`[[],${nested(50)}]`, nested(20_000)]) {
			expect(await receive(bodyOf(text))).toMatchObject({ ok: true, value: { body: undefined } });
		}
	});

	test('has no secret in the text that errors quote; what is used of it stays as it is', async () => {
		expect(await receive(bodyOf('{"id":"SECRET"}'))).toMatchObject({
			value: { text: '{"id":"***"}', body: { id: 'SECRET' } },
		});
	});

	test('has no secret in the address of a redirect, whose host is read in small letters', async () => {
		const answer = streamed(302, '', { location: 'https://SECRET.example', server: 'SECRET' });
		expect(await finish(withTimeout(async () => answer, ADDRESS, LIMITS, redact))).toMatchObject({
			value: { headers: { location: 'https://***.example', server: 'SECRET' } },
		});
	});

	test('of any status is one', async () => {
		const result = await finish(
			withTimeout(async () => streamed(503, 'busy', { server: 'nginx' }), ADDRESS, LIMITS, redact),
		);
		expect(result).toMatchObject({ ok: true, value: { status: 503, text: 'busy' } });
	});
});

test("a proxy's answer is none of the API's", async () => {
	const result = await finish(withTimeout(async () => streamed(407, ''), ADDRESS, LIMITS, redact));
	expect(result).toMatchObject({ ok: false, error: { kind: 'proxyRefused', httpStatus: 407 } });
});

describe('what ends a request early', () => {
	/** A piece every 2 s, for ever. */
	async function* dripping() {
		for (;;) {
			await after(2 * SECOND);
			yield ' ';
		}
	}
	const stalling = () => bodyOf('{', new Promise<void>(() => {}));

	test('too large an answer, whose rest is not read', async () => {
		const half = 'x'.repeat(MAX_RESPONSE_BYTES / 2);
		expect(await receive(bodyOf(half, half))).toMatchObject({ ok: true });
		const body = bodyOf(half, half, 'x', new Error('read on'));
		expect(await receive(body)).toMatchObject({
			ok: false,
			error: {
				kind: 'unreadable',
				message: containing('larger than 1 MB'),
				description: containing("Check the 'Base URL'"),
			},
		});
		expect(body.destroy).toHaveBeenCalledTimes(1);
	});

	test.each<[string, BodyStream | undefined]>([
		['silence', undefined],
		['a body that stalls', stalling()],
		['a body that drips', Object.assign(dripping(), { destroy: jest.fn() })],
	])('the time limit: %s', async (_case, body) => {
		let caller: AbortSignal | undefined;
		const send = async (signal: AbortSignal) => {
			caller = signal;
			return body ? withBody(body) : await silence();
		};
		expect(await finish(withTimeout(send, ADDRESS, LIMITS, redact))).toEqual({
			ok: false,
			error: {
				kind: 'timeout',
				message: containing('did not answer within 30 s'),
				description: containing("raise 'Request Timeout'"),
			},
		});
		expect(Date.now()).toBe(NOW + 30 * SECOND);
		expect(caller?.aborted).toBe(true);
		if (body) expect(body.destroy).toHaveBeenCalledTimes(1);
	});

	test('a stop, before: nothing is sent', async () => {
		const send = jest.fn();
		const limits = { ...LIMITS, signal: AbortSignal.abort() };
		expect(await withTimeout(send, ADDRESS, limits, redact)).toEqual({ ok: false, error: canceledError() });
		expect(send).not.toHaveBeenCalled();
	});

	test('a stop, during: at once, with its connection', async () => {
		const controller = new AbortController();
		const body = stalling();
		const result = withTimeout(
			async () => withBody(body),
			ADDRESS,
			{ ...LIMITS, signal: controller.signal },
			redact,
		);
		await settle();
		controller.abort();
		expect(await finish(result)).toEqual({ ok: false, error: canceledError() });
		expect(Date.now()).toBe(NOW);
		expect(body.destroy).toHaveBeenCalledTimes(1);
	});

	test('a stop that n8n reports as an error is a stop', async () => {
		const controller = new AbortController();
		const send = async () => {
			controller.abort();
			throw new Error('canceled');
		};
		const result = await finish(withTimeout(send, ADDRESS, { ...LIMITS, signal: controller.signal }, redact));
		expect(result).toMatchObject({ error: { kind: 'canceled' } });
	});

	test.each([
		['fails', () => Promise.reject(new Error('socket hang up'))],
		['breaks', async () => withBody(bodyOf('{', new Error('socket hang up')))],
	])('a connection that %s', async (_case, send) => {
		const error = { kind: 'connection', description: containing('socket hang up') };
		expect(await finish(withTimeout(send, ADDRESS, LIMITS, redact))).toMatchObject({ ok: false, error });
	});

	test('a body that comes when nobody waits any more is closed', async () => {
		const body = bodyOf('{}');
		const late = after(31 * SECOND).then(() => withBody(body));
		await finish(withTimeout(async () => await late, ADDRESS, LIMITS, redact));
		expect(body.destroy).not.toHaveBeenCalled();
		await finish(late);
		expect(body.destroy).toHaveBeenCalledTimes(1);
	});

	test('a body that can not be closed is left alone', async () => {
		const body = { [Symbol.asyncIterator]: bodyOf(new Error('broken'))[Symbol.asyncIterator] };
		expect(await receive(body)).toMatchObject({ error: { kind: 'connection' } });
	});
});

test.each(['{}', new Error('broken')])(
	"no listener is left on the run's signal and on the timer: %s",
	async (piece) => {
		const [signal, timer] = [new AbortController().signal, new AbortController().signal];
		jest.mocked(AbortSignal.timeout).mockReturnValue(timer);
		const listeners = [signal, timer].map(listenersOf);
		await receive(bodyOf(piece), { ...LIMITS, signal });
		for (const { added, removed } of listeners) {
			expect(added).toHaveBeenCalledTimes(1);
			expect(removed).toHaveBeenCalledTimes(1);
		}
	},
);

describe('a request of the node', () => {
	const CREDENTIAL = { apiKey: 'sk-1', baseUrl: 'https://api.example' };

	test("goes out by n8n's helper, with the key, without redirects, within the limits", async () => {
		const send = jest.fn<Promise<object>, unknown[]>(async () => streamed(200, {}));
		const context = {
			helpers: { httpRequestWithAuthentication: send },
			getNode: () => 'node',
		} as unknown as IExecuteFunctions;
		const request = { method: 'POST' as const, url: 'https://api.example/v1', body: { model: 'm' } };
		expect(await finish(sendRequest(context, { ...CREDENTIAL, redact }, request, LIMITS))).toMatchObject({
			ok: true,
			value: { status: 200, body: {} },
		});
		const options = {
			...request,
			headers: { Accept: 'application/json' },
			timeout: 30 * SECOND,
			disableFollowRedirect: true,
			ignoreHttpStatusErrors: true,
			returnFullResponse: true,
			encoding: 'stream',
		};
		const credentialsDecrypted = { id: '', name: 'globalAiOpcApi', type: 'globalAiOpcApi', data: CREDENTIAL };
		expect(send.mock.calls).toEqual([['globalAiOpcApi', options, { credentialsDecrypted }]]);
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
			return await silence();
		};
		const context = { helpers: { httpRequestWithAuthentication: send } } as unknown as IExecuteFunctions;
		await finish(
			sendRequest(context, { ...CREDENTIAL, redact }, { method: 'GET', url: 'https://api.example' }, LIMITS),
		);
		expect(seen).toEqual([false, true]);
	});
});
