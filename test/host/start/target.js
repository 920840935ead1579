/** The simulator's seconds in one real second: a 720p video, 2 to 5 minutes in truth, takes 20 to 50 s. */
const SPEED = 6;
/** Seconds between two questions to the simulator; the node's own choice fits videos that take minutes. */
const POLL_INTERVAL = 5;

/**
 * Whom the node asks, and for what.
 * @typedef {object} OpenTarget
 * @property {string} description
 * @property {string} apiKey
 * @property {string} baseUrl
 * @property {number} [pollInterval] seconds; undefined: the node decides
 * @property {() => string} taskId to be called when the node is about to ask: a simulated task begins then
 * @property {() => Promise<void>} close
 */

/**
 * @param {import('./arguments').Target} target
 * @returns {Promise<OpenTarget>}
 */
async function openTarget(target) {
	if (target.kind === 'api') {
		const { apiKey, baseUrl, taskId } = target;
		return { description: baseUrl, apiKey, baseUrl, taskId: () => taskId, close: async () => {} };
	}
	const { startSimulator } = require('../../simulator');
	const apiKey = 'sk-simulator';
	const simulator = await startSimulator({ speed: SPEED, apiKeys: [apiKey] });
	return {
		description: `a simulator of it, ${SPEED} times as fast, at ${simulator.baseUrl}`,
		apiKey,
		baseUrl: simulator.baseUrl,
		pollInterval: POLL_INTERVAL,
		taskId: () => simulator.addTask().id,
		close: () => simulator.close(),
	};
}

module.exports = { openTarget };
