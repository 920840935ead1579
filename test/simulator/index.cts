import { API_PREFIX, FakeApi } from './api.cts';
import { startHost } from './http.cts';

import type { ApiOptions, CreatedTask } from './api.cts';
import type { FaultOptions } from './faults.cts';
import type { Host, HostOptions, LogEntry } from './http.cts';
import type { EndStatus, TaskOptions, TaskView } from './tasks.cts';

export interface SimulatorOptions extends ApiOptions, Pick<HostOptions, 'onRequest'> {
	/** Of the API; default: any that is free */
	port?: number;
}

export interface Simulator {
	/** Of the API, to be used where the vendor's would be */
	baseUrl: string;
	/** The origin of the videos, another one than the API's */
	filesUrl: string;
	/** Accepted keys; can be changed at any time */
	apiKeys: Set<string>;
	/** Throws when the id is taken */
	addTask: (options?: TaskOptions) => TaskView;
	/** As it is now; null when unknown or expired */
	task: (id: string) => TaskView | null;
	removeTask: (id: string) => boolean;
	/** Ends it now; throws when there is none */
	finishTask: (id: string, outcome?: EndStatus) => TaskView;
	/** Asks for something to go wrong, see faultKinds.cts; of several faults for one request the oldest is applied */
	fault: (options: FaultOptions) => void;
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
 * @throws the server's own error (`code` EADDRINUSE, EACCES) when a port cannot be had; nothing is left open then
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	const { port = 0, onRequest } = options;
	const api = new FakeApi(options);
	const { apiKeys, created, faults, tasks } = api;
	const requests: LogEntry[] = [];
	let count = 0;
	const log = (entry: Omit<LogEntry, 'n'>) => {
		const numbered = { ...entry, n: ++count };
		requests.push(numbered);
		return numbered;
	};
	const hosts: Host[] = [];
	const close = async () => void (await Promise.all(hosts.map(async (host) => await host.close())));
	const common = { handle: api.handle.bind(api), log, onRequest };
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
		baseUrl: `${apiUrl}${API_PREFIX}`,
		filesUrl,
		apiKeys,
		addTask: (task = {}) => tasks.add(task, Date.now()),
		task: (id) => tasks.get(id, Date.now()),
		removeTask: (id) => tasks.remove(id),
		finishTask: (id, outcome) => tasks.finish(id, outcome, Date.now()),
		fault: (fault) => faults.add(fault),
		clearFaults: () => faults.clear(),
		requests,
		created,
		requestsFor: (id) => requests.filter((entry) => entry.id === id),
		resetLog: () => void requests.splice(0),
		close,
	};
}
