import type { Account } from './arguments.cts';

/**
 * The simulator's seconds in one real second. A 720p video, 2 to 5 minutes in truth, takes 6 to 15 s; a 1080p one, 3 to
 * 8 minutes, takes 9 to 24 s. So a node finds it by its first status check, after 30 s.
 */
const SPEED = 20;
/**
 * The simulator's clock is slow by the earliest likely finish of 1080p (`resources/video/pace`), so that the node takes
 * a new video for old enough to be done: it checks after 30 s instead of 2.5 to 3.5 minutes.
 */
const CLOCK_IS_SLOW_BY_MS = 3 * 60_000;
/** Seconds of the simulator: a real day, as at GlobalAI OPC. */
const RETENTION = 86_400 * SPEED;

/** The API that the node uses. */
export interface OpenTarget {
	description: string;
	apiKey: string;
	baseUrl: string;
	/** Whether videos cost money there */
	isBilled: boolean;
	close: () => Promise<void>;
}

/** @param account without it a simulator is started */
export async function openTarget(account?: Account): Promise<OpenTarget> {
	if (account) {
		return {
			...account,
			description: account.baseUrl,
			isBilled: true,
			close: async () => {},
		};
	}
	const { startSimulator } = require('../../simulator/index.cts');
	const apiKey = 'sk-simulator';
	const simulator = await startSimulator({
		speed: SPEED,
		retention: RETENTION,
		clock: () => Date.now() - CLOCK_IS_SLOW_BY_MS,
		apiKeys: [apiKey],
		film: 'drawn',
	});
	return {
		description: `a simulator, at ${simulator.baseUrl}. Nothing is billed.
    Each video is the same stand-in: a drawn scene, whatever the prompt says.
    A video takes about 30 s here, at GlobalAI OPC some minutes`,
		apiKey,
		baseUrl: simulator.baseUrl,
		isBilled: false,
		close: () => simulator.close(),
	};
}
