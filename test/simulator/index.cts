import { API_PREFIX, FakeApi } from './api.cts';
import { USUAL } from './behaviour.cts';
import { startHost } from './http.cts';
import { MediaFetcher } from './media.cts';

import type { ApiOptions } from './api.cts';
import type { AssetOptions, ReviewOutcome } from './assets.cts';
import type { FaultOptions } from './faults.cts';
import type { Host, HostOptions, LogEntry } from './http.cts';
import type { FetchMode } from './media.cts';
import type { EndStatus, TaskOptions } from './tasks.cts';

export interface SimulatorOptions extends ApiOptions, Pick<HostOptions, 'onRequest'> {
	/** Of the API; default: any that is free */
	port?: number;
	/** The time that it goes by, in milliseconds since 1970; default: the machine's */
	clock?: () => number;
	/** Whether it fetches the media that creates and uploads name; default: never */
	fetchMedia?: FetchMode;
}

export type Simulator = Awaited<ReturnType<typeof startSimulator>>;

/**
 * Starts the vendor's API and its files host on 127.0.0.1, as the vendor's pages describe them.
 *
 * @throws the server's own error (`code` EADDRINUSE, EACCES) when a port cannot be had; nothing is left open then
 */
export async function startSimulator(options: SimulatorOptions = {}) {
	const { port = 0, onRequest, clock = Date.now, fetchMedia = 'never' } = options;
	const api = new FakeApi(options);
	const { apiKeys, assets, behaviour, created, faults, libraries, otherModels, tasks } = api;
	const media = new MediaFetcher(fetchMedia);
	const requests: LogEntry[] = [];
	let count = 0;
	const log = (entry: Omit<LogEntry, 'n'>) => {
		const numbered = { ...entry, n: ++count };
		requests.push(numbered);
		return numbered;
	};
	const hosts: Host[] = [];
	const close = async () => void (await Promise.all(hosts.map(async (host) => await host.close())));
	const handle: HostOptions['handle'] = async (request) => {
		const receivedAt = clock();
		const unreachable = await media.fetchFor(request);
		const reply = api.handle({ ...request, receivedAt, unreachable }, clock());
		if ('status' in reply && reply.status < 300) media.remember(request);
		return reply;
	};
	const common = { handle, log, onRequest };
	try {
		hosts.push(await startHost({ ...common, host: 'files', port: 0 }));
		hosts.push(await startHost({ ...common, host: 'api', port }));
	} catch (cause) {
		await close();
		throw cause;
	}
	const [filesUrl = '', apiUrl = ''] = hosts.map(({ url }) => url);
	api.filesUrl = filesUrl;
	return {
		/** Of the API, to be used where the vendor's would be */
		baseUrl: `${apiUrl}${API_PREFIX}`,
		/** The origin of the videos, another one than the API's */
		filesUrl,
		/** Accepted keys; can be changed at any time */
		apiKeys,
		/** Throws when the id is taken */
		addTask: (task: TaskOptions = {}) => tasks.add(task, clock()),
		/** As it is now; null when unknown or expired */
		task: (id: string) => tasks.get(id, clock()),
		removeTask: (id: string) => tasks.remove(id),
		/** Ends it now; throws when there is none */
		finishTask: (id: string, outcome?: EndStatus) => tasks.finish(id, outcome, clock()),
		/** Asks for something to go wrong, see faultKinds.cts; of several faults for one request the oldest is applied */
		fault: (fault: FaultOptions) => faults.add(fault),
		/** Also puts `behaviour` back to what it was at the start */
		clearFaults: () => {
			faults.clear();
			Object.assign(behaviour, USUAL, options.behaviour);
		},
		/** How it answers where more than one way was seen; can be changed at any time */
		behaviour,
		/** Models that the model center takes without looking at more than the prompt; can be changed at any time */
		otherModels,
		/** Throws when the id is taken */
		addAsset: (asset: AssetOptions = {}) => assets.add(asset, clock()),
		/** As it is now; null when there is none */
		asset: (id: string) => assets.get(id, clock()),
		removeAsset: (id: string) => assets.remove(id),
		/** Ends its review now; throws when there is none */
		finishAsset: (id: string, outcome?: ReviewOutcome) => assets.finish(id, outcome, clock()),
		/** Every upload that was accepted */
		uploads: libraries.uploads,
		/** How many uploads came while another one was under way, since the log was emptied */
		get sideBySide() {
			return libraries.sideBySide;
		},
		/** Its `mode`, `fetched` and `fetchDue()`: what it fetched, with sizes and sha256 */
		media,
		/** All of both hosts, oldest first; the entries of running requests still change */
		requests,
		/** How many tasks may be under way at a time; can be changed at any time */
		get maxRunning() {
			return api.maxRunning;
		},
		set maxRunning(count: number) {
			api.maxRunning = count;
		},
		/** Every create that was accepted */
		created,
		/** Those whose path names the task: its results and its file */
		requestsFor: (id: string) => requests.filter((entry) => entry.id === id),
		/** Those whose path ends so, without its query */
		requestsTo: (path: string) =>
			requests.filter((entry) => entry.path.replace(/[?#].*$/s, '').endsWith(path)),
		/** Empties `requests`, `uploads`, `media.fetched` and `sideBySide`; `created` stays */
		resetLog: () => {
			for (const list of [requests, libraries.uploads, media.fetched]) list.splice(0);
			libraries.sideBySide = 0;
		},
		/** Ends both servers and all their sockets */
		close,
	};
}
