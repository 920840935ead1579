import {
	createRunExecutionData,
	Workflow,
	type ExecuteWorkflowOptions,
	type ExecutionError,
	type IExecuteWorkflowInfo,
	type INode,
	type INodeExecutionData,
	type INodeTypes,
	type IRun,
	type IRunExecutionData,
	type IWorkflowBase,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { core } from './n8nCore.cts';

/** Whether this n8n-core can hand an execution over to a child that is parked. */
export const CAN_PARK = 'isToolExecution' in core.ExecuteContext.prototype;

/** When n8n's server says that a parked execution goes on: when its child is over. */
const WHEN_CHILD_ENDS = new Date('2999-12-31T00:00:00.000Z');

/** An execution that is handed over to, as n8n's server was told of it. */
export interface Child {
	workflow: IWorkflowBase;
	items: INodeExecutionData[];
	parent: ExecuteWorkflowOptions['parentExecution'];
	run: Promise<IRun>;
}

/**
 * What n8n's server does for an execution that waits for a child of its own: runs the child beside it, and resumes the
 * parent with what came of it. Both run in n8n's own engine; nothing is stored, and end-to-end tests have the server.
 */
export class Parking {
	readonly children: Child[] = [];

	/** What refuses the next child; none by default. */
	refusal?: Error;

	constructor(
		private readonly nodeTypes: INodeTypes,
		private readonly base: () => IWorkflowExecuteAdditionalData,
	) {}

	/** What the server offers to the engine for the executions of a workflow. */
	get services(): Partial<IWorkflowExecuteAdditionalData> {
		return {
			executeWorkflow: async (info: IExecuteWorkflowInfo, _data: unknown, options: ExecuteWorkflowOptions) => {
				if (this.refusal) throw this.refusal;
				const child = this.start(info.code as IWorkflowBase, options);
				this.children.push(child);
				return { executionId: 'child', data: [null], waitTill: WHEN_CHILD_ENDS };
			},
			getRunExecutionData: async () => ({ waitTill: WHEN_CHILD_ENDS, resultData: {} }) as IRunExecutionData,
		} as Partial<IWorkflowExecuteAdditionalData>;
	}

	private start(code: IWorkflowBase, { inputData = [], parentExecution }: ExecuteWorkflowOptions): Child {
		// As they are read from the database.
		const [workflowData, items] = JSON.parse(JSON.stringify([code, inputData])) as [IWorkflowBase, INodeExecutionData[]];
		const workflow = new Workflow({ ...workflowData, active: false, nodeTypes: this.nodeTypes });
		const [start] = Object.values(workflow.nodes).filter(({ type }) => type.endsWith('Trigger'));
		const data = createRunExecutionData({
			executionData: {
				nodeExecutionStack: [{ node: start as INode, data: { main: [items] }, source: null }],
			},
		});
		const execute = new core.WorkflowExecute({ ...this.base(), executionId: 'child' }, 'integrated', data);
		return { workflow: workflowData, items, parent: parentExecution, run: execute.processRunExecutionData(workflow) };
	}

	/** Runs a parked execution on once its child is over, as often as it parks. */
	async resume(parked: IRun, workflow: Workflow): Promise<IRun> {
		let run = parked;
		while (run.status === 'waiting') {
			const { data } = await (this.children.at(-1) as Child).run;
			const stored = JSON.parse(JSON.stringify(run.data)) as IRunExecutionData;
			const [entry] = stored.executionData?.nodeExecutionStack ?? [];
			if (!entry) throw new Error('Nothing is parked');
			const { error, lastNodeExecuted = '', runData } = data.resultData;
			if (error) entry.metadata = { ...entry.metadata, resumeError: JSON.parse(JSON.stringify(error)) as ExecutionError };
			else entry.data = runData[lastNodeExecuted]?.at(-1)?.data ?? entry.data;
			run = await new core.WorkflowExecute(this.base(), 'manual', stored).processRunExecutionData(workflow);
		}
		return run;
	}
}
