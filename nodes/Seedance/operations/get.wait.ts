import type { IExecuteFunctions } from 'n8n-workflow';

import type { ServiceTier } from '../polling/schedule';
import type { WaitSettings } from '../polling/verdict';
import { checkChoice, checkNumber, readOptions } from './parameters';

/** Values of the parameter `waitUntilDone`. */
export type WaitMode = 'no' | 'inNode' | 'withWaitNode';

/** How one item waits, and what a failed task becomes. */
export interface ItemWait extends WaitSettings {
	ifTaskFails: 'error' | 'output';
}

const TIERS: readonly ServiceTier[] = ['online', 'flex'];
const GIVE_UP_AFTER = { label: 'Give Up After', unit: 'minutes', min: 1, max: 1440 };
const POLL_INTERVAL = { label: 'Poll Interval', unit: 'seconds', min: 5, max: 3600 };

/**
 * Reads how an item waits.
 *
 * @throws NodeOperationError for a value that the form doesn't offer
 */
export function readWait(
	context: IExecuteFunctions,
	index: number,
	mode: Exclude<WaitMode, 'no'>,
): ItemWait {
	const options = readOptions(context, index);
	const tier = context.getNodeParameter('serviceTier', index);
	const minutes = context.getNodeParameter('giveUpAfter', index);
	return {
		tier: checkChoice(context, index, 'Service Tier', TIERS, tier),
		giveUpAfterMs: 60_000 * checkNumber(context, index, GIVE_UP_AFTER, minutes),
		pollIntervalMs:
			options.pollInterval === undefined
				? undefined
				: 1000 * checkNumber(context, index, POLL_INTERVAL, options.pollInterval),
		surviveRestarts: mode === 'withWaitNode' && options.surviveRestarts !== false,
		ifTaskFails: checkChoice(
			context,
			index,
			'If Task Fails',
			['error', 'output'] as const,
			options.ifTaskFails ?? 'error',
		),
	};
}
