import { openSession, type N8nSession } from '../host/session.cts';
import { startSimulator, type Simulator } from '../simulator/index.cts';
import { startStack, type Stack } from './stack.cts';
import { startWitness, type Witness } from './witness.cts';
import { plainWait, recoverVideos, TABLE, waitForVideos } from './workflows.cts';

const KEY = ['sk', 'queue'].join('-');

/** A row as the table remembers it. */
export interface TableRow {
	taskId: string;
	title: string;
	execution: string;
	state: string;
}

/** n8n in queue mode with all that the story needs, and the ids of its workflows. */
export interface Setup {
	api: Simulator;
	witness: Witness;
	stack: Stack;
	session: N8nSession;
	videos: string;
	recovery: string;
	plain: string;
	tableRows: () => Promise<TableRow[]>;
}

/**
 * Starts everything, with the workflows published.
 *
 * @param closing is given what ends it all, last first, also where the start fails half-way
 */
export async function setUp(closing: Array<() => Promise<void>>): Promise<Setup> {
	const api = await startSimulator({ apiKeys: [KEY] });
	closing.push(api.close);
	const witness = await startWitness();
	closing.push(witness.close);
	const stack = await startStack();
	closing.push(stack.stop);
	const session = await openSession(stack.main);
	return { api, witness, stack, session, ...(await publishAll(session, stack, api, witness)) };
}

async function publishAll(session: N8nSession, stack: Stack, api: Simulator, witness: Witness) {
	const { rest } = session;
	const project = (await rest.request('GET', '/projects/personal')) as { id: string };
	const tables = `/projects/${project.id}/data-tables`;
	const table = (await rest.request('POST', tables, TABLE)) as {
		id: string;
	};
	const account = { apiKey: KEY, baseUrl: api.baseUrl };
	const credentials = await session.createApiCredential('GlobalAI OPC API', account);

	const webhookUrl = `${stack.main.url}/webhook/videos`;
	const recovery = await session.importWorkflow(recoverVideos({ webhookUrl }));
	const videos = await session.importWorkflow(
		waitForVideos({ path: 'videos', recoveryId: recovery.id, deliverTo: witness.url }),
		{ credentials },
	);
	const plain = await session.importWorkflow(plainWait({ path: 'plain', url: `${witness.url}/hold` }));
	for (const { id } of [recovery, videos, plain]) await session.publish(id);

	const tableRows = async () => {
		const { data } = (await rest.request('GET', `${tables}/${table.id}/rows?take=250`)) as {
			data: TableRow[];
		};
		return data;
	};
	return { recovery: recovery.id, videos: videos.id, plain: plain.id, tableRows };
}
