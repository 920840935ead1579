import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { ServiceTier } from '../polling/schedule';
import type { WaitSettings } from '../polling/verdict';
import { checkChoice, checkNumber } from './parameters';

/** Values of the parameter `waitUntilDone`. */
export const WAIT_MODES = ['no', 'inNode', 'withWaitNode'] as const;
export type WaitMode = (typeof WAIT_MODES)[number];

/** Defaults of Give Up After, in minutes. */
export const GIVE_UP_AFTER: Record<ServiceTier, number> = { online: 30, flex: 720 };

/**
 * The default of the flex tier's field, as text: where the tier comes from an expression, n8n gives this one whatever
 * the tier, and it can be told from a number that the user has set.
 */
export const GIVE_UP_AFTER_UNSET = String(GIVE_UP_AFTER.flex);

/** How one item waits, and what a failed task becomes. */
export interface ItemWait extends WaitSettings {
	ifTaskFails: 'error' | 'output';
}

const TIERS: readonly ServiceTier[] = ['online', 'flex'];
const GIVE_UP_BOUNDS = { label: 'Give Up After', unit: 'minutes', min: 1, max: 1440 };
const POLL_INTERVAL = { label: 'Poll Interval', unit: 'seconds', min: 5, max: 3600 };

/**
 * Reads how an item waits.
 *
 * @throws NodeOperationError for a value that the form doesn't offer
 */
export function readWait(
	context: IExecuteFunctions,
	index: number,
	options: IDataObject,
	mode: Exclude<WaitMode, 'no'>,
): ItemWait {
	const tier = checkChoice(context, index, 'Service Tier', TIERS, context.getNodeParameter('serviceTier', index));
	const isUnset = context.getNode().parameters.giveUpAfter === GIVE_UP_AFTER_UNSET;
	const minutes = isUnset ? GIVE_UP_AFTER[tier] : context.getNodeParameter('giveUpAfter', index);
	return {
		tier,
		giveUpAfterMs: Math.ceil(60_000 * checkNumber(context, index, GIVE_UP_BOUNDS, minutes)),
		pollIntervalMs:
			options.pollInterval === undefined
				? undefined
				: Math.ceil(1000 * checkNumber(context, index, POLL_INTERVAL, options.pollInterval)),
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
