/** The simulator's seconds in one real second: a 720p video, 2 to 5 minutes in truth, takes 12 to 30 s. */
const SPEED = 10;
/** The node's own choice fits videos that take minutes. */
const QUICK_ROUNDS = { pollInterval: 5, surviveRestarts: false };

/**
 * Whom the node asks.
 * @typedef {object} OpenTarget
 * @property {string} description
 * @property {string} apiKey
 * @property {string} baseUrl
 * @property {boolean} isBilled whether videos cost money there
 * @property {Record<string, unknown>} options the Seedance node's, for waits that fit how fast videos come
 * @property {() => Promise<void>} close
 */

/**
 * @param {import('./arguments').Account} [account] without it a simulator is started
 * @returns {Promise<OpenTarget>}
 */
async function openTarget(account) {
	if (account) {
		return {
			...account,
			description: account.baseUrl,
			isBilled: true,
			options: {},
			close: async () => {},
		};
	}
	const { startSimulator } = require('../../simulator');
	const apiKey = 'sk-simulator';
	const simulator = await startSimulator({ speed: SPEED, apiKeys: [apiKey] });
	return {
		description: `a simulator of it, ${SPEED} times as fast, at ${simulator.baseUrl}`,
		apiKey,
		baseUrl: simulator.baseUrl,
		isBilled: false,
		options: QUICK_ROUNDS,
		close: () => simulator.close(),
	};
}

module.exports = { openTarget };
