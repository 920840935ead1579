'use strict';

const { API_PREFIX, resultId, vendorApi } = require('./api');
const { callable, checkFields, filled, number } = require('./check');
const { controlAnswer } = require('./control');
const { FaultList } = require('./faults');
const { fileId, filePath, videoHost } = require('./files');
const { startHost } = require('./host');
const { RequestLog } = require('./log');
const { LARGEST_VIDEO } = require('./mp4');
const { seededRandom } = require('./random');
const { RateLimiter, checkRateLimit } = require('./rateLimit');
const { TaskStore } = require('./store');

/** @import { CreatedTask } from './api' */
/** @import { Check } from './check' */
/** @import { FaultHandle, FaultOptions } from './faults' */
/** @import { Host } from './host' */
/** @import { LogEntry } from './log' */
/** @import { RateLimit } from './rateLimit' */
/** @import { TaskView } from './store' */
/** @import { EndStatus, TaskOptions } from './tasks' */

/**
 * @typedef {object} SimulatorOptions
 * @property {number} [port] of the API; default 0: any that is free
 * @property {number} [filesPort] of the files host; default 0: any that is free
 * @property {readonly string[]} [apiKeys] accepted bearer keys, default `sk-simulator`
 * @property {number} [speed] simulated seconds a real second, default 1: generation times and retention are
 * divided by it
 * @property {number} [seed] of ids and durations, default 1
 * @property {number} [retention] simulated seconds from a task's creation until it and its file are gone,
 * default 86400: the one day of the vendor's page
 * @property {RateLimit | null} [rateLimit] default null: none
 * @property {number} [videoBytes] size of a served video, default 65536
 * @property {() => number} [clock] ms since 1970, default Date.now; delays of faults do not follow it
 * @property {(entry: LogEntry) => void} [onRequest] told of every request that has ended
 */

/**
 * @typedef {object} Simulator
 * @property {string} baseUrl of the API, to be used where the vendor's would be
 * @property {string} filesUrl the origin of the videos, another one than the API's
 * @property {Set<string>} apiKeys accepted keys; can be changed at any time
 * @property {(options?: TaskOptions) => TaskView} addTask throws a TypeError or Error when the options do not
 * fit
 * @property {(id: string) => TaskView | null} task as it is now; null when unknown or expired
 * @property {(id: string) => boolean} removeTask
 * @property {(id: string, outcome?: EndStatus) => TaskView} finishTask ends it now; throws when there is none
 * @property {(options: FaultOptions) => FaultHandle} fault asks for something to go wrong, see faultKinds.js;
 * of several faults for one request the oldest is applied. Throws a TypeError when the options do not fit
 * @property {() => void} clearFaults
 * @property {LogEntry[]} requests all of both hosts, oldest first; the entries of running requests still
 * change
 * @property {CreatedTask[]} created every create that was accepted
 * @property {(id: string) => LogEntry[]} requestsFor those whose path names the task: its results and its
 * file
 * @property {number} maxInFlight the most API requests at once
 * @property {() => void} resetLog empties `requests` and starts `maxInFlight` anew; `created` stays
 * @property {() => Promise<void>} close ends both servers and all their sockets
 */

const port = number({ min: 0, max: 65_535, integer: true });

/** @type {Record<string, Check>} */
const OPTIONS = {
	port,
	filesPort: port,
	apiKeys: (value) => {
		const fits = Array.isArray(value) && value.every((key) => filled(key) === null);
		return fits ? null : 'an array of strings that are not empty';
	},
	speed: number({ above: 0 }),
	seed: number({ integer: true }),
	retention: number({ above: 0, infinite: true }),
	rateLimit: () => null,
	videoBytes: number({ min: 0, max: LARGEST_VIDEO, integer: true }),
	clock: callable,
	onRequest: callable,
};

/**
 * Starts the vendor's API and its files host on 127.0.0.1, as the vendor's page describes them.
 *
 * @param {SimulatorOptions} [options]
 * @returns {Promise<Simulator>}
 * @throws {TypeError} an option that is unknown or does not fit
 * @throws the server's own error (`code` EADDRINUSE, EACCES) when a port cannot be had; nothing is left open
 * then
 */
async function startSimulator(options = {}) {
	checkFields('simulator', options, OPTIONS);
	const { rateLimit = null, clock = Date.now, seed = 1, onRequest } = options;
	if (rateLimit !== null) checkRateLimit(rateLimit);

	const random = seededRandom(seed);
	const log = new RequestLog();
	const faults = new FaultList();
	const apiKeys = new Set(options.apiKeys ?? ['sk-simulator']);
	/** @type {CreatedTask[]} */
	const created = [];
	let connections = 0;
	let filesUrl = '';
	const store = new TaskStore({
		clock,
		random,
		speed: options.speed ?? 1,
		retention: options.retention ?? 86_400,
		videoBytes: options.videoBytes ?? 65_536,
		videoUrl: (id, ending) => `${filesUrl}${filePath(id, ending)}`,
	});
	const common = {
		clock, log, faults, onRequest, filesUrl: () => filesUrl, newId: () => store.freeId(),
		nextConnection: () => ++connections,
	};

	/** @type {Host[]} */
	const hosts = [];
	/** @type {Simulator} */
	const simulator = {
		baseUrl: '',
		filesUrl: '',
		apiKeys,
		addTask: (task = {}) => store.add(task),
		task: (id) => store.get(id),
		removeTask: (id) => store.remove(id),
		finishTask: (id, outcome) => store.finish(id, outcome),
		fault: (fault) => faults.add(fault),
		clearFaults: () => faults.clear(),
		requests: log.entries,
		created,
		requestsFor: (id) => log.entries.filter((entry) => entry.id === id),
		get maxInFlight() {
			return log.maxInFlight;
		},
		resetLog: () => log.reset(),
		close: async () => {
			await Promise.all(hosts.map((host) => host.close()));
		},
	};

	try {
		const files = await startHost({
			...common, name: 'files', port: options.filesPort ?? 0, taskId: fileId, handle: videoHost(store),
		});
		hosts.push(files);
		filesUrl = files.url;
		const limiter = rateLimit === null ? null : new RateLimiter(rateLimit);
		const api = await startHost({
			...common,
			name: 'api',
			port: options.port ?? 0,
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

module.exports = { startSimulator };
