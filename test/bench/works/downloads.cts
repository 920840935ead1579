import { seedance } from '../../host/workflows.cts';
import { downloadWorkflow, httpRequest } from '../n8n/workflows.cts';
import { memoryGrowth } from '../n8n/memory.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { WorkflowNode } from '../../host/session/workflow.cts';
import type { Work } from './work.cts';

const MEGABYTES = 300;
/** Small enough to leave no mark, large enough to be streamed like the large one. */
const WARM_UP_BYTES = 2e6;
const LIMIT_MS = 10 * 60_000;
/** n8n starts anew for each. */
const MOST_RUNS = 2;

const file = { response: { response: { responseFormat: 'file', outputPropertyName: 'data' } } };
const DOWNLOADERS: Array<(task: { id: string; url: string }) => WorkflowNode> = [
	({ id }) => seedance({ taskId: id, downloadVideo: true, binaryPropertyName: 'data' }),
	({ url }) => httpRequest({ url, options: file }),
];

/** Downloads one file to disk, n8n's default, in an n8n that has just started and downloaded a small one. */
async function download(host: BenchHost, downloader: (typeof DOWNLOADERS)[number]) {
	await host.n8n.restart();
	const api = await host.simulate();
	/** Returns a function that downloads it and returns seconds. */
	const prepare = async (videoBytes: number) => {
		const { id, videoUrl } = api.addTask({ finishAfter: 0, videoBytes });
		const workflow = downloadWorkflow(downloader({ id, url: String(videoUrl) }));
		await host.publish(workflow, api);
		return async () => {
			const began = performance.now();
			const { body } = await host.session.callWebhook(String(workflow.name), { timeoutMs: LIMIT_MS });
			if (!body?.size) throw new Error(`A file of ${videoBytes} bytes did not come`);
			return (performance.now() - began) / 1000;
		};
	};
	const [small, large] = [await prepare(WARM_UP_BYTES), await prepare(host.size(MEGABYTES) * 1e6)];
	await small();
	return await memoryGrowth(host.n8n, large);
}

export const DOWNLOADS: Work = {
	name: 'download',
	measure: async (host) => {
		const seconds: number[][] = [[], []];
		const megabytes: number[][] = [[], []];
		for (let run = 0; run < Math.min(host.runs, MOST_RUNS); run++) {
			for (const [index, downloader] of DOWNLOADERS.entries()) {
				const { growth, result } = await download(host, downloader);
				seconds[index]?.push(result);
				megabytes[index]?.push(growth / 1e6);
			}
		}
		const what = `Download of ${MEGABYTES} MB to disk`;
		const row = ([own = [], rival = []]: number[][]) => ({ own, who: 'HTTP Request', rival });
		return [
			{ what, unit: 's', ...row(seconds), atMost: 1.05 },
			// Some ten MB either way are chance.
			{ what: `${what}: growth of n8n's memory`, unit: 'MB', ...row(megabytes), atMost: 1, plus: 20 },
		];
	},
};
