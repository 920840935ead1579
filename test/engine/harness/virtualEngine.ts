import {
	createRunExecutionData,
	NodeConnectionTypes,
	NodeHelpers,
	Workflow,
	type IBinaryData,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeType,
	type INodeTypes,
	type IRun,
	type IWorkflowExecuteAdditionalData,
	type OnError,
} from 'n8n-workflow';

import { Seedance } from '../../../nodes/Seedance/Seedance.node';
import { StoredCredentials } from './credentials';
import { core, runFrom } from './n8nCore.cts';
import { testNodeTypes } from './nodeTypes';
import { drain } from './virtualBody.cts';
import type { VirtualClock } from './virtualClock.cts';
import type { VirtualServer } from './virtualServer';

/** One run of the node in n8n's own engine, against a server that answers as a script says. */
export interface VirtualRun {
	clock: VirtualClock;
	server: VirtualServer<unknown>;
	apiKey: string;
	items: IDataObject[];
	parameters: INodeParameters;
	onError: OnError;
	/** "Retry On Fail" with this many tries; 1 is off. */
	tries?: number;
	/** When the user presses Stop, in milliseconds on the clock. */
	stopAfterMs?: number;
}

/** One row that came in, and where it left. */
export interface Leaving {
	row: number;
	/** The round of the loop through the Wait node, from 0. */
	round: number;
	/** As in the order of the node's outputs. */
	output: 'done' | 'error';
	item: INodeExecutionData;
}

/** What came of a run. */
export interface VirtualResult {
	/** Rows that left the loop, in the order in which they left. */
	leaving: Leaving[];
	/** What left for the Wait node, round by round. */
	stillRunning: INodeExecutionData[][];
	/** The error that stopped the workflow. */
	error?: Error & { description?: string | null; context?: IDataObject };
	/** The row whose error that is; -1 where it is none's. */
	failedRow: number;
	/** What was sent to the browser's console. */
	consoleMessages: unknown[];
	run: IRun;
}

const ROWS = 'Rows';
const SEEDANCE = 'Seedance';
const WAIT = 'Wait';
const SINK = 'Sink';

/**
 * Runs the node in a workflow as its documentation draws it: rows, the node, and with `withWaitNode` a Wait node that
 * leads back. Everything is n8n's own but the network and the time that the Wait node waits.
 */
export async function runVirtually(options: VirtualRun): Promise<VirtualResult> {
	const { parameters, onError, tries = 1, apiKey } = options;
	const rows = options.items.map((json) => ({ json }));
	const consoleMessages: unknown[] = [];
	const nodes: INode[] = [
		node(ROWS, 'test.rows', {}),
		{
			...node(SEEDANCE, 'n8n-nodes-globalaiopc.seedance', { resource: 'task', ...parameters }),
			onError,
			...(tries > 1 && { retryOnFail: true, maxTries: tries, waitBetweenTries: 1000 }),
			credentials: { globalAiOpcApi: { id: '1', name: 'GlobalAI OPC' } },
		},
		node(WAIT, 'test.wait', {}),
		node(SINK, 'test.sink', {}),
	];
	const to = (name: string) => [{ node: name, type: NodeConnectionTypes.Main, index: 0 }];
	const loops = parameters.waitUntilDone === 'withWaitNode';
	const workflow = new Workflow({
		id: 'workflow',
		nodes,
		connections: {
			[ROWS]: { main: [to(SEEDANCE)] },
			[SEEDANCE]: { main: [to(SINK), loops ? to(WAIT) : to(SINK), to(SINK)] },
			[WAIT]: { main: [to(SEEDANCE)] },
		},
		active: false,
		nodeTypes: nodeTypes(rows, options),
		settings: { executionOrder: 'v1' },
	});
	const additionalData = {
		credentialsHelper: new StoredCredentials({ apiKey, baseUrl: 'https://api.example/base' }),
		currentNodeExecutionIndex: 0,
		hooks: new core.ExecutionLifecycleHooks('manual', 'execution', { ...workflow, id: 'workflow' } as never),
		executionId: 'execution',
		webhookWaitingBaseUrl: 'http://127.0.0.1/webhook-waiting',
		formWaitingBaseUrl: 'http://127.0.0.1/form-waiting',
		variables: {},
		sendDataToUI: (_type: string, data: IDataObject) => consoleMessages.push(data.messages),
		setExecutionStatus: () => {},
	} as unknown as IWorkflowExecuteAdditionalData;

	const execute = new core.WorkflowExecute(additionalData, 'manual', createRunExecutionData());
	const running = runFrom(execute, workflow, workflow.getNode(ROWS) as INode);
	const { stopAfterMs } = options;
	const callOff = stopAfterMs === undefined ? () => {} : options.clock.after(stopAfterMs, () => running.cancel());
	const run = await running;
	callOff();
	const error = run.data.resultData.error as VirtualResult['error'];
	const { rowsOfLastRound, ...left } = rowsThatLeft(run, rows.length, loops);
	const failedRow = rowsOfLastRound[Number(error?.context?.itemIndex ?? -1)] ?? -1;
	return { ...left, error, failedRow, consoleMessages, run };
}

