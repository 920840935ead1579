import type { Account } from './arguments.cts';

/**
 * The simulator's seconds in one real second: a 720p video, 2 to 5 minutes in truth, takes 40 to 100 s. A parked wait
 * looks after 66 s and then 66 s later, so that each video is done at its first or its second status check.
 */
const SPEED = 3;
/** The node's own choice fits videos that take minutes. */
const QUICK_CHECKS = { pollInterval: 5 };

/** Whom the node asks. */
export interface OpenTarget {
	description: string;
	apiKey: string;
	baseUrl: string;
	/** Whether videos cost money there */
	isBilled: boolean;
	/** The Seedance node's, for waits that fit how fast videos come */
	options: Record<string, unknown>;
	close: () => Promise<void>;
}

/** @param account without it a simulator is started */
export async function openTarget(account?: Account): Promise<OpenTarget> {
	if (account) {
		return {
			...account,
			description: account.baseUrl,
			isBilled: true,
			options: {},
			close: async () => {},
		};
	}
	const { startSimulator } = require('../../simulator/index.cts');
	const apiKey = 'sk-simulator';
	const simulator = await startSimulator({ speed: SPEED, apiKeys: [apiKey] });
	return {
		description: `a simulator of it, ${SPEED} times as fast, at ${simulator.baseUrl}`,
		apiKey,
		baseUrl: simulator.baseUrl,
		isBilled: false,
		options: QUICK_CHECKS,
		close: () => simulator.close(),
	};
}
