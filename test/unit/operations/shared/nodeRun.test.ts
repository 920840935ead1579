import { nodeRun, type NodeRun, sharedByTries } from '../../../../nodes/Seedance/operations/shared/run';
import { advance, NOW, SECOND, useClock } from '../../clock';
import { stubContext } from '../../stubContext';

useClock();

describe('which run of the node it is', () => {
	test('by its execution, its round, and what n8n remembers of it', () => {
		const memory = {};
		const run = nodeRun(stubContext({ memory, executionId: 'one', runIndex: 2 }));
		expect(run).toEqual({ memory: {}, executionId: 'one', runIndex: 2 });
		expect(run?.memory).toBe(memory);
	});

	test("n8n's memory of the node is asked for, not that of the workflow", () => {
		const getContext = jest.fn(() => ({}));
		const getWorkflowDataProxy = jest.fn(() => ({ $thisRunIndex: 0 }));
		nodeRun(stubContext({ more: { getContext, getWorkflowDataProxy } }));
		expect(getContext.mock.calls).toEqual([['node']]);
		expect(getWorkflowDataProxy.mock.calls).toEqual([[0]]);
	});

	test.each([
		['no memory', {}],
		['no execution', { memory: {}, executionId: '' }],
		['no round', { memory: {}, more: { getWorkflowDataProxy: () => ({}) } }],
	])('nobody knows where n8n tells of %s', (_case, stub) => {
		expect(nodeRun(stubContext(stub))).toBeUndefined();
	});
});

describe('what the tries of a run share', () => {
	const run = (more: Partial<NodeRun> = {}): NodeRun => ({ memory: {}, executionId: 'one', runIndex: 0, ...more });

	test('when the first began, the rests of the API, and final answers', async () => {
		const first = run();
		const shared = sharedByTries(first);
		expect(shared.startedAt).toBe(NOW);
		shared.answers.set('a', Promise.resolve());
		shared.rateLimiter.onRateLimited(NOW, NOW, 10 * SECOND);
		await advance(SECOND);
		const again = sharedByTries({ ...first });
		expect(again.startedAt).toBe(NOW);
		expect(again.answers.size).toBe(1);
		expect(again.rateLimiter.cooldownMs(Date.now())).toBe(9 * SECOND);
	});

	test.each<[string, (first: NodeRun) => NodeRun | undefined]>([
		['another round of a loop', (first) => ({ ...first, runIndex: 1 })],
		['another node or execution', () => run()],
		['a run that nobody knows', () => undefined],
	])('%s has none of it', async (_case, other) => {
		const first = run();
		const shared = sharedByTries(first);
		shared.answers.set('a', Promise.resolve());
		await advance(SECOND);
		const fresh = sharedByTries(other(first));
		expect(fresh).not.toBe(shared);
		expect(fresh.startedAt).toBe(NOW + SECOND);
		expect(fresh.answers.size).toBe(0);
		expect(fresh.rateLimiter).not.toBe(shared.rateLimiter);
	});

	test('runs that nobody knows share nothing', () => {
		expect(sharedByTries(undefined).answers).not.toBe(sharedByTries(undefined).answers);
	});
});
