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
	type ITaskData,
	type IWorkflowBase,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { core } from './n8nCore.cts';

/** Whether this n8n-core can hand an execution over to a child that is parked. */
export const CAN_PARK = 'isToolExecution' in core.ExecuteContext.prototype;

/** When n8n's server says that a parked execution goes on: when its child is over. */
const WHEN_CHILD_ENDS = new Date('2999-12-31T00:00:00.000Z');

/** What the last node of an execution has put out, for each of its outputs. */
function outputsOf({
	data: {
		resultData: { lastNodeExecuted = '', runData },
	},
}: IRun) {
	return runData[lastNodeExecuted]?.at(-1)?.data?.main ?? [];
}

/** An execution that is handed over to, as n8n's server was told of it. */
export interface Child {
	id: string;
	workflow: IWorkflowBase;
	items: INodeExecutionData[];
	parent: ExecuteWorkflowOptions['parentExecution'];
	run: Promise<IRun>;
}

/** What n8n has stored of a checker that was parked once, and given up at work then. */
function crashedInTurn(
	data: IRunExecutionData,
	nodes: INode[],
	items: INodeExecutionData[],
): IRunExecutionData {
	const [checker] = nodes.filter(({ parameters }) => parameters.role === 'checker');
	const contextData = { [`node:${checker?.name}`]: { items: items.map(({ json }) => json) } };
	return { ...data, executionData: { ...data.executionData, contextData } } as IRunExecutionData;
}

/** Makes what n8n's server offers to the engine for one execution. */
type Base = (executionId: string) => IWorkflowExecuteAdditionalData;

/**
 * What n8n's server does for an execution that waits for a child of its own: runs the child beside it, and resumes the
 * parent with what came of it. All run in n8n's own engine; nothing is stored, and end-to-end tests have the server.
 */
export class Parking {
	/** In the order in which they were begun. */
	readonly children: Child[] = [];

	/** What n8n has against a child, and against which: 0 is a rehearsal, 1 the first that parks. None by default. */
	refusal?: { error: Error; of: number };

	/** How many executions that check are given up, as if n8n had been killed, before one is let be. */
	crashes = 0;

	/** What n8n has stored of executions that save their progress. */
	private readonly stored = new Map<string, IRunExecutionData>();

	constructor(
		private readonly nodeTypes: INodeTypes,
		private readonly base: Base,
	) {}

	/** What the server offers to the engine for the executions of a workflow. */
	get services(): Partial<IWorkflowExecuteAdditionalData> {
		return {
			executeWorkflow: async (
				info: IExecuteWorkflowInfo,
				_data: unknown,
				options: ExecuteWorkflowOptions,
			) => {
				const place = options.parentExecution ? this.children.length + 1 : 0;
				if (this.refusal?.of === place) throw this.refusal.error;
				const child = this.start(info.code as IWorkflowBase, options);
				// A rehearsal: it is over at once.
				if (!options.parentExecution) return { executionId: child.id, data: outputsOf(await child.run) };
				this.children.push(child);
				return { executionId: child.id, data: [null], waitTill: WHEN_CHILD_ENDS };
			},
			getRunExecutionData: async (id: string) =>
				this.stored.get(id) ?? ({ waitTill: WHEN_CHILD_ENDS, resultData: {} } as IRunExecutionData),
		} as Partial<IWorkflowExecuteAdditionalData>;
	}

	private start(code: IWorkflowBase, { inputData = [], parentExecution }: ExecuteWorkflowOptions): Child {
		const id = `child ${this.children.length + 1}`;
		// As they are read from the database.
		const [workflowData, items] = JSON.parse(JSON.stringify([code, inputData])) as [
			IWorkflowBase,
			INodeExecutionData[],
		];
		const workflow = new Workflow({ ...workflowData, active: false, nodeTypes: this.nodeTypes });
		const nodes = Object.values(workflow.nodes);
		const start = nodes.find(({ type }) => type.endsWith('Trigger')) as INode;
		const data = createRunExecutionData({
			executionData: { nodeExecutionStack: [{ node: start, data: { main: [items] }, source: null }] },
		});
		const checks = nodes.some(({ type }) => type.endsWith('.wait'));
		if (checks && this.crashes-- > 0) {
			this.stored.set(id, crashedInTurn(data, nodes, items));
			return { id, workflow: workflowData, items, parent: parentExecution, run: this.crash(data) };
		}
		const base = this.base(id);
		if (workflowData.settings?.saveExecutionProgress)
			base.hooks?.addHandler(
				'nodeExecuteAfter',
				(_node: string, _data: ITaskData, all: IRunExecutionData) => {
					this.stored.set(id, JSON.parse(JSON.stringify(all)) as IRunExecutionData);
				},
			);
		const execution = new core.WorkflowExecute(base, 'integrated', data).processRunExecutionData(workflow);
		const run = Promise.resolve(execution).then(async (one) => await this.resume(one, workflow, id));
		return { id, workflow: workflowData, items, parent: parentExecution, run };
	}

	/** An execution that n8n gave up at work: its data is that of its last turn. */
	private async crash(data: IRunExecutionData): Promise<IRun> {
		const task = { data: { main: [[{ json: { waitSeconds: 66 } }]] } } as unknown as ITaskData;
		const resultData = { lastNodeExecuted: 'Wait', runData: { Wait: [task] } };
		return {
			data: { ...data, resultData },
			mode: 'integrated',
			startedAt: new Date(),
			status: 'crashed',
			storedAt: 'db',
		};
	}

	/** Runs a parked execution on once its child is over, as often as it parks. */
	async resume(parked: IRun, workflow: Workflow, executionId: string): Promise<IRun> {
		let run = parked;
		while (run.status === 'waiting') {
			const child = this.children.filter(({ parent }) => parent?.executionId === executionId).at(-1);
			if (!child) throw new Error('It is parked for nobody');
			const { data } = await child.run;
			const stored = JSON.parse(JSON.stringify(run.data)) as IRunExecutionData;
			const [entry] = stored.executionData?.nodeExecutionStack ?? [];
			if (!entry) throw new Error('Nothing is parked');
			const { error, lastNodeExecuted = '', runData } = data.resultData;
			if (error)
				entry.metadata = {
					...entry.metadata,
					resumeError: JSON.parse(JSON.stringify(error)) as ExecutionError,
				};
			else entry.data = runData[lastNodeExecuted]?.at(-1)?.data ?? entry.data;
			run = await new core.WorkflowExecute(this.base(executionId), 'manual', stored).processRunExecutionData(
				workflow,
			);
		}
		return run;
	}
}
