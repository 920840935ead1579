import type { INode, IWorkflowBase } from 'n8n-workflow';

import {
	isAwaited,
	park,
	PARKED_FOR,
	type ParkedFor,
	reasonOfEnd,
	whyNotParked,
} from '../../../../nodes/Seedance/operations/shared/parkedWorkflow';
import { matching } from '../../expecting';
import { stubContext } from '../../stubContext';

const offers = { isToolExecution: () => false, getWorkflow: () => ({ id: 'workflow-1' }) };

describe('where a wait can be parked', () => {
	test.each<[string, object, string | undefined, string | undefined]>([
		['an n8n that can', offers, undefined, undefined],
		['n8n 1.x', { ...offers, isToolExecution: undefined }, undefined, 'this takes n8n 2.3 or later'],
		['no execution', offers, '', 'this workflow is not saved in n8n'],
		['a workflow without an id', { ...offers, getWorkflow: () => ({}) }, undefined, 'this workflow is not saved in n8n'],
	])('%s', (_case, more, executionId, reason) => {
		expect(whyNotParked(stubContext({ more, executionId }))).toBe(reason);
	});
});

/** Parks a wait, and gives what n8n was handed. */
async function parking(next: Partial<ParkedFor & { role: 'keep' | 'check' }> = {}, node: Partial<INode> = {}, settings: object = {}) {
	const handed: unknown[] = [];
	const metadata: unknown[] = [];
	const more = {
		...offers,
		getMode: () => 'trigger',
		getWorkflowSettings: () => settings,
		executeWorkflow: async (...args: unknown[]) => {
			handed.push(...args);
			return { executionId: 'execution-2', data: [null], waitTill: new Date() };
		},
		setMetadata: (one: unknown) => metadata.push(one),
	};
	const all = { role: 'keep' as const, name: 'Video', awaitedBy: [], stops: true, ...next };
	const started = await park(stubContext({ more, node }), all, [{ json: { id: 'video_1' } }]);
	const [{ code }, items, , options] = handed as [{ code: IWorkflowBase }, unknown, unknown, unknown];
	return { code, items, options, metadata, started };
}

/** A node with what it has to know, read from its hidden parameter. */
const read = ({ parameters, ...node }: INode) => {
	const { [PARKED_FOR]: parkedFor = '{}', ...others } = parameters;
	return { ...node, parameters: { ...others, ...(JSON.parse(String(parkedFor)) as ParkedFor) } };
};

/** The parameters of the node itself. */
const form = { resource: 'task', operation: 'get', waitUntilDone: 'withWaitNode' };

const to = (node: string) => [{ node, type: 'main', index: 0 }];

describe("the wait's own executions", () => {
	test('the one that keeps: parks, settles, and parks again where the checks were lost', async () => {
		const { code, items, options, metadata, started } = await parking({}, { type: 'CUSTOM.seedance' });
		expect(items).toEqual([{ json: { id: 'video_1' } }]);
		expect(options).toEqual({
			parentExecution: { executionId: 'execution-1', workflowId: 'workflow-1', shouldResume: true },
			executionMode: 'trigger',
		});
		expect(started.executionId).toBe('execution-2');
		expect(metadata).toEqual([{ subExecution: { executionId: 'execution-2', workflowId: 'workflow-1' }, subExecutionsCount: 1 }]);
		expect(code.connections).toEqual({
			'Video: Start': { main: [to('Video: Park')] },
			'Video: Park': { main: [to('Video')] },
			Video: { main: [[], to('Video: Park')] },
		});
		const own = { ...form, name: 'Video', awaitedBy: ['execution-1'], stops: true };
		expect(code.nodes.map(read)).toMatchObject([
			{ type: 'n8n-nodes-base.executeWorkflowTrigger', parameters: { inputSource: 'passthrough' } },
			{ name: 'Video: Park', type: 'CUSTOM.seedance', parameters: { ...own, role: 'keep' }, onError: 'continueRegularOutput' },
			{ name: 'Video', type: 'CUSTOM.seedance', parameters: { ...own, role: 'settle' }, onError: 'stopWorkflow' },
			{ type: 'n8n-nodes-base.stickyNote', parameters: { content: matching(/Execution execution-1 .* is parked for this one/) } },
		]);
	});

	test("the one that checks: takes turns with n8n's Wait node", async () => {
		const { code } = await parking({ role: 'check', awaitedBy: ['execution-0'] });
		expect(code.connections).toEqual({
			'Video: Start': { main: [to('Video')] },
			Video: { main: [[], to('Video: Wait')] },
			'Video: Wait': { main: [to('Video')] },
		});
		const own = { ...form, name: 'Video', awaitedBy: ['execution-0', 'execution-1'], stops: true, role: 'check' };
		expect(code.nodes.map(read)).toMatchObject([
			{ name: 'Video: Start' },
			{ name: 'Video', parameters: own, onError: 'continueRegularOutput' },
			{ type: 'n8n-nodes-base.wait', parameters: { resume: 'timeInterval', unit: 'seconds' } },
			{ parameters: { content: matching(/stop execution execution-0: nothing more is asked/) } },
		]);
	});

	test("takes over the settings that bound or protect the parent's, and keeps what n8n needs to resume it", async () => {
		const bounding = { redactionPolicy: 'all', credentialResolverId: 'r', timezone: 'Europe/Paris' };
		const other = { executionTimeout: 600, errorWorkflow: 'w', saveDataSuccessExecution: 'none', saveDataErrorExecution: 'none', callerPolicy: 'none' };
		const own = {
			executionOrder: 'v1',
			callerPolicy: 'workflowsFromSameOwner',
			saveDataSuccessExecution: 'all',
			saveDataErrorExecution: 'all',
			saveExecutionProgress: false,
		};
		const check = { role: 'check' as const };
		expect((await parking(check, {}, { ...bounding, ...other })).code.settings).toEqual({ ...own, ...bounding });
		expect((await parking({ ...check, executionTimeout: 60 })).code.settings).toEqual({ ...own, executionTimeout: 60 });
		// A keeper that n8n's time-out ended would leave the user's execution parked for ever.
		const kept = await parking({ executionTimeout: 60 }, {}, { ...bounding, ...other });
		expect(kept.code.settings).toEqual({ ...own, ...bounding, executionTimeout: -1 });
	});
});

