// Runs a node on many items in n8n-core's own context, its HTTP helper answering at once, and prints
// microseconds of processor time an item.
// A process of its own: the measured code is compiled anew, and nobody else's garbage is collected meanwhile.
import 'reflect-metadata';

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createRunExecutionData, Workflow } from 'n8n-workflow';
import { built } from '../built.cts';

import type {
	IExecuteFunctions,
	IHttpRequestOptions,
	INode,
	INodeExecutionData,
	INodeType,
} from 'n8n-workflow';

/** What is run, by the name that the command line gives. */
export type Runner = 'get' | 'create' | 'poller' | 'helper';

const CREDENTIAL = { apiKey: ['sk', 'bench', '0123456789'].join('-'), baseUrl: 'http://127.0.0.1:9/api' };
const PARAMETERS = {
	get: { resource: 'video', operation: 'get', taskId: '={{ $json.id }}', waitUntilDone: 'no' },
	create: {
		resource: 'video',
		operation: 'create',
		model: 'seedance_1_5_pro_720p',
		prompt: '={{ $json.prompt }}',
		waitUntilDone: 'no',
	},
	poller: { baseUrl: CREDENTIAL.baseUrl, interval: 5, create: false },
	helper: {},
};

/** Answers at once with a finished task: as a stream where one is asked for, since this node reads streams. */
async function answer(
	this: IExecuteFunctions,
	_credential: string,
	{ url, encoding }: IHttpRequestOptions,
): Promise<unknown> {
	const id = url.slice(url.lastIndexOf('/') + 1);
	const task = {
		id,
		object: 'video',
		created: 1761635478,
		model: 'seedance_1_5_pro_720p',
		status: 'completed',
		video_url: `${CREDENTIAL.baseUrl}/files/${id}.mp4`,
	};
	if (encoding !== 'stream') return task;
	return {
		statusCode: 200,
		headers: { 'content-type': 'application/json' },
		body: Readable.from([Buffer.from(JSON.stringify(task))]),
	};
}

/** Asks for one item's task after the other: what no node can do without. */
const helperAlone: Pick<INodeType, 'execute'> = {
	async execute() {
		const leaving = [];
		for (const [item, { json }] of this.getInputData().entries()) {
			const url = `${CREDENTIAL.baseUrl}/v1/result/${json['id']}`;
			leaving.push({
				json: await this.helpers.httpRequestWithAuthentication.call(this, 'globalAiOpcApi', { url }),
				pairedItem: { item },
			});
		}
		return [leaving];
	},
};

function nodeTypeOf(runner: Runner): INodeType {
	if (runner === 'poller') return new (require('./PlainPoller.node.js').PlainPoller)();
	const seedance = new (built('nodes/Seedance/Seedance.node.js').Seedance)();
	return runner === 'helper' ? { description: seedance.description, ...helperAlone } : seedance;
}

/** @returns n8n's context of a node that runs on these items */
function contextOf(
	core: typeof import('n8n-core'),
	type: INodeType,
	runner: Runner,
	items: INodeExecutionData[],
): IExecuteFunctions {
	const base = { typeVersion: 1, position: [0, 0] as [number, number] };
	const node: INode = {
		...base,
		id: '1',
		name: 'Measured',
		type: 'measured',
		parameters: PARAMETERS[runner],
	};
	const nodeTypes = { getByName: () => type, getByNameAndVersion: () => type, getKnownTypes: () => ({}) };
	const workflow = new Workflow({
		id: '1',
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes,
		settings: { executionOrder: 'v1' },
	});
	const measured = workflow.getNode(node.name) as INode;
	const data = { main: [items] };
	const addresses = { webhookWaitingBaseUrl: 'http://127.0.0.1', formWaitingBaseUrl: 'http://127.0.0.1' };
	const additionalData = {
		executionId: '1',
		variables: {},
		currentNodeExecutionIndex: 0,
		...addresses,
	} as never;
	const context = new core.ExecuteContext(
		workflow,
		measured,
		additionalData,
		'trigger',
		createRunExecutionData(),
		0,
		items,
		data,
		{ node: measured, data, source: null },
		[],
	);
	Object.assign(context, { getCredentials: async () => CREDENTIAL });
	Object.assign(context.helpers, { httpRequestWithAuthentication: answer });
	return context;
}

/** @returns microseconds of processor time an item */
async function measure(core: typeof import('n8n-core'), runner: Runner, count: number): Promise<number> {
	const type = nodeTypeOf(runner);
	const items = Array.from({ length: count }, (_, n) => ({
		json: { id: `video_${n.toString(16).padStart(12, '0')}`, prompt: `A cat on the moon, number ${n}` },
		pairedItem: { item: n },
	}));
	const context = contextOf(core, type, runner, items);
	const before = process.cpuUsage();
	const [leaving] = (await type.execute?.call(context)) as INodeExecutionData[][];
	const { user, system } = process.cpuUsage(before);
	if (leaving?.length !== count || leaving.some(({ json }) => !json['id']))
		throw new Error(`${runner}: not every item left`);
	return (user + system) / count;
}

async function main([runner, count, warmUp]: string[]) {
	const userFolder = mkdtempSync(join(tmpdir(), 'n8n-items-'));
	// n8n-core reads these when it is first loaded.
	Object.assign(process.env, {
		N8N_USER_FOLDER: userFolder,
		N8N_ENCRYPTION_KEY: 'bench',
		N8N_LOG_LEVEL: 'silent',
	});
	try {
		const core: typeof import('n8n-core') = require('n8n-core');
		await measure(core, runner as Runner, Number(warmUp));
		console.log(await measure(core, runner as Runner, Number(count)));
	} finally {
		rmSync(userFolder, { recursive: true, force: true });
	}
	process.exit(0);
}

void main(process.argv.slice(2));
