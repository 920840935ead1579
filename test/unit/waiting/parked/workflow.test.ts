import type { INode, INodeExecutionData, IWorkflowBase } from 'n8n-workflow';

import {
	park,
	PARKED_FOR,
	type ParkedFor,
	replaceKeeper,
	whyNotParked,
} from '../../../../nodes/Seedance/waiting/parked/workflow';
import { matching } from '../../expecting';
import { stubContext } from '../../stubContext';

const offers = { getWorkflow: () => ({ id: 'workflow-1' }), getWorkflowSettings: () => ({}) };

describe('where a wait can be parked', () => {
	const failed: INodeExecutionData[] = [{ json: {} }];
	const answers = (...data: INodeExecutionData[][]) => ({
		...offers,
		executeWorkflow: async () => ({ executionId: '2', data }),
	});
	const refuses = {
		...offers,
		executeWorkflow: async () => {
			throw new Error('Node "Video" uses a credential you can not use');
		},
	};

	test.each<[string, object, string | undefined, string | undefined]>([
		[
			'an n8n that tells failed items of a sub-execution from others',
			answers([], failed),
			undefined,
			undefined,
		],
		['an older one', answers(failed, []), undefined, 'this takes n8n 2.36 or later'],
		['one that knows no error output there', answers(failed), undefined, 'this takes n8n 2.36 or later'],
		[
			'n8n 1.x, and the first 2.x',
			{ ...answers([], failed), getWorkflowSettings: undefined },
			undefined,
			'this takes n8n 2.36 or later',
		],
		[
			'one that does not let the node start an execution',
			refuses,
			undefined,
			'Node "Video" uses a credential you can not use',
		],
		['no execution', answers([], failed), '', 'this workflow is not saved in n8n'],
		[
			'a workflow without an id',
			{ ...answers([], failed), getWorkflow: () => ({}) },
			undefined,
			'this workflow is not saved in n8n',
		],
	])('%s', async (_case, more, executionId, reason) => {
		expect(await whyNotParked(stubContext({ more, executionId }))).toBe(reason);
	});

	test('the rehearsal asks for the same rights as a parked wait, and leaves nothing behind', async () => {
		const handed: Array<{ code: IWorkflowBase }> = [];
		const executeWorkflow = async (info: { code: IWorkflowBase }) => {
			handed.push(info);
			return { executionId: '2', data: [[], failed] };
		};
		await whyNotParked(
			stubContext({
				more: { ...offers, executeWorkflow },
				node: { name: 'Video', credentials: { a: { id: '1', name: 'A' } } },
			}),
		);
		const [{ code }] = handed as [{ code: IWorkflowBase }];
		expect(code).toMatchObject({
			id: 'workflow-1',
			connections: { 'Video: Start': { main: [to('Video: Rehearsal')] } },
			settings: { saveDataSuccessExecution: 'none', saveDataErrorExecution: 'none' },
		});
		expect(code.nodes.map(read)).toMatchObject([
			{ name: 'Video: Start' },
			{
				credentials: { a: { id: '1' } },
				onError: 'continueErrorOutput',
				parameters: { role: 'rehearse', waitUntilDone: 'no' },
			},
		]);
	});
});

