import type { IExecuteFunctions } from 'n8n-workflow';

import { failure, type Result, success } from '../core/error';
import type { Session } from '../http/session';
import { scheduleNext } from './poll';
import { detailsOf, type Pollable, type Polled } from './pollable';
import { type Answer, ask, type ItemQuery } from './query';
import { startPolling } from './schedule';

/**
 * Waits for something that was just made, or takes the first step of the wait. Its first status check comes when the
 * pace says so: what is new is not done.
 *
 * @param value as making it was answered
 * @param isNew whether this attempt made it. One of an earlier attempt may be done by now, and is checked at once
 * @param onDecided called when the wait is over, before a file is downloaded; left out where nobody wants to know
 * @returns the answer; an error keeps what was made
 */
export async function follow(
	context: IExecuteFunctions,
	session: Session,
	pollable: Pollable,
	value: Polled,
	{ query, settings }: Pick<ItemQuery, 'query' | 'settings'>,
	isNew: boolean,
	onDecided?: () => void,
): Promise<Result<Answer>> {
	const { id, wait } = query;
	const state = pollable.stateOf(value);
	if (!wait || state === 'ended') return success({ value });
	const start = startPolling(Date.now());
	const known = state === 'running' ? { ...start, seen: value } : start;
	const before = isNew ? known : undefined;
	if (before && !query.inNode) {
		const first = scheduleNext(pollable, id, before, wait, Date.now());
		if (first.state === 'pending') return success(first);
	}
	const itemQuery = { query: { ...query, before }, settings };
	const followed = await ask(context, session, pollable, itemQuery, onDecided);
	if (followed.ok) return followed;
	return failure({ ...followed.error, details: followed.error.details ?? detailsOf(pollable, { ...value }) });
}
