import { ACTIONABLE_CAUSES } from 'n8n-workflow';

import type { EngineResult } from './harness/engine';
import { useSimulator } from './harness/simulator';

const simulator = useSimulator();

const get = simulator.runs({
	parameters: { taskId: '={{ $json.id }}', waitUntilDone: 'no', options: { maxRetries: 0 } },
});

describe('On Error', () => {
	test("the details tell what to do, the HTTP status, and n8n's error output gets the row", async () => {
		const { outputs } = await get({ items: [{ id: 'video_gone', row: 7 }], onError: 'continueErrorOutput' });
		expect(outputs[1]?.[0]?.json).toEqual({
			id: 'video_gone',
			row: 7,
			error: 'GlobalAI OPC has no task "video_gone"',
			details: { description: expect.stringContaining('one day'), httpStatus: 404 },
		});
	});

	test('no credential set: every item gets its error', async () => {
		const items = [{ id: 'video_1' }, { id: 'video_2' }];
		const { outputs } = await get({ items, credential: null, onError: 'continueErrorOutput' });
		expect(outputs[0]).toHaveLength(0);
		const words = expect.stringContaining('credential');
		expect(outputs[1]?.map(({ json }) => json.error)).toEqual([words, words]);
	});
});

test('a rest longer than two minutes is not sat out: the error says how long it is', async () => {
	const { id } = simulator.api.addTask();
	simulator.api.fault({ id, kind: 'status', status: 429, retryAfter: 3600, times: Infinity });
	const { error } = await get({ items: [{ id }], parameters: { options: { maxRetries: 4 } } });
	expect(error?.description).toContain('3600 s');
	expect(simulator.api.requestsFor(id)).toHaveLength(1);
});

/** Whether this n8n takes it: from 2.37 on. */
const TAKES_FAILURES = (ACTIONABLE_CAUSES as unknown) !== undefined;

describe('n8n is told why a run failed', () => {
	const told = ({ error }: EngineResult) => {
		expect(error?.message).toBeTruthy();
		return (error as { failure?: object }).failure;
	};
	const taken = (failure: object) => (TAKES_FAILURES ? failure : undefined);
	const create = simulator.runs({
		items: [{}],
		parameters: { operation: 'create', waitUntilDone: 'no', prompt: 'A cat', options: { maxRetries: 0 } },
	});

	test.each<[status: number, retryAfter: number | undefined, failure: object]>([
		[429, 3600, { cause: 'rate-limited', retryAfterMs: 3_600_000 }],
		[429, undefined, { cause: 'rate-limited' }],
		[402, undefined, { cause: 'quota-exhausted' }],
		[401, undefined, { cause: 'credential-invalid' }],
		[403, undefined, { cause: 'configuration-invalid' }],
		[503, 5, { cause: 'temporarily-unavailable', retryAfterMs: 5_000 }],
	])('HTTP %d (Retry-After %s) to a create', async (status, retryAfter, failure) => {
		simulator.api.fault({ method: 'POST', kind: 'status', status, retryAfter, times: Infinity });
		expect(told(await create())).toEqual(taken(failure));
	});

	test('an error under HTTP 200', async () => {
		const body = { code: 402, msg: 'no credit', data: null };
		simulator.api.fault({ method: 'POST', kind: 'status', status: 200, body });
		expect(told(await create())).toEqual(taken({ cause: 'quota-exhausted' }));
	});

	test.each<[what: string, run: () => Promise<EngineResult>, cause: string]>([
		[
			'an empty prompt',
			async () => await create({ parameters: { prompt: '={{ $json.none }}' } }),
			'configuration-invalid',
		],
		['no credential', async () => await create({ credential: null }), 'credential-invalid'],
		['an unknown ID', async () => await get({ items: [{ id: 'video_gone' }] }), 'configuration-invalid'],
	])('%s', async (_what, run, cause) => {
		expect(told(await run())).toEqual(taken({ cause }));
	});

	test('a task that failed: its own words say why', async () => {
		const { id } = simulator.api.addTask({ outcome: 'failed', finishAfter: 0, error: 'no' });
		const { error } = await get({ items: [{ id }], parameters: { waitUntilDone: 'inNode' } });
		expect((error as { failure?: object } | undefined)?.failure).toBeUndefined();
	});
});
