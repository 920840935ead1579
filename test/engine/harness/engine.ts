import {
	createRunExecutionData,
	deepCopy,
	NodeConnectionTypes,
	Workflow,
	type IConnections,
	type ICredentialDataDecryptedObject,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type IRun,
	type IWorkflowExecuteAdditionalData,
	type OnError,
} from 'n8n-workflow';

import { StoredCredentials } from './credentials';
import { core, runFrom, stopSignalOf } from './n8nCore.cts';
import { testNodeTypes } from './nodeTypes';
import { Parking, type Child } from './parking';

/** One run of the node under test between a node that brings its items and nodes that take its outputs. */
export interface EngineRun {
	/** Rows that arrive at the node; one empty row by default. */
	items?: Array<IDataObject | INodeExecutionData>;
	/** The node's parameters, as a workflow stores them. */
	parameters?: INodeParameters;
	/** The credential's data; `null` for a node with no credential set. */
	credential: ICredentialDataDecryptedObject | null;
	onError?: OnError;
	/** "Retry On Fail" with this many tries, 2 to 5; off by default. */
	tries?: number;
	/** n8n's setting of that name; off by default. */
	alwaysOutputData?: boolean;
	/** Milliseconds from one of these tries to the next; one by default. */
	waitBetweenTries?: number;
	/** The failed execution that "Executions → Retry" takes up; the node's parameters may be others by now. */
	retryOf?: IRun;
	/** Runs the node under the type that n8n gives it as a tool of an AI agent. */
	asTool?: boolean;
	/** Outputs of the node that lead on, by position; the first by default. */
	connected?: number[];
	/** Types of nodes in place of those of every test, or beside them. */
	otherTypes?: Record<string, INodeType>;
	/** Whether the second output leads to a Wait node, and from there back. */
	loops?: boolean;
	/** Called with the execution as soon as it has begun, and with the signal that its `cancel` aborts. */
	onStart?: (execution: { cancel: () => void }, stopSignal: AbortSignal) => void;
	/** What n8n's server has against a child workflow, and against which: 1 is the first. */
	childRefusal?: { error: Error; of: number };
	/** How many executions that check n8n gives up, before it lets one be. */
	crashes?: number;
	/** Collects what the node sends to the browser's console. */
	consoleMessages?: unknown[];
}

/** What came of a run. */
export interface EngineResult {
	run: IRun;
	/** Items by output, in the order of the node's outputs; the error output is the last where there is one. */
	outputs: INodeExecutionData[][];
	/** What the editor is told beside the output. */
	hints: string[];
	/** The workflows that the node handed its items over to. */
	children: Child[];
	/** The error that stopped the workflow. */
	error?: Error & { description?: string | null; httpCode?: string | null; context?: IDataObject };
}

/** How a node treats errors: each of n8n's settings. */
export const ON_ERROR: OnError[] = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'];

const ROWS = 'Rows';
export const SEEDANCE = 'Seedance';
const WAIT = 'Wait';
const SINK = 'Sink';

/** Runs a workflow in n8n's own engine: n8n-core's WorkflowExecute, contexts, HTTP helpers and credentials. */
export async function runNode(options: EngineRun): Promise<EngineResult> {
	const rows = (options.items ?? [{}]).map((row) =>
		'json' in row ? row : { json: row },
	) as INodeExecutionData[];
	const nodes: INode[] = [
		node(ROWS, 'test.rows', {}),
		{
			...node(SEEDANCE, `n8n-nodes-globalaiopc.seedance${options.asTool ? 'Tool' : ''}`, {
				resource: 'video',
				operation: 'get',
				...options.parameters,
			}),
			onError: options.onError,
			alwaysOutputData: options.alwaysOutputData,
			...(options.tries && {
				retryOnFail: true,
				maxTries: options.tries,
				waitBetweenTries: options.waitBetweenTries ?? 1,
			}),
			...(options.credential && { credentials: { globalAiOpcApi: { id: '1', name: 'GlobalAI OPC' } } }),
		},
		node(SINK, 'test.sink', {}),
		...(options.loops
			? [node(WAIT, 'n8n-nodes-base.wait', { amount: '={{ $json.polling.waitSeconds }}' })]
			: []),
	];
	const to = (name: string) => [{ node: name, type: NodeConnectionTypes.Main, index: 0 }];
	const { connected = [0], loops = false } = options;
	const outputTo = (output: number) =>
		loops && output === 1 ? to(WAIT) : connected.includes(output) ? to(SINK) : [];
	const connections: IConnections = {
		[ROWS]: { main: [to(SEEDANCE)] },
		[SEEDANCE]: { main: [0, 1, 2].map(outputTo) },
		...(loops && { [WAIT]: { main: [to(SEEDANCE)] } }),
	};
	const nodeTypes = testNodeTypes(rows, options.otherTypes);
	const workflow = new Workflow({
		id: 'workflow',
		name: 'Engine test',
		nodes,
		connections,
		active: false,
		nodeTypes,
		settings: { executionOrder: 'v1' },
	});
	const additionalData = (executionId: string) =>
		({
			...parking.services,
			credentialsHelper: new StoredCredentials(options.credential),
			currentNodeExecutionIndex: 0,
			hooks: new core.ExecutionLifecycleHooks('manual', 'execution', {
				...workflow,
				id: 'workflow',
			} as never),
			executionId,
			restApiUrl: 'https://n8n.example.com/rest',
			// n8n-core makes resume addresses of these for every expression; nothing listens there.
			webhookWaitingBaseUrl: 'http://127.0.0.1/webhook-waiting',
			formWaitingBaseUrl: 'http://127.0.0.1/form-waiting',
			variables: {},
			sendDataToUI: (_type: string, data: IDataObject) => options.consoleMessages?.push(data.messages),
			setExecutionStatus: () => {},
		}) as unknown as IWorkflowExecuteAdditionalData;
	const parking = new Parking(nodeTypes, additionalData);
	if (options.childRefusal) parking.refusal = options.childRefusal;
	parking.crashes = options.crashes ?? 0;
	const executionId = options.retryOf ? 'retried execution' : 'execution';

	const { retryOf } = options;
	const execute = new core.WorkflowExecute(
		additionalData(executionId),
		retryOf ? 'retry' : 'manual',
		retryOf ? dataToRetry(retryOf, workflow) : createRunExecutionData(),
	);
	const execution = retryOf
		? execute.processRunExecutionData(workflow)
		: runFrom(execute, workflow, workflow.getNode(ROWS) as INode);
	options.onStart?.(execution, stopSignalOf(execute));
	const run = await parking.resume(await execution, workflow, executionId);

	const taskData = run.data.resultData.runData[SEEDANCE]?.[0];
	const outputs = (taskData?.data?.main ?? []).map((items: INodeExecutionData[] | null) => items ?? []);
	const hints = (taskData?.hints ?? []).map(({ message }) => message);
	const { children } = parking;
	return { run, outputs, hints, children, error: run.data.resultData.error as EngineResult['error'] };
}

/** What n8n's server carries over from a failed execution that is retried: all of its data but the failure. */
function dataToRetry({ data }: IRun, workflow: Workflow): IRun['data'] {
	const stored = deepCopy(data);
	delete stored.resultData.error;
	stored.resultData.runData[SEEDANCE]?.pop();
	for (const entry of stored.executionData?.nodeExecutionStack ?? []) {
		entry.node = workflow.getNode(entry.node.name) as INode;
	}
	return stored;
}

function node(name: string, type: string, parameters: INodeParameters): INode {
	return { id: name, name, type, typeVersion: 1, position: [0, 0], parameters };
}
