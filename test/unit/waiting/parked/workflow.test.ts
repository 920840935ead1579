import type { INode, IWorkflowBase } from 'n8n-workflow';

import { pollableVideo } from '../../../../nodes/Seedance/resources/video/pollable';
import type { Helper, ParkedWait } from '../../../../nodes/Seedance/waiting/parked/role';
import { replaceKeeper, startHelper } from '../../../../nodes/Seedance/waiting/parked/workflow';
import { matching } from '../../expecting';
import { stubContext } from '../../stubContext';

const offers = { getWorkflow: () => ({ id: 'workflow-1' }), getWorkflowSettings: () => ({}) };

const WAIT: ParkedWait = {
	nodeName: 'Video',
	userExecutionId: 'user',
	keeperExecutionId: '',
	stopsOnError: true,
};

/** The parameters of the user's node: a helper takes over the resource alone. */
const parameters = { resource: 'video', operation: 'create', prompt: 'A cat' };

/** Parks a wait, and gives what n8n was handed. */
async function parking(
	helper: Helper,
	wait: Partial<ParkedWait> = {},
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
	const context = stubContext({ more, node, parameters });
	const rows = [{ json: { id: 'video_1' } }];
	const started = await startHelper(context, pollableVideo, helper, { ...WAIT, ...wait }, rows);
	const [{ code }, items, , options] = handed as [{ code: IWorkflowBase }, unknown, unknown, unknown];
	return { code, items, options, metadata, started };
}

/** The parameters of the node in a helper. */
const OWN = { resource: 'video', operation: 'parkedWait', ...WAIT };

const to = (node: string) => [{ node, type: 'main', index: 0 }];

describe('the helpers', () => {
	test('the keeper: parks, ends the wait, and parks again where the checker was lost', async () => {
		const { code, items, options, metadata, started } = await parking(
			'keeper',
			{},
			{ type: 'CUSTOM.seedance' },
		);
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
		expect(code.nodes).toMatchObject([
			{ type: 'n8n-nodes-base.executeWorkflowTrigger', parameters: { inputSource: 'passthrough' } },
			{
				name: 'Video: Park',
				type: 'CUSTOM.seedance',
				parameters: { ...OWN, role: 'keeperParks' },
				onError: 'continueRegularOutput',
			},
			{
				name: 'Video: Done',
				type: 'CUSTOM.seedance',
				parameters: { ...OWN, role: 'keeperEnds' },
				onError: 'stopWorkflow',
			},
			{
				type: 'n8n-nodes-base.stickyNote',
				parameters: {
					content: matching(
						/Execution user .* when the last of its videos .*stop execution user, .*IDs of the tasks: video_1\.$/s,
					),
				},
			},
		]);
	});

	test("the checker: takes turns with n8n's Wait node", async () => {
		const { code } = await parking('checker', { keeperExecutionId: 'keeper' });
		expect(code.connections).toEqual({
			'Video: Start': { main: [to('Video: Check')] },
			'Video: Check': { main: [[], to('Video: Wait'), to('Video: Check')] },
			'Video: Wait': { main: [to('Video: Check')] },
		});
		const own = { ...OWN, role: 'checker', keeperExecutionId: 'keeper' };
		expect(code.nodes).toMatchObject([
			{ name: 'Video: Start' },
			{ name: 'Video: Check', parameters: own, onError: 'continueRegularOutput' },
			{ type: 'n8n-nodes-base.wait', parameters: { resume: 'timeInterval', unit: 'seconds' } },
			{
				parameters: {
					content: matching(/waits for these videos.*stop execution user, the oldest of the three/s),
				},
			},
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
		expect((await parking('checker', {}, {}, { ...bounding, ...other })).code.settings).toEqual({
			...own,
			...bounding,
		});
		expect((await parking('checker', { executionTimeout: 60 })).code.settings).toEqual({
			...own,
			executionTimeout: 60,
		});
		// A keeper that n8n's time-out ended would leave the user's execution parked for ever.
		const kept = await parking('keeper', { executionTimeout: 60 }, {}, { ...bounding, ...other });
		expect(kept.code.settings).toEqual({ ...own, ...bounding, executionTimeout: -1 });
	});
});

test("another keeper is started for the user's execution, which stays parked", async () => {
	const handed: unknown[] = [];
	const executeWorkflow = async (...args: unknown[]) => {
		handed.push(...args);
		return { executionId: 'execution-9', data: [null] };
	};
	const context = stubContext({ parameters, more: { ...offers, getMode: () => 'trigger', executeWorkflow } });
	const wait = { ...WAIT, keeperExecutionId: 'lost' };
	await replaceKeeper(context, pollableVideo, wait, [{ json: { id: 'video_1' } }]);
	const [{ code }, items, , options] = handed as [{ code: IWorkflowBase }, unknown, unknown, unknown];
	expect(items).toEqual([{ json: { id: 'video_1' } }]);
	expect(options).toMatchObject({
		parentExecution: { executionId: 'user', shouldResume: true },
		doNotWaitToFinish: true,
	});
	expect((code.nodes[1] as INode).parameters).toEqual({ ...OWN, role: 'keeperParks' });
});
