import { z } from 'zod/v4';
import { API_PREFIX, resultId, vendorApi } from './api.cts';
import { controlAnswer } from './control.cts';
import { FaultList } from './faults.cts';
import { fileId, filePath, videoHost } from './files.cts';
import { startHost } from './host.cts';
import { callable, checked, filled } from './options.cts';
import { seeded } from './random.cts';
import { RATE_LIMIT, RateLimiter } from './rateLimit.cts';
import { TaskStore } from './store.cts';
import { FILM_NAMES, LARGEST_VIDEO } from './video.cts';

import type { CreatedTask } from './api.cts';
import type { FaultHandle, FaultOptions } from './faults.cts';
import type { Host } from './host.cts';
import type { LogEntry } from './log.cts';
import type { TaskView } from './store.cts';
import type { EndStatus, TaskOptions } from './tasks.cts';

const port = z.int().min(0).max(65_535);

const OPTIONS = z.strictObject({
	/** Of the API; 0: any that is free */
	port: port.default(0),
	/** Of the files host; 0: any that is free */
	filesPort: port.default(0),
	/** Accepted bearer keys */
	apiKeys: z.array(filled).readonly().default(['sk-simulator']),
	/** Simulated seconds a real second: generation times and retention are divided by it */
	speed: z.number().positive().default(1),
	/** Of ids and durations */
	seed: z.int().default(1),
	/** Simulated seconds from a task's creation until it and its file are gone; the vendor's page says one day */
	retention: z
		.union([z.number().positive(), z.literal(Infinity)], 'expected a number above 0, or Infinity')
		.default(86_400),
	/** Null: none */
	rateLimit: RATE_LIMIT.nullable().default(null),
	/** Size of a served video */
	videoBytes: z.int().min(0).max(LARGEST_VIDEO).default(65_536),
	/** What videos show */
	film: z.enum(FILM_NAMES).default('squares'),
	/** Ms since 1970, default Date.now; delays of faults do not follow it */
	clock: callable<() => number>().default(() => Date.now),
	/** Told of every request that has ended */
	onRequest: callable<(entry: LogEntry) => void>().optional(),
});

export type SimulatorOptions = z.input<typeof OPTIONS>;

export interface Simulator {
	/** Of the API, to be used where the vendor's would be */
	baseUrl: string;
	/** The origin of the videos, another one than the API's */
	filesUrl: string;
	/** Accepted keys; can be changed at any time */
	apiKeys: Set<string>;
	/** Throws a TypeError or Error when the options do not fit */
	addTask: (options?: TaskOptions) => TaskView;
	/** As it is now; null when unknown or expired */
	task: (id: string) => TaskView | null;
	removeTask: (id: string) => boolean;
	/** Ends it now; throws when there is none */
	finishTask: (id: string, outcome?: EndStatus) => TaskView;
	/**
	 * Asks for something to go wrong, see faultKinds.cts; of several faults for one request the oldest is applied.
	 * Throws a TypeError when the options do not fit
	 */
	fault: (options: FaultOptions) => FaultHandle;
	clearFaults: () => void;
	/** All of both hosts, oldest first; the entries of running requests still change */
	requests: LogEntry[];
	/** Every create that was accepted */
	created: CreatedTask[];
	/** Those whose path names the task: its results and its file */
	requestsFor: (id: string) => LogEntry[];
	/** Empties `requests`; `created` stays */
	resetLog: () => void;
	/** Ends both servers and all their sockets */
	close: () => Promise<void>;
}

/**
 * Starts the vendor's API and its files host on 127.0.0.1, as the vendor's pages describe them.
 *
 * @throws an option that is unknown or does not fit
 * @throws the server's own error (`code` EADDRINUSE, EACCES) when a port cannot be had; nothing is left open
 * then
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	const { port, filesPort, rateLimit, clock, seed, onRequest, ...others } = checked(
		'simulator',
		OPTIONS,
		options,
	);
	const { speed, retention, videoBytes, film } = others;

	const random = seeded(seed);
	const requests: LogEntry[] = [];
	let count = 0;
	const faults = new FaultList();
	const apiKeys = new Set(others.apiKeys);
	const created: CreatedTask[] = [];
	let filesUrl = '';
	const videoUrl = (id: string, ending: string) => `${filesUrl}${filePath(id, ending)}`;
	const store = new TaskStore({ clock, random, speed, retention, videoBytes, videoUrl });
	const common = {
		clock,
		requests,
		nextNumber: () => ++count,
		faults,
		onRequest,
		filesUrl: () => filesUrl,
		newId: () => store.freeId(),
	};

	const hosts: Host[] = [];
	const simulator: Simulator = {
		baseUrl: '',
		filesUrl: '',
		apiKeys,
		addTask: (task = {}) => store.add(task),
		task: (id) => store.get(id),
		removeTask: (id) => store.remove(id),
		finishTask: (id, outcome) => store.finish(id, outcome),
		fault: (fault) => faults.add(fault),
		clearFaults: () => faults.clear(),
		requests,
		created,
		requestsFor: (id) => requests.filter((entry) => entry.id === id),
		resetLog: () => {
			requests.length = 0;
		},
		close: async () => {
			await Promise.all(hosts.map((host) => host.close()));
		},
	};

	try {
		const files = await startHost({
			...common,
			name: 'files',
			port: filesPort,
			taskId: fileId,
			handle: videoHost(store, film),
		});
		hosts.push(files);
		filesUrl = files.url;
		const limiter = rateLimit === null ? null : new RateLimiter(rateLimit);
		const api = await startHost({
			...common,
			name: 'api',
			port,
			taskId: resultId,
			handle: vendorApi({ store, apiKeys, limiter, created, clock, random }),
			control: (request) => controlAnswer(simulator, request),
		});
		hosts.push(api);
		simulator.baseUrl = `${api.url}${API_PREFIX}`;
		simulator.filesUrl = filesUrl;
		return simulator;
	} catch (cause) {
		await simulator.close();
		throw cause;
	}
}
