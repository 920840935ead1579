import { openSession, type N8nSession } from '../host/session.cts';
import { startSimulator, type Simulator } from '../simulator/index.cts';
import { startStack, type Stack } from './stack.cts';
import { startWitness, type Witness } from './witness.cts';
import { parkVideos, plainWait, recoverVideos, TABLE, waitForVideos } from './workflows.cts';

/** Where rows of parked waits are delivered to, beside `/done` and `/failed` of the others. */
export const PARKED_PATH = '/parked';
/** As many rows as n8n hands out at once. */
const PAGE = 250;
const KEY = ['sk', 'queue'].join('-');

/** A row as the table remembers it. */
export interface TableRow {
	taskId: string;
	title: string;
	execution: string;
	state: string;
}

/** Ids of the workflows with a parked wait; the path of each one's webhook is its name here. */
export interface ParkedWorkflows {
	/** Parked while a worker is killed; failed rows leave by the error output */
	parked: string;
	/** At work while a worker is killed; the same */
	errorOutput: string;
	/** At work while a worker is killed, with one row each; an error that is n8n's stops the execution */
	guarded: string;
	/** At work while a worker is killed; a failed row stops the execution */
	stop: string;
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
	parked: ParkedWorkflows;
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
	const park = async (
		path: keyof ParkedWorkflows,
		settings: Pick<Parameters<typeof parkVideos>[0], 'onError' | 'hasGuard'>,
	) => {
		// A recovery of its own: it starts the rows again by the webhook that they came from.
		const again = await session.importWorkflow(
			recoverVideos({ webhookUrl: `${stack.main.url}/webhook/${path}` }),
		);
		const deliverTo = witness.url + PARKED_PATH;
		const workflow = parkVideos({ path, recoveryId: again.id, deliverTo, ...settings });
		const { id } = await session.importWorkflow(workflow, { credentials });
		for (const one of [again.id, id]) await session.publish(one);
		return id;
	};
	const parked: ParkedWorkflows = {
		parked: await park('parked', { onError: 'continueErrorOutput' }),
		errorOutput: await park('errorOutput', { onError: 'continueErrorOutput' }),
		guarded: await park('guarded', { onError: 'continueErrorOutput', hasGuard: true }),
		stop: await park('stop', { onError: 'stopWorkflow' }),
	};

	const tableRows = async () => {
		const found: TableRow[] = [];
		for (;;) {
			const query = `take=${PAGE}&skip=${found.length}&sortBy=id:asc`;
			const { data } = (await rest.request('GET', `${tables}/${table.id}/rows?${query}`)) as {
				data: TableRow[];
			};
			found.push(...data);
			if (data.length < PAGE) return found;
		}
	};
	return { recovery: recovery.id, videos: videos.id, plain: plain.id, parked, tableRows };
}
