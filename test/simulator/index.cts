import { API_PREFIX, FakeApi } from './api.cts';
import { startHost } from './http.cts';

import type { ApiOptions } from './api.cts';
import type { FaultOptions } from './faults.cts';
import type { Host, HostOptions, LogEntry } from './http.cts';
import type { EndStatus, TaskOptions } from './tasks.cts';

export interface SimulatorOptions extends ApiOptions, Pick<HostOptions, 'onRequest'> {
	/** Of the API; default: any that is free */
	port?: number;
	/** The time that it goes by, in milliseconds since 1970; default: the machine's */
	clock?: () => number;
}

export type Simulator = Awaited<ReturnType<typeof startSimulator>>;

/**
 * Starts the vendor's API and its files host on 127.0.0.1, as the vendor's pages describe them.
 *
 * @throws the server's own error (`code` EADDRINUSE, EACCES) when a port cannot be had; nothing is left open then
 */
export async function startSimulator(options: SimulatorOptions = {}) {
	const { port = 0, onRequest, clock = Date.now } = options;
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
	const handle: HostOptions['handle'] = (request) => api.handle(request, clock());
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
		clearFaults: () => faults.clear(),
		/** All of both hosts, oldest first; the entries of running requests still change */
		requests,
		/** Every create that was accepted */
		created,
		/** Those whose path names the task: its results and its file */
		requestsFor: (id: string) => requests.filter((entry) => entry.id === id),
		/** Empties `requests`; `created` stays */
		resetLog: () => void requests.splice(0),
		/** Ends both servers and all their sockets */
		close,
	};
}