/** Follows each row through the rounds, by n8n's item linking alone. */
function rowsThatLeft(
	run: IRun,
	count: number,
	loops: boolean,
): Pick<VirtualResult, 'leaving' | 'stillRunning'> & { rowsOfLastRound: number[] } {
	const leaving: Leaving[] = [];
	const stillRunning: INodeExecutionData[][] = [];
	let rowsOfRound = Array.from({ length: count }, (_, row) => row);
	(run.data.resultData.runData[SEEDANCE] ?? []).forEach(({ data }, round) => {
		const [done, ...others] = (data?.main ?? []).map((items: INodeExecutionData[] | null) => items ?? []);
		const running = loops ? (others.shift() ?? []) : [];
		const rowOf = ({ pairedItem }: INodeExecutionData) =>
			rowsOfRound[(pairedItem as { item: number } | undefined)?.item ?? -1] ?? -1;
		for (const item of done ?? []) leaving.push({ row: rowOf(item), round, output: 'done', item });
		for (const item of others.flat()) leaving.push({ row: rowOf(item), round, output: 'error', item });
		if (!data) return;
		if (loops) stillRunning.push(running);
		rowsOfRound = running.map(rowOf);
	});
	return { leaving, stillRunning, rowsOfLastRound: rowsOfRound };
}

function nodeTypes(rows: INodeExecutionData[], run: VirtualRun): INodeTypes {
	const types = testNodeTypes(rows);
	const seedance = new Seedance();
	const virtual: Record<string, INodeType> = {
		'n8n-nodes-globalaiopc.seedance': {
			description: seedance.description,
			async execute() {
				run.server.executions.push(run.clock.wall());
				reroute(this, run.server);
				return await seedance.execute.call(this);
			},
		},
		'test.wait': {
			description: { ...types.getByNameAndVersion('test.sink').description, name: 'wait', displayName: 'Wait' },
			async execute() {
				const items = this.getInputData();
				const { waitSeconds } = items[0]?.json.polling as { waitSeconds: number };
				await new Promise<void>((resolve) => {
					run.clock.after(waitSeconds * 1000, resolve);
					this.getExecutionCancelSignal()?.addEventListener('abort', () => resolve());
				});
				// As they come back from n8n's database.
				return [JSON.parse(JSON.stringify(items)) as INodeExecutionData[]];
			},
		},
	};
	return {
		...types,
		getByNameAndVersion: (name, version) => {
			const type = virtual[name];
			return type ? NodeHelpers.getVersionedNodeType(type, version) : types.getByNameAndVersion(name, version);
		},
	};
}

/** Leads everything that would go over the network, or onto the disk, to the script. */
function reroute(context: IExecuteFunctions, server: VirtualServer<unknown>): void {
	Object.assign(context, {
		helpers: {
			...context.helpers,
			async httpRequestWithAuthentication(this: IExecuteFunctions, _credential: string, options: never) {
				return await server.withAuthentication(this, options);
			},
			httpRequest: server.plain,
			prepareBinaryData: async (stream: never, fileName: string, mimeType: string): Promise<IBinaryData> => {
				const { length } = await drain(stream);
				return { data: '', mimeType, fileName, bytes: length };
			},
		},
	});
}

function node(name: string, type: string, parameters: INodeParameters): INode {
	return { id: name, name, type, typeVersion: 1, position: [0, 0], parameters };
}