/** Parks a wait, and gives what n8n was handed. */
async function parking(
	next: Partial<ParkedFor & { role: 'keep' | 'check' }> = {},
	node: Partial<INode> = {},
	settings: object = {},
) {
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
const form = { resource: 'video', operation: 'get', waitUntilDone: 'withWaitNode' };

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
		expect(metadata).toEqual([
			{ subExecution: { executionId: 'execution-2', workflowId: 'workflow-1' }, subExecutionsCount: 1 },
		]);
		expect(code.connections).toEqual({
			'Video: Start': { main: [to('Video: Park')] },
			'Video: Park': { main: [to('Video: Done')] },
			'Video: Done': { main: [[], to('Video: Park')] },
		});
		const own = { ...form, name: 'Video', awaitedBy: ['execution-1'], stops: true };
		expect(code.nodes.map(read)).toMatchObject([
			{ type: 'n8n-nodes-base.executeWorkflowTrigger', parameters: { inputSource: 'passthrough' } },
			{
				name: 'Video: Park',
				type: 'CUSTOM.seedance',
				parameters: { ...own, role: 'keep' },
				onError: 'continueRegularOutput',
			},
			{
				name: 'Video: Done',
				type: 'CUSTOM.seedance',
				parameters: { ...own, role: 'settle' },
				onError: 'stopWorkflow',
			},
			{
				type: 'n8n-nodes-base.stickyNote',
				parameters: {
					content: matching(
						/Execution execution-1 .* goes on when the last.*stop execution execution-1.*Tasks: video_1$/s,
					),
				},
			},
		]);
	});

	test("the one that checks: takes turns with n8n's Wait node", async () => {
		const { code } = await parking({ role: 'check', awaitedBy: ['execution-0'] });
		expect(code.connections).toEqual({
			'Video: Start': { main: [to('Video: Check')] },
			'Video: Check': { main: [[], to('Video: Wait')] },
			'Video: Wait': { main: [to('Video: Check')] },
		});
		const own = {
			...form,
			name: 'Video',
			awaitedBy: ['execution-0', 'execution-1'],
			stops: true,
			role: 'check',
		};
		expect(code.nodes.map(read)).toMatchObject([
			{ name: 'Video: Start' },
			{ name: 'Video: Check', parameters: own, onError: 'continueRegularOutput' },
			{ type: 'n8n-nodes-base.wait', parameters: { resume: 'timeInterval', unit: 'seconds' } },
			{ parameters: { content: matching(/stop execution execution-0, the oldest of the three/) } },
		]);
	});

	test("takes over the settings that bound or protect the parent's, and keeps what n8n needs to resume it", async () => {
		const bounding = { redactionPolicy: 'all', credentialResolverId: 'r', timezone: 'Europe/Paris' };
		const other = {
			executionTimeout: 600,
			errorWorkflow: 'w',
			saveDataSuccessExecution: 'none',
			saveDataErrorExecution: 'none',
			callerPolicy: 'none',
		};
		const own = {
			executionOrder: 'v1',
			callerPolicy: 'workflowsFromSameOwner',
			saveDataSuccessExecution: 'all',
			saveDataErrorExecution: 'all',
			saveExecutionProgress: false,
		};
		const check = { role: 'check' as const };
		expect((await parking(check, {}, { ...bounding, ...other })).code.settings).toEqual({
			...own,
			...bounding,
		});
		expect((await parking({ ...check, executionTimeout: 60 })).code.settings).toEqual({
			...own,
			executionTimeout: 60,
		});
		// A keeper that n8n's time-out ended would leave the user's execution parked for ever.
		const kept = await parking({ executionTimeout: 60 }, {}, { ...bounding, ...other });
		expect(kept.code.settings).toEqual({ ...own, ...bounding, executionTimeout: -1 });
	});
});

test('another keeper is started for the execution of the user, which stays parked', async () => {
	const handed: unknown[] = [];
	const executeWorkflow = async (...args: unknown[]) => {
		handed.push(...args);
		return { executionId: 'execution-9', data: [null] };
	};
	const own: ParkedFor = { role: 'check', name: 'Video', awaitedBy: ['user', 'lost'], stops: true };
	await replaceKeeper(stubContext({ more: { ...offers, getMode: () => 'trigger', executeWorkflow } }), own, [
		{ json: { id: 'video_1' } },
	]);
	const [{ code }, items, , options] = handed as [{ code: IWorkflowBase }, unknown, unknown, unknown];
	expect(items).toEqual([{ json: { id: 'video_1' } }]);
	expect(options).toMatchObject({
		parentExecution: { executionId: 'user', shouldResume: true },
		doNotWaitToFinish: true,
	});
	expect(read(code.nodes[1] as INode).parameters).toMatchObject({
		role: 'keep',
		awaitedBy: ['user'],
		stops: true,
	});
});
