import type { IDataObject } from 'n8n-workflow';

import { present } from '../../../nodes/Seedance/core/present';
import { beginSession, readRunSettings } from '../../../nodes/Seedance/http/session';
import { CREDENTIAL, KEY, refusal, stubContext, type StubContext } from '../stubContext';

const SETTINGS = { requestTimeoutMs: 30_000, maxRetries: 4, maxConcurrency: 10 };

describe('the options of a run', () => {
	test.each<[IDataObject, object]>([
		[{}, {}],
		[
			{ requestTimeout: 1, maxRetries: 0, maxConcurrency: 1 },
			{ requestTimeoutMs: 1_000, maxRetries: 0, maxConcurrency: 1 },
		],
		[
			{ requestTimeout: 600, maxRetries: 20 },
			{ requestTimeoutMs: 600_000, maxRetries: 20 },
		],
		[{ maxConcurrency: 1000 }, { maxConcurrency: 1000 }],
		[
			{ requestTimeout: '2.0101', maxRetries: '3' },
			{ requestTimeoutMs: 2_011, maxRetries: 3 },
		],
	])('%j', (options, expected) => {
		expect(readRunSettings(options)).toEqual({ ...SETTINGS, ...expected });
	});

	test.each<[string, string, string, unknown[]]>([
		['requestTimeout', 'Request Timeout', 'from 1 to 600 seconds.', [0.9, 601, null]],
		['maxRetries', 'Max Retries', 'from 0 to 20.', [-1, 21]],
		['maxConcurrency', 'Max Concurrency', 'from 1 to 1000.', [0, 1001]],
	])('%s has bounds', (name, label, bounds, values) => {
		for (const value of values) {
			const expected = {
				message: `'${label}' can't be ${value}`,
				description: `Give a number ${bounds}`,
			};
			expect(refusal(() => readRunSettings({ [name]: value } as IDataObject))).toEqual(expected);
		}
	});
});

describe("the run's client", () => {
	test('is opened once, with the settings of who came first, and ends with the run', async () => {
		const getCredentials = jest.fn<Promise<object>, [string]>(async () => CREDENTIAL);
		const run = beginSession(stubContext({ more: { getCredentials } }));
		expect(getCredentials).not.toHaveBeenCalled();
		const [first, other] = await Promise.all([
			run.client(SETTINGS),
			run.client({ ...SETTINGS, maxRetries: 0 }),
		]);
		expect(getCredentials.mock.calls).toEqual([['globalAiOpcApi']]);
		if (!first.ok || !other.ok) throw new Error('No client was opened');
		expect(first.value).toBe(other.value);
		expect(first.value.settings).toEqual({ ...SETTINGS, signal: run.signal });
	});

	test.each<[string, StubContext['credential'], object]>([
		[
			'can not be used',
			{ apiKey: '', baseUrl: 'https://api.example' },
			{ message: 'The credential has no API key' },
		],
		[
			'can not be had',
			() => Promise.reject(new Error('No credential of this name')),
			{ message: 'No credential of this name' },
		],
	])('is none where the credential %s', async (_case, credential, error) => {
		const run = beginSession(stubContext({ credential }));
		expect(await run.client(SETTINGS)).toMatchObject({ error });
		expect(present({ kind: 'badInput', message: KEY, description: '' }, run.redact).message).toBe(KEY);
	});
});

describe('an error as it may be shown', () => {
	test('holds no part of the key, in its task neither', async () => {
		const run = beginSession(stubContext({ credential: { ...CREDENTIAL, apiKey: `Bearer ${KEY}` } }));
		await run.client(SETTINGS);
		const task = { id: 'video_1', status: 'failed', error: { message: `bad key ${KEY}` }, [KEY]: 1 };
		const error = {
			kind: 'unauthorized',
			description: 'Mend it.',
			said: `cut ${KEY.slice(3, 10)}`,
			httpStatus: 401,
		} as const;
		expect(present({ ...error, message: `bad ${KEY}`, details: { task } }, run.redact)).toEqual({
			...error,
			message: 'bad ***',
			said: 'cut ***',
			details: { task: { id: 'video_1', status: 'failed', error: { message: 'bad key ***' }, '***': 1 } },
		});
	});

	test('has the key taken out before its message is cut to what an error box holds', async () => {
		const run = beginSession(stubContext());
		await run.client(SETTINGS);
		const error = {
			kind: 'badInput',
			message: `${'x'.repeat(397)}${KEY}y`,
			description: 'x'.repeat(5_000),
		} as const;
		expect(present(error, run.redact)).toEqual({ ...error, message: `${'x'.repeat(397)}***…` });
	});
});
