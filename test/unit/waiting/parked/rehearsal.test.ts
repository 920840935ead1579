import type { INodeExecutionData, IWorkflowBase } from 'n8n-workflow';

import { whyNotParked } from '../../../../nodes/Seedance/waiting/parked';
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

	const OLD = 'this takes n8n 2.36 or later';
	const UNSAVED = 'this workflow is not saved in n8n';
	const NOT_ALLOWED = 'Node "Video" uses a credential you can not use';
	test.each<[string, object, string | undefined, string?]>([
		['an n8n that tells failed items of a sub-execution from others', answers([], failed), undefined],
		['an older one', answers(failed, []), OLD],
		['one that knows no error output there', answers(failed), OLD],
		['n8n 1.x, and the first 2.x', { ...answers([], failed), getWorkflowSettings: undefined }, OLD],
		['one that does not let the node start an execution', refuses, NOT_ALLOWED],
		['no execution', answers([], failed), UNSAVED, ''],
		['a workflow without an id', { ...answers([], failed), getWorkflow: () => ({}) }, UNSAVED],
	])('%s', async (_case, more, reason, executionId = 'execution-1') => {
		expect(await whyNotParked(stubContext({ more, executionId }))).toBe(reason);
	});

	test('the rehearsal asks for the same rights as a parked wait, and leaves nothing behind', async () => {
		const handed: Array<{ code: IWorkflowBase }> = [];
		const executeWorkflow = async (info: { code: IWorkflowBase }) => {
			handed.push(info);
			return { executionId: '2', data: [[], failed] };
		};
		const credentials = { a: { id: '1', name: 'A' } };
		const node = { name: 'Video', parameters: { resource: 'video' }, credentials };
		await whyNotParked(stubContext({ more: { ...offers, executeWorkflow }, node }));
		const [{ code }] = handed as [{ code: IWorkflowBase }];
		expect(code).toMatchObject({
			id: 'workflow-1',
			connections: { 'Video: Start': { main: [[{ node: 'Video: Rehearsal', type: 'main', index: 0 }]] } },
			settings: { saveDataSuccessExecution: 'none', saveDataErrorExecution: 'none' },
		});
		expect(code.nodes).toMatchObject([
			{ name: 'Video: Start' },
			{
				credentials: { a: { id: '1' } },
				onError: 'continueErrorOutput',
				parameters: { resource: 'video', operation: 'parkedWait', role: 'rehearsal' },
			},
		]);
	});
});
