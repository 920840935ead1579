import { example } from '../host/examples.cts';
import { openSession, type N8nSession, type WorkflowJson } from '../host/session.cts';
import { startSimulator, type Simulator } from '../simulator/index.cts';
import { startStack, type Stack } from './stack.cts';
import { startWitness, type Witness } from './witness.cts';
import { createVideos, parkVideos, photoToVideo, TABLE, waitForVideos } from './workflows.cts';

/** Where rows of parked waits are delivered to, beside `/done` and `/failed` of the others. */
export const PARKED_PATH = '/parked';
/** The webhook that takes a photo. */
export const PHOTO_PATH = 'photo';
/** As many rows as n8n hands out at once. */
const PAGE = 250;
const KEY = ['sk', 'queue'].join('-');

/** The workflows with a parked wait, by the paths of their webhooks, and the Seedance node's *On Error*. */
const PARKED = {
	/** Parked while a worker is killed */
	parked: 'continueErrorOutput',
	/** These check their tasks while a worker is killed */
	errorOutput: 'continueErrorOutput',
	stop: 'stopWorkflow',
} as const;
export type ParkedPath = keyof typeof PARKED;

/** n8n in queue mode with all that the story needs, and the ids of its workflows. */
export interface Setup {
	api: Simulator;
	witness: Witness;
	stack: Stack;
	session: N8nSession;
	videos: string;
	recovery: string;
	parked: Record<ParkedPath, string>;
	creates: string;
	photo: string;
	tableRows: () => Promise<Array<{ taskId: string; state: string }>>;
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
	const stack = await startStack(closing);
	const session = await openSession(stack.main);
	const { rest } = session;
	const project = (await rest.request('GET', '/projects/personal')) as { id: string };
	const tables = `/projects/${project.id}/data-tables`;
	const table = (await rest.request('POST', tables, TABLE)) as { id: string };
	const account = { apiKey: KEY, baseUrl: api.baseUrl };
	const credentials = await session.createApiCredential('GlobalAI OPC API', account);

	const publish = async (workflow: WorkflowJson) => {
		const { id } = await session.importWorkflow(workflow, credentials);
		await session.publish(id);
		return id;
	};
	const webhook = { 'Start Them Again': { url: `${stack.main.url}/webhook/videos` } };
	const recovery = await publish(example('queue-mode-recover-videos.json', webhook));
	const chained = waitForVideos('videos', witness.url);
	const settings = { ...chained.settings, errorWorkflow: recovery };
	const videos = await publish({ ...chained, settings });
	const deliverTo = witness.url + PARKED_PATH;
	const park = async (path: ParkedPath) => await publish(parkVideos(path, deliverTo, PARKED[path]));
	const parked = {
		parked: await park('parked'),
		errorOutput: await park('errorOutput'),
		stop: await park('stop'),
	};

	const creates = await publish(createVideos('creates'));
	const photo = await publish(photoToVideo(PHOTO_PATH));

	const tableRows: Setup['tableRows'] = async () => {
		const found: Awaited<ReturnType<Setup['tableRows']>> = [];
		for (;;) {
			const query = `take=${PAGE}&skip=${found.length}&sortBy=id:asc`;
			const { data } = await rest.request('GET', `${tables}/${table.id}/rows?${query}`);
			found.push(...data);
			if (data.length < PAGE) return found;
		}
	};
	return { api, witness, stack, session, videos, recovery, parked, creates, photo, tableRows };
}