describe('who still waits', () => {
	const waitTill = new Date();
	const forChild = (...ids: string[]) => ({
		waitTill,
		resultData: {},
		executionData: { nodeExecutionStack: [{ metadata: { waitingChildExecutionIds: ids } }] },
	});

	test.each<[string, () => unknown, boolean]>([
		['a parked execution', () => ({ waitTill, resultData: {} }), true],
		['one that is parked for this one', () => forChild('execution-0', 'execution-1'), true],
		['one that is parked for another by now', () => forChild('execution-3'), false],
		['one that was stopped', () => ({ ...forChild('execution-1'), resultData: { error: new Error('Stopped') } }), false],
		['one that crashed before it was parked', () => ({ resultData: {} }), false],
		['one that was deleted', () => undefined, false],
		['one that can not be read now', () => { throw new Error('The database is locked'); }, true],
	])('%s: %s', async (_case, read, expected) => {
		const asked: string[] = [];
		const getExecutionDataById = async (id: string) => {
			asked.push(id);
			return read();
		};
		const context = stubContext({ more: { getExecutionDataById } });
		expect(await isAwaited(context, { awaitedBy: ['execution-5'] })).toBe(expected);
		expect(asked).toEqual(['execution-5']);
	});

	test('every execution up to the one of the user has to', async () => {
		const parked: Record<string, object> = { user: forChild('keeper'), keeper: forChild('execution-1') };
		const more = { getExecutionDataById: async (id: string) => parked[id] };
		const context = stubContext({ more });
		expect(await isAwaited(context, { awaitedBy: ['user', 'keeper'] })).toBe(true);
		parked.user = { resultData: {} };
		expect(await isAwaited(context, { awaitedBy: ['user', 'keeper'] })).toBe(false);
	});
});

describe('how an execution ended', () => {
	test.each<[string, () => unknown, object]>([
		['by Stop', () => ({ resultData: { error: { name: 'ManualExecutionCancelledError', message: 'Stopped' } } }), { words: 'Stopped', isCancelled: true }],
		['by an error', () => ({ resultData: { error: { name: 'Error', message: 'Stalled' } } }), { words: 'Stalled', isCancelled: false }],
		['by a crash', () => ({ resultData: {} }), { words: 'n8n was ended while it was at work', isCancelled: false }],
		['nobody knows how', () => { throw new Error('The database is locked'); }, { words: 'n8n was ended while it was at work', isCancelled: false }],
	])('%s', async (_case, read, expected) => {
		const context = stubContext({ more: { getExecutionDataById: async () => read() } });
		expect(await reasonOfEnd(context, 'execution-2')).toEqual(expected);
	});
});
