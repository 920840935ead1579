import { randomUUID } from 'node:crypto';
import { settledMemory, watchMemory } from '../n8n/memory.cts';
import { downloadWorkflow, node, seedance } from '../n8n/workflows.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { WorkflowNode } from '../../host/session/workflow.cts';

/** One way to download. */
export interface Case {
	by: string;
	/** Where n8n keeps files: on disk, or in memory */
	mode: 'filesystem' | 'default';
	downloader: (options: { id: string, url: string }) => WorkflowNode;
}

const thisNode: Case['downloader'] = ({ id }) => seedance({
	taskId: id, waitUntilDone: 'no', downloadVideo: true, binaryPropertyName: 'data', options: { maxVideoSize: 100_000 },
});

const httpRequest: Case['downloader'] = ({ url }) => node('HTTP Request', 'httpRequest', 4.2, {
	url, options: { response: { response: { responseFormat: 'file', outputPropertyName: 'data' } } },
});

export const CASES: Case[] = [
	{ by: 'this node', mode: 'filesystem', downloader: thisNode },
	{ by: 'HTTP Request', mode: 'filesystem', downloader: httpRequest },
	{ by: 'this node', mode: 'default', downloader: thisNode },
	{ by: 'HTTP Request', mode: 'default', downloader: httpRequest },
];

const SAMPLE_EVERY_MS = 20;
/** Not worth an error: a file in memory has a largest size. */
const NO_FILE = 'failed';
const LIMIT_MS = 10 * 60_000;
/** Small enough to leave no mark, large enough to go the way of the large one. */
const WARM_UP_BYTES = 2e6;

/**
 * Downloads one file in an n8n that has just been started, once a small one has warmed it up.
 *
 * @param size megabytes
 */
export async function measureCase(host: BenchHost, { by, mode, downloader }: Case, size: number) {
	const { n8n, session } = host;
	await n8n.restart({ env: { N8N_DEFAULT_BINARY_DATA_MODE: mode } });
	const api = await host.simulate();
	/** @returns downloads it, and says its size as n8n shows it */
	const prepare = async (videoBytes: number): Promise<() => Promise<string>> => {
		const { id, videoUrl } = api.addTask({ finishAfter: 0, videoBytes });
		const path = randomUUID();
		await host.publish(downloadWorkflow(path, downloader({ id, url: String(videoUrl) })), api);
		return async () => {
			const { body } = await session.callWebhook(path, { timeoutMs: LIMIT_MS });
			return body?.size ?? NO_FILE;
		};
	};
	const [small, large] = [await prepare(WARM_UP_BYTES), await prepare(size * 1e6)];
	if ((await small()) === NO_FILE) throw new Error(`${by}, ${mode}: not even a small file came`);
	await settledMemory(n8n);
	const watch = watchMemory(n8n, SAMPLE_EVERY_MS);
	const from = Date.now();
	try {
		const shown = await large();
		const to = Date.now();
		return { by, mode, shown, ms: to - from, growthBytes: watch.growth(from, to) };
	} finally {
		watch.stop();
	}
}
