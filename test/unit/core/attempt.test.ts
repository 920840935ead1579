import { beginAttempt, nodeRun, type NodeRun, sharedByAttempts } from '../../../nodes/Seedance/core/attempt';
import { advance, NOW, SECOND, useClock } from '../clock';
import { listenersOf } from '../expecting';
import { stubContext } from '../stubContext';

useClock();

describe('the end of a run', () => {
	test("comes with n8n's stop, by its own hand, or has come before", () => {
		const controller = new AbortController();
		const stopped = beginAttempt(stubContext({ cancelSignal: controller.signal }));
		const ended = beginAttempt(stubContext());
		expect([stopped.signal.aborted, ended.signal.aborted]).toEqual([false, false]);
		controller.abort();
		ended.end();
		expect([stopped.signal.aborted, ended.signal.aborted]).toEqual([true, true]);
		expect(beginAttempt(stubContext({ cancelSignal: AbortSignal.abort() })).signal.aborted).toBe(true);
	});

	test("leaves no listener on n8n's signal", () => {
		const { signal } = new AbortController();
		const { added, removed } = listenersOf(signal);
		beginAttempt(stubContext({ cancelSignal: signal })).end();
		expect(added).toHaveBeenCalledTimes(1);
		expect(removed.mock.calls).toEqual(added.mock.calls);
	});
});

describe('which run of the node it is', () => {
	test('by its execution, its round, and what n8n remembers of the node', () => {
		const memory = {};
		const getContext = jest.fn(() => memory);
		const getWorkflowDataProxy = jest.fn(() => ({ $thisRunIndex: 2 }));
		const run = nodeRun(stubContext({ executionId: 'one', more: { getContext, getWorkflowDataProxy } }));
		expect(run).toEqual({ memory, executionId: 'one', runIndex: 2 });
		expect(run?.memory).toBe(memory);
		// Not that of the workflow.
		expect([getContext.mock.calls, getWorkflowDataProxy.mock.calls]).toEqual([[['node']], [[0]]]);
	});

	test.each([
		['no memory', {}],
		['no execution', { memory: {}, executionId: '' }],
		['no round', { memory: {}, more: { getWorkflowDataProxy: () => ({}) } }],
	])('nobody knows where n8n tells of %s', (_case, stub) => {
		expect(nodeRun(stubContext(stub))).toBeUndefined();
	});
});

describe('the attempts at a run', () => {
	const run = (more: Partial<NodeRun> = {}): NodeRun => ({
		memory: {},
		executionId: 'one',
		runIndex: 1,
		...more,
	});

	test.each([
		['are known by what n8n tells, and share what they know', undefined, true],
		['of a tool are calls of their own', { type: 'n8n-nodes-globalaiopc.seedanceTool' }, false],
	])('%s', (_case, node, share) => {
		const stub = run();
		const [first, again] = [1, 2].map(() => beginAttempt(stubContext({ ...stub, node })));
		expect([first?.nodeRun, again?.nodeRun]).toEqual([stub, stub]);
		expect(again?.shared === first?.shared).toBe(share);
	});

	test('share when the first began, and what was made once', async () => {
		const first = run();
		const shared = sharedByAttempts(first);
		const made = shared.once('answers', () => ({}));
		await advance(SECOND);
		const again = sharedByAttempts({ ...first });
		expect(again.startedAt).toBe(NOW);
		expect(again.once('answers', () => ({}))).toBe(made);
		expect(again.once('other', () => ({}))).not.toBe(made);
	});

	test.each<[string, NodeRun | undefined, (first?: NodeRun) => NodeRun | undefined]>([
		['another round of a loop', run(), (first) => run({ ...first, runIndex: 2 })],
		['another node or execution', run(), () => run()],
		['a run that nobody knows', run(), () => undefined],
		['each other where nobody knows either', undefined, () => undefined],
	])('share nothing with %s', async (_case, first, other) => {
		const shared = sharedByAttempts(first);
		const made = shared.once('answers', () => ({}));
		await advance(SECOND);
		const fresh = sharedByAttempts(other(first));
		expect(fresh.startedAt).toBe(NOW + SECOND);
		expect(fresh.once('answers', () => ({}))).not.toBe(made);
	});
});
