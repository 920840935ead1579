import { failure } from '../../../core/error';
import { hasNoSlot, type Making } from '../../../waiting/pollable';
import { createVideo } from '../endpoints';
import { createError, itemsInDoubt, SENT } from '../messages';
import type { VideoRequest } from '../models';

/** A parked wait has turns for what the API has no slot for: twice in a row it is asked at once, then in the next turn. */
export const RETRIES_IN_A_TURN = 1;

/** How a parked wait creates the videos that the account takes no more of at the start. */
export const makingVideo: Making = {
	make: async (client, order) => {
		const made = await client.call(createVideo, order as VideoRequest, { maxRetries: RETRIES_IN_A_TURN });
		return made.ok || hasNoSlot(made.error) ? made : failure(createError(made.error));
	},
	mayExist: SENT,
	notMade: (end) =>
		createError({
			kind: 'gaveUp',
			message: `The video ${end}`,
			description:
				"Run the item again. If the account had no slot for it, raise 'Give Up After', or ask GlobalAI OPC how many videos your account may make at a time.",
		}),
	leftOut: (count) =>
		count === 1
			? '1 more item was not created, and nothing is billed for it.'
			: `${count} more items were not created, and nothing is billed for them.`,
	inDoubt: itemsInDoubt,
};
