import { randomUUID } from 'node:crypto';
import { processorMs, settledMemory, watchMemory } from '../n8n/memory.cts';
import { downloadWorkflow, node, seedance } from '../n8n/workflows.cts';
import { seconds } from '../units.cts';
import { medianOf, THIS_NODE } from './work.cts';

import type { BenchHost } from '../n8n/host.cts';
import type { WorkflowNode } from '../../host/session/workflow.cts';
import type { Line, Work } from './work.cts';

/** Who downloads. */
interface Downloader {
	who: string;
	node: (file: { id: string; url: string }) => WorkflowNode;
}

/** One download in an n8n that has just been started. */
interface Sample {
	who: string;
	ms: number;
	/** n8n's own, which other work of the machine doesn't lengthen */
	processorMs: number;
	/** The most resident memory while the file came, beyond what it was before */
	growthBytes: number;
}

const HTTP_REQUEST = 'HTTP Request';

const DOWNLOADERS: Downloader[] = [
	{
		who: THIS_NODE,
		node: ({ id }) =>
			seedance({
				taskId: id,
				waitUntilDone: 'no',
				downloadVideo: true,
				binaryPropertyName: 'data',
				options: { maxVideoSize: 100_000 },
			}),
	},
	{
		who: HTTP_REQUEST,
		node: ({ url }) =>
			node(HTTP_REQUEST, 'httpRequest', 4.2, {
				url,
				options: { response: { response: { responseFormat: 'file', outputPropertyName: 'data' } } },
			}),
	},
];

/** Megabytes, with the word for them. */
const SMALL = { megabytes: 300, words: '300 MB' };
const LARGE = { megabytes: 1000, words: '1 GB' };

type Size = typeof SMALL;

const SAMPLE_EVERY_MS = 20;
const LIMIT_MS = 10 * 60_000;
/** Small enough to leave no mark, large enough to go the way of the large one. */
const WARM_UP_BYTES = 2e6;

/**
 * Downloads one file to disk, as n8n does by default, in an n8n that has just been started, once a small one has warmed
 * it up.
 */
async function download(
	host: BenchHost,
	{ who, node: downloader }: Downloader,
	{ megabytes }: Size,
): Promise<Sample> {
	const { n8n, session } = host;
	await n8n.restart({ env: { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem' } });
	const api = await host.simulate();
	/** @returns downloads it; throws where it did not come whole */
	const prepare = async (videoBytes: number): Promise<() => Promise<void>> => {
		const { id, videoUrl } = api.addTask({ finishAfter: 0, videoBytes });
		const path = randomUUID();
		await host.publish(downloadWorkflow(path, downloader({ id, url: String(videoUrl) })), api);
		return async () => {
			const { body } = await session.callWebhook(path, { timeoutMs: LIMIT_MS });
			if (!body?.size) throw new Error(`${who}: a file of ${videoBytes / 1e6} MB did not come`);
		};
	};
	const [small, large] = [await prepare(WARM_UP_BYTES), await prepare(megabytes * 1e6)];
	await small();
	await settledMemory(n8n);
	const watch = watchMemory(n8n, SAMPLE_EVERY_MS);
	const pid = Number(n8n.pid);
	const [from, processorFrom] = [Date.now(), processorMs(pid)];
	try {
		await large();
		const to = Date.now();
		return {
			who,
			ms: to - from,
			processorMs: processorMs(pid) - processorFrom,
			growthBytes: watch.growth(from, to),
		};
	} finally {
		watch.stop();
	}
}

/** Each takes half a minute and more, with the n8n that has just been started for it. */
const MOST_RUNS = 2;

/** What was measured already: time and memory come of the same downloads. */
const measured = new Map<Size, Promise<Sample[]>>();

async function samples(host: BenchHost, size: Size, runs: number): Promise<Sample[]> {
	const known = measured.get(size) ?? measure(host, size, runs);
	measured.set(size, known);
	return await known;
}

/** One after the other in turn, so that a machine that slows down slows both. */
async function measure(host: BenchHost, size: Size, runs: number): Promise<Sample[]> {
	const taken: Sample[] = [];
	for (let run = 0; run < Math.min(runs, MOST_RUNS); run++) {
		const inTurn = run % 2 ? [...DOWNLOADERS].reverse() : DOWNLOADERS;
		for (const downloader of inTurn) taken.push(await download(host, downloader, size));
	}
	return taken;
}

function lines(taken: Sample[], valueOf: (sample: Sample) => number, nameOf = (who: string) => who): Line[] {
	return DOWNLOADERS.map(({ who }) => ({
		who: nameOf(who),
		values: taken.filter((sample) => sample.who === who).map(valueOf),
	}));
}

function timeLines(taken: Sample[]): Line[] {
	const processor = lines(taken, (sample) => sample.processorMs).map(medianOf);
	return lines(taken, ({ ms }) => ms / 1e3).map((line, index) => ({
		...line,
		note: `of it ${seconds(processor[index] ?? 0)} of n8n's processor time`,
	}));
}

const timeOf = (name: string, size: Size): Work => ({
	name,
	title: `Download a file of ${size.words} to disk`,
	unit: 'seconds',
	wanted: [{ atMost: 1.05, of: HTTP_REQUEST }],
	measure: async (host, runs) => timeLines(await samples(host, size, runs)),
});

export const smallDownload = timeOf('download-300mb', SMALL);
export const largeDownload = timeOf('download-1gb', LARGE);

/** The name of a line about the smaller file. */
const small = (who: string) => `${who}, ${SMALL.words}`;

export const downloadMemory: Work = {
	name: 'download-memory',
	title: `How much n8n's memory grows while a file of ${LARGE.words} comes`,
	unit: 'MB',
	// Resident memory comes and goes by some ten MB, whatever is done.
	wanted: [{ atMost: 1.3, of: small(THIS_NODE), plus: 20 }],
	why: { [HTTP_REQUEST]: 'Some ten MB either way are chance' },
	measure: async (host, runs) => {
		const growth = ({ growthBytes }: Sample) => growthBytes / 1e6;
		const ofLarge = lines(await samples(host, LARGE, runs), growth);
		const ofSmall = lines(await samples(host, SMALL, runs), growth, small);
		return [...ofLarge, ...ofSmall];
	},
};
