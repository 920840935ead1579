import type {
	IBinaryData,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeParameters,
	INodeProperties,
	INodeType,
	IRun,
	OnError,
} from 'n8n-workflow';

import { Seedance } from '../../../nodes/Seedance/Seedance.node';
import { runNode, SEEDANCE, type EngineResult } from './engine';
import { helperNode } from './nodeTypes';
import type { Child } from './parking';
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
	/** What n8n's server has against a child workflow, and against which: 1 is the first. */
	childRefusal?: { error: Error; of: number };
	/** How many executions that check n8n gives up, before it lets one be. */
	crashes?: number;
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
	error: EngineResult['error'];
	/** The row whose error that is; -1 where it is none's. */
	failedRow: number;
	/** What was sent to the browser's console. */
	consoleMessages: unknown[];
	/** The workflows that the node handed its items over to. */
	children: Child[];
}

/**
 * Runs the node in a workflow as its documentation draws it: rows, the node, and with `withWaitNode` a Wait node that
 * leads back. Everything is n8n's own but the network and the time that the Wait node waits.
 */
export async function runVirtually(options: VirtualRun): Promise<VirtualResult> {
	const { clock, items, parameters, onError, tries = 1, apiKey, stopAfterMs } = options;
	const loops = parameters.waitUntilDone === 'withWaitNode';
	const consoleMessages: unknown[] = [];
	let callOff = () => {};
	const { run, error, children } = await runNode({
		items: items.map((json) => ({ json })),
		parameters,
		credential: { apiKey, baseUrl: 'https://api.example/base' },
		onError,
		...(tries > 1 && { tries, waitBetweenTries: 1000 }),
		connected: [0, 1, 2],
		loops,
		otherTypes: virtualTypes(options),
		consoleMessages,
		childRefusal: options.childRefusal,
		crashes: options.crashes,
		onStart: (execution) => {
			if (stopAfterMs !== undefined) callOff = clock.after(stopAfterMs, () => execution.cancel());
		},
	});
	callOff();
	const { rowsOfLastRound, ...left } = rowsThatLeft(run, items.length, loops);
	const failedRow = rowsOfLastRound[Number(error?.context?.itemIndex ?? -1)] ?? -1;
	return { ...left, error, failedRow, consoleMessages, children };
}

/** Follows each row through the rounds, by n8n's item linking alone. */
function rowsThatLeft(run: IRun, count: number, loops: boolean) {
	const leaving: Leaving[] = [];
	const stillRunning: INodeExecutionData[][] = [];
	let rowsOfLastRound = Array.from({ length: count }, (_, row) => row);
	(run.data.resultData.runData[SEEDANCE] ?? []).forEach(({ data }, round) => {
		const [done, ...others] = (data?.main ?? []).map((items: INodeExecutionData[] | null) => items ?? []);
		const running = loops ? (others.shift() ?? []) : [];
		const rowOf = ({ pairedItem }: INodeExecutionData) =>
			rowsOfLastRound[(pairedItem as { item: number } | undefined)?.item ?? -1] ?? -1;
		for (const item of done ?? []) leaving.push({ row: rowOf(item), round, output: 'done', item });
		for (const item of others.flat()) leaving.push({ row: rowOf(item), round, output: 'error', item });
		if (!data) return;
		if (loops) stillRunning.push(running);
		rowsOfLastRound = running.map(rowOf);
	});
	return { leaving, stillRunning, rowsOfLastRound };
}

function virtualTypes({ clock, server }: VirtualRun): Record<string, INodeType> {
	const seedance = new Seedance();
	return {
		'n8n-nodes-globalaiopc.seedance': {
			description: seedance.description,
			async execute() {
				server.executions.push(clock.wall());
				reroute(this, server);
				return await seedance.execute.call(this);
			},
		},
		'test.wait': waitNode(clock, (context) => (context.getInputData()[0]?.json.polling as { waitSeconds: number }).waitSeconds),
		'n8n-nodes-base.wait': waitNode(clock, (context) => context.getNodeParameter('amount', 0) as number),
	};
}

/** n8n's Wait node, but for the database. */
function waitNode(clock: VirtualClock, secondsOf: (context: IExecuteFunctions) => number): INodeType {
	const amount: INodeProperties = { displayName: 'Amount', name: 'amount', type: 'number', default: 1 };
	const execute: INodeType['execute'] = async function () {
		const seconds = secondsOf(this);
		await new Promise<void>((resolve) => {
			clock.after(seconds * 1000, resolve);
			this.getExecutionCancelSignal()?.addEventListener('abort', () => resolve());
		});
		// As they come back from n8n's database.
		return [JSON.parse(JSON.stringify(this.getInputData())) as INodeExecutionData[]];
	};
	return helperNode('wait', execute, [amount]);
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
