// `npm run docs:schema`: writes the output schemas, from which n8n's editor offers the fields of the output before a first run.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { request } from 'undici';
import { Seedance } from '../nodes/Seedance/Seedance.node.ts';
import { deletedFields } from '../nodes/Seedance/resources/asset/delete/execute.ts';
import { getAsset } from '../nodes/Seedance/resources/asset/endpoints.ts';
import { type LibraryId, libraryOf } from '../nodes/Seedance/resources/asset/libraries.ts';
import { pollableAsset } from '../nodes/Seedance/resources/asset/pollable.ts';
import { taskFields } from '../nodes/Seedance/resources/video/output.ts';
import { type Simulator, startSimulator } from './simulator/index.cts';

import type { IDataObject, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** Where n8n looks for them: beside the node. */
const FOLDER = join(__dirname, '..', 'nodes', 'Seedance', '__schema__');

const KEY = 'sk-simulator';

/** Sends a request to the simulator, and reads the answer. */
type Ask = (path: string, body?: unknown) => Promise<unknown>;

/** What the operations of a resource output, by their values, as the simulator answers. */
type Samples = (simulator: Simulator, ask: Ask) => Promise<Record<string, IDataObject[]>>;

/** By the values of the resources. A resource without an entry here fails the test of the schemas. */
const SAMPLES: Record<string, Samples> = {
	video: async (simulator, ask) => {
		const get = async (options: object) => {
			const { id } = simulator.addTask({ finishAfter: 0, ...options });
			return taskFields((await ask(`/v1/result/${id}`)) as { id: string });
		};
		const ended = [await get({}), await get({ outcome: 'failed' })];
		const content = [{ type: 'text', text: 'A cat on a roof' }];
		const order = { model: 'seedance_1_5_pro_720p', content };
		const created = taskFields((await ask('/v1/seedance/videos', order)) as { id: string });
		return { create: [created, ...ended], get: ended };
	},
	asset: async (simulator, ask) => {
		const get = async (libraryId: LibraryId, outcome?: 'failed') => {
			const { id } = simulator.addAsset({ library: libraryId, finishAfter: 0, outcome });
			const library = libraryOf(libraryId);
			const endpoint = getAsset(library);
			const { path, body } = endpoint.request(id);
			const response = { status: 200, headers: {}, text: '', body: await ask(path, body) };
			const read = endpoint.read(response, id, Date.now());
			if (!read.ok) throw new Error(read.error.message);
			return pollableAsset.output(read.value);
		};
		const ended = [await get('seedance20'), await get('seedance25'), await get('seedance25', 'failed')];
		return { upload: ended, get: ended, delete: [deletedFields('asset-1', 'seedance20')] };
	},
};

/** @returns the files by their path within the folder, as the simulator's answers have them */
export async function render(): Promise<Record<string, string>> {
	const simulator = await startSimulator({ apiKeys: [KEY] });
	const ask: Ask = async (path, body) => {
		const answer = await request(`${simulator.baseUrl}${path}`, {
			method: body === undefined ? 'GET' : 'POST',
			headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
			...(body !== undefined && { body: JSON.stringify(body) }),
		});
		return await answer.body.json();
	};
	try {
		const files: Record<string, string> = {};
		for (const { resource, operations } of offered()) {
			const samples = await SAMPLES[resource]?.(simulator, ask);
			for (const operation of operations) {
				const outputs = samples?.[operation];
				if (!outputs) throw new Error(`There is no sample of what ${operation} of ${resource} outputs`);
				files[pathOf(resource, operation)] = schemaText(outputs);
			}
		}
		return files;
	} finally {
		await simulator.close();
	}
}

/** The resources of the form, and their operations. */
function offered(): Array<{ resource: string; operations: string[] }> {
	const { properties } = new Seedance().description;
	const valuesOf = (field?: INodeProperties) =>
		((field?.options ?? []) as INodePropertyOptions[]).map(({ value }) => String(value));
	return valuesOf(properties.find(({ name }) => name === 'resource')).map((resource) => ({
		resource,
		operations: valuesOf(
			properties.find(
				({ name, displayOptions }) =>
					name === 'operation' && displayOptions?.show?.['resource']?.includes(resource),
			),
		),
	}));
}

/** @returns the files as they are in the folder, by their path in it */
export function written(): Record<string, string> {
	const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((path) =>
		path.endsWith('.json'),
	);
	return Object.fromEntries(files.map((path) => [path, readFileSync(join(FOLDER, path), 'utf8')]));
}

function pathOf(resource: string, operation: string): string {
	const { version } = new Seedance().description;
	return join(`v${String(version)}.0.0`, resource, `${operation}.json`);
}

/** In n8n's own form. A field is of the type that the first of these outputs with a value in it gives it. */
function schemaText(outputs: IDataObject[]): string {
	const names = [...new Set(outputs.flatMap((output) => Object.keys(output)))].sort();
	const typeOf = (value: unknown) => (Number.isInteger(value) ? 'integer' : typeof value);
	const properties = names.map((name) => [
		name,
		{ type: typeOf(outputs.map((output) => output[name]).find((value) => value != null)) },
	]);
	return `${JSON.stringify({ type: 'object', properties: Object.fromEntries(properties), version: 1 }, null, '\t')}\n`;
}

async function write(): Promise<void> {
	for (const [path, text] of Object.entries(await render())) {
		mkdirSync(dirname(join(FOLDER, path)), { recursive: true });
		writeFileSync(join(FOLDER, path), text);
	}
}

if (require.main === module) void write();
