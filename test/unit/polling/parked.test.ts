import type { IExecuteFunctions, INode, IWorkflowBase } from 'n8n-workflow';

import { isAwaited, park, whyNotParked } from '../../../nodes/Seedance/polling/parked';
import { stubContext } from '../stubContext';

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
async function parking(node: Partial<INode>, settings: object = {}) {
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
	const child = { parameters: { taskId: 'of the child' }, onError: node.onError, note: 'Who waits' };
	const started = await park(stubContext({ more, node }), child, [{ json: { id: 'video_1' } }]);
	const [{ code }, items, , options] = handed as [{ code: IWorkflowBase }, unknown, unknown, unknown];
	return { code, items, options, metadata, started };
}

describe('the child workflow', () => {
	test('goes round: start, the node itself, the Wait node, and back', async () => {
		const { code, items, options, metadata, started } = await parking({ name: 'Video', type: 'CUSTOM.seedance', onError: 'stopWorkflow' });
		expect(items).toEqual([{ json: { id: 'video_1' } }]);
		expect(options).toEqual({
			parentExecution: { executionId: 'execution-1', workflowId: 'workflow-1', shouldResume: true },
			executionMode: 'trigger',
		});
		expect(started.executionId).toBe('execution-2');
		expect(metadata).toEqual([{ subExecution: { executionId: 'execution-2', workflowId: 'workflow-1' }, subExecutionsCount: 1 }]);
		const to = (node: string) => [{ node, type: 'main', index: 0 }];
		expect(code.connections).toEqual({
			'Video: Start': { main: [to('Video')] },
			Video: { main: [[], to('Video: Wait')] },
			'Video: Wait': { main: [to('Video')] },
		});
		expect(code.nodes).toMatchObject([
			{ type: 'n8n-nodes-base.executeWorkflowTrigger', parameters: { inputSource: 'passthrough' } },
			{ type: 'CUSTOM.seedance', parameters: { taskId: 'of the child' }, onError: 'stopWorkflow' },
			{ type: 'n8n-nodes-base.wait', parameters: { resume: 'timeInterval', unit: 'seconds' } },
			{ type: 'n8n-nodes-base.stickyNote', parameters: { content: 'Who waits' } },
		]);
	});

	test.each([
		['stopWorkflow', 'stopWorkflow'],
		['continueRegularOutput', 'continueRegularOutput'],
		['continueErrorOutput', 'continueRegularOutput'],
		[undefined, undefined],
	] as const)('On Error %s becomes %s: failed items have to come back with the others', async (onError, expected) => {
		const { code } = await parking({ onError });
		expect(code.nodes[1]?.onError).toBe(expected);
	});

	test("takes over the settings that bound or protect the parent's, and keeps what n8n needs to resume it", async () => {
		const bounding = { executionTimeout: 60, redactionPolicy: 'all', credentialResolverId: 'r', timezone: 'Europe/Paris' };
		const other = { errorWorkflow: 'w', saveDataSuccessExecution: 'none', saveDataErrorExecution: 'none', callerPolicy: 'none' };
		const own = {
			executionOrder: 'v1',
			callerPolicy: 'workflowsFromSameOwner',
			saveDataSuccessExecution: 'all',
			saveDataErrorExecution: 'all',
			saveExecutionProgress: false,
		};
		expect((await parking({}, { ...bounding, ...other })).code.settings).toEqual({ ...own, ...bounding });
		expect((await parking({}, other)).code.settings).toEqual(own);
	});
});

describe('who still waits', () => {
	const waitTill = new Date();
	test.each<[string, () => unknown, boolean]>([
		['a parked execution', () => ({ waitTill, resultData: {} }), true],
		['one that was stopped', () => ({ waitTill, resultData: { error: new Error('Stopped') } }), false],
		['one that crashed before it was parked', () => ({ resultData: {} }), false],
		['one that was deleted', () => undefined, false],
		['one that can not be read now', () => { throw new Error('The database is locked'); }, true],
	])('%s: %s', async (_case, read, expected) => {
		const asked: string[] = [];
		const getExecutionDataById = async (id: string) => {
			asked.push(id);
			return read();
		};
		const context = { getExecutionDataById } as unknown as IExecuteFunctions;
		expect(await isAwaited(context, 'execution-1')).toBe(expected);
		expect(asked).toEqual(['execution-1']);
	});
});
