import type {
	IBinaryData,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	IRun,
} from 'n8n-workflow';

import { Seedance } from '../../../nodes/Seedance/Seedance.node';
import { SEEDANCE } from './engine';
import { helperNode } from './nodeTypes';
import { drain } from './virtualBody.cts';
import type { VirtualClock } from './virtualClock.cts';
import type { VirtualServer } from './virtualServer';

/** One row that came in, and where it left. */
export interface Leaving {
	row: number;
	/** The round of the loop through the Wait node, from 0. */
	round: number;
	/** As in the order of the node's outputs. */
	output: 'done' | 'error';
	item: INodeExecutionData;
}

/** Follows each row through the rounds, by n8n's item linking alone. */
export function rowsThatLeft(run: IRun, count: number, loops: boolean) {
	const leaving: Leaving[] = [];
	let rowsOfLastRound = Array.from({ length: count }, (_, row) => row);
	(run.data.resultData.runData[SEEDANCE] ?? []).forEach(({ data }, round) => {
		const [done, ...others] = (data?.main ?? []).map((items: INodeExecutionData[] | null) => items ?? []);
		const running = loops ? (others.shift() ?? []) : [];
		const rowOf = ({ pairedItem }: INodeExecutionData) =>
			rowsOfLastRound[(pairedItem as { item: number } | undefined)?.item ?? -1] ?? -1;
		for (const item of done ?? []) leaving.push({ row: rowOf(item), round, output: 'done', item });
		for (const item of others.flat()) leaving.push({ row: rowOf(item), round, output: 'error', item });
		if (data) rowsOfLastRound = running.map(rowOf);
	});
	return { leaving, rowsOfLastRound };
}

/** The node and n8n's Wait node, with everything n8n's own but the network and the time that the Wait node waits. */
export function virtualTypes(clock: VirtualClock, server: VirtualServer<unknown>): Record<string, INodeType> {
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
		'n8n-nodes-base.wait': waitNode(clock),
	};
}

/** n8n's Wait node, but for the database. */
function waitNode(clock: VirtualClock): INodeType {
	const amount: INodeProperties = { displayName: 'Amount', name: 'amount', type: 'number', default: 1 };
	const execute: INodeType['execute'] = async function () {
		const seconds = this.getNodeParameter('amount', 0) as number;
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
