// `npm run docs:schema`: writes the output schemas, from which n8n's editor offers the fields of the output before a first run.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { request } from 'undici';
import { Seedance } from '../nodes/Seedance/Seedance.node.ts';
import { taskFields } from '../nodes/Seedance/resources/video/output.ts';
import { startSimulator } from './simulator/index.cts';

import type { IDataObject, INodeProperties } from 'n8n-workflow';

/** Where n8n looks for them: beside the node. */
const FOLDER = join(__dirname, '..', 'nodes', 'Seedance', '__schema__');

const KEY = 'sk-simulator';

/** @returns the files by their path within the folder, as the simulator's answers have them */
export async function render(): Promise<Record<string, string>> {
	const simulator = await startSimulator({ apiKeys: [KEY] });
	const ask = async (path: string, body?: unknown) => {
		const answer = await request(`${simulator.baseUrl}${path}`, {
			method: body === undefined ? 'GET' : 'POST',
			headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
			...(body !== undefined && { body: JSON.stringify(body) }),
		});
		return taskFields((await answer.body.json()) as { id: string });
	};
	try {
		const [completed, failed] = [
			simulator.addTask({ finishAfter: 0 }),
			simulator.addTask({ finishAfter: 0, outcome: 'failed' }),
		];
		const ended = [await ask(`/v1/result/${completed.id}`), await ask(`/v1/result/${failed.id}`)];
		const content = [{ type: 'text', text: 'A cat on a roof' }];
		const created = await ask('/v1/seedance/videos', { model: 'seedance_1_5_pro_720p', content });
		return { [pathOf('create')]: schemaText([created, ...ended]), [pathOf('get')]: schemaText(ended) };
	} finally {
		await simulator.close();
	}
}

/** @returns the files as they are in the folder, by their path in it */
export function written(): Record<string, string> {
	const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((path) =>
		path.endsWith('.json'),
	);
	return Object.fromEntries(files.map((path) => [path, readFileSync(join(FOLDER, path), 'utf8')]));
}

function pathOf(operation: string): string {
	const { version, properties } = new Seedance().description;
	const { default: resource } = properties.find(({ name }) => name === 'resource') as INodeProperties;
	return join(`v${String(version)}.0.0`, String(resource), `${operation}.json`);
}

/** In n8n's own form. A field is of the type that the first of these tasks with a value in it gives it. */
function schemaText(tasks: IDataObject[]): string {
	const names = [...new Set(tasks.flatMap((task) => Object.keys(task)))].sort();
	const typeOf = (value: unknown) => (Number.isInteger(value) ? 'integer' : typeof value);
	const properties = names.map((name) => [
		name,
		{ type: typeOf(tasks.map((task) => task[name]).find((value) => value != null)) },
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
