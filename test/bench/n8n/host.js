'use strict';

const { join } = require('node:path');
const { chooseNode } = require('../../host/install/node');
const { installNode } = require('../../host/community-node');
const { startN8n } = require('../../host/n8n');
const { loadProfile } = require('../../host/profiles');
const { openSession } = require('../../host/session');
const { startSimulator } = require('../../simulator');
const { machineLine } = require('../machine');

/** @import { N8n } from '../../host/n8n' */
/** @import { N8nSession } from '../../host/session' */
/** @import { WorkflowJson } from '../../host/session/workflow' */
/** @import { Simulator, SimulatorOptions } from '../../simulator' */

/**
 * A real n8n with the packed node in it, and simulated APIs for it to ask.
 *
 * @typedef {object} BenchHost
 * @property {N8n} n8n
 * @property {N8nSession} session
 * @property {string} machine one line on what all of it runs on
 * @property {(options?: SimulatorOptions) => Promise<Simulator>} simulate starts one more API
 * @property {(workflow: WorkflowJson, api: Simulator) => Promise<string>} publish with a credential for that
 *   API; the workflow's id
 */

const KEY = ['sk', 'bench', '0123456789'].join('-');

/** @param {string} line */
const log = (line) => console.error(line);

/**
 * Starts n8n, does the work and ends all that was started, however the work ends. Progress goes to stderr.
 *
 * @param {NodeJS.ProcessEnv} env further settings of n8n
 * @param {(host: BenchHost) => Promise<void>} work
 * @returns {Promise<void>}
 */
async function withHost(env, work) {
	const nodeVersion = chooseNode(loadProfile()).version;
	/** @type {Array<() => Promise<void>>} */
	const closing = [];
	let seed = 0;
	const interrupted = new AbortController();
	for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => interrupted.abort());
	try {
		const n8n = await startN8n({
			log,
			prepare: installNode,
			signal: interrupted.signal,
			env: { NODE_OPTIONS: `--require "${join(__dirname, 'preload.js')}"`, ...env },
		});
		closing.push(async () => await n8n.stop());
		const machine = machineLine({ nodeVersion, n8nVersion: n8n.version });
		const session = await openSession(n8n);
		const stopped = new Promise((_, reject) => {
			interrupted.signal.addEventListener('abort', () => reject(new Error('Interrupted')));
		});
		const host = {
			n8n,
			session,
			machine,
			/** @param {SimulatorOptions} [options] */
			simulate: async (options) => {
				// So that no two APIs give out the same ids.
				const api = await startSimulator({ apiKeys: [KEY], seed: ++seed, ...options });
				closing.push(async () => await api.close());
				return api;
			},
			/**
			 * @param {WorkflowJson} workflow
			 * @param {Simulator} api
			 */
			publish: async (workflow, api) => {
				const credential = await session.createCredential({
					name: `GlobalAI OPC at ${api.baseUrl}`,
					type: 'globalAiOpcApi',
					data: { apiKey: KEY, baseUrl: api.baseUrl },
				});
				const { id } = await session.importWorkflow(workflow, {
					credentials: { globalAiOpcApi: credential },
				});
				await session.publish(id);
				return id;
			},
		};
		await Promise.race([work(host), stopped]);
	} finally {
		for (const close of closing.reverse()) await close();
	}
}

module.exports = { log, withHost };
