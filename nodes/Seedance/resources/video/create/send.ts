import type { IExecuteFunctions } from 'n8n-workflow';

import {
	failure,
	fullDescription,
	internalError,
	type Result,
	success,
	type ItemError,
	thrownError,
	wasStopped,
} from '../../../core/error';
import type { RunSettings, Session } from '../../../http/session';
import { hasNoSlot } from '../../../waiting/pollable';
import { createVideo } from '../endpoints';
import type { VideoRequest } from '../models';
import type { VideoTask } from '../video';
import { type CreateLedger, endedTask, isEnded } from './ledger';
import { RETRIES_IN_A_TURN } from './making';

/** One item's create, ready to be sent. */
export interface Order {
	/** As it was given: n8n's memory knows it again by this. */
	video: VideoRequest;
	/** The same with the addresses of files, which differ in each attempt; left out where it is the same. */
	sent?: VideoRequest;
	settings: RunSettings;
	/** Whether a task that failed is output like one that is done. */
	outputsFailed: boolean;
	/** Whether a parked wait makes it later, where the API takes no more now. */
	isParked?: boolean;
}

/** What a create has made. */
export interface Created {
	task: VideoTask;
	/** Whether this attempt has sent it, and not an earlier one. */
	isNew: boolean;
}

/**
 * Sends the creates of one attempt, in the order of the items and each of them once, also when n8n runs the node again.
 * Where an item's error stops the workflow, creates that are not sent yet are not sent.
 */
export class CreateSender {
	/** Whether an error has stopped the run. */
	private isStopped = false;

	/** The error that stopped it. Items that were not sent because of it fail with it. */
	private stoppedBy?: ItemError;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly session: Session,
		private readonly ledger: CreateLedger,
	) {}

	/**
	 * Sends creates, and waits until the outcome of each is known.
	 *
	 * @param orders by the positions of their items
	 * @returns what came of each; undefined of one that is left to a parked wait. Where the run was stopped, every error says which tasks exist: it is all that is output
	 */
	async send(orders: Map<number, Order>): Promise<Map<number, Result<Created | undefined>>> {
		const outcomes = await Promise.all(
			[...orders].map(async ([index, order]) => [index, await this.create(order, index)] as const),
		);
		const isOver = this.isStopped || this.session.signal.aborted;
		return new Map(
			outcomes.map(([index, outcome]) => {
				if (outcome.ok || !isOver) return [index, outcome];
				return [index, failure(withCreated(this.stoppedBy ?? outcome.error, this.ledger))];
			}),
		);
	}

	private async create(order: Order, index: number): Promise<Result<Created | undefined>> {
		const earlier = this.ledger.earlier(index, order.video);
		if (earlier) this.stopAfter(earlier, order);
		const outcome = earlier ?? (await this.sendNow(order, index));
		if (outcome.ok) return success({ task: outcome.value, isNew: !earlier });
		if (isLeftToWait(order, outcome.error)) return success(undefined);
		const ended = order.outputsFailed ? endedTask(outcome.error) : undefined;
		if (ended) return success({ task: ended, isNew: !earlier });
		if (this.isStopped && !wasStopped(outcome.error)) {
			this.stoppedBy ??= { ...outcome.error, itemIndex: index };
		}
		return outcome;
	}

	private async sendNow(order: Order, index: number): Promise<Result<VideoTask>> {
		const { video, settings } = order;
		let isSent = false;
		let outcome: Result<VideoTask>;
		try {
			const client = await this.session.client(settings);
			if (!client.ok) {
				this.stopAfter(client, order);
				return client;
			}
			outcome = await client.value.call(createVideo, order.sent ?? video, {
				...(order.isParked && { maxRetries: RETRIES_IN_A_TURN }),
				isOff: () => this.isStopped,
				onSend: () => {
					this.ledger.sending(index, video);
					isSent = true;
				},
				// No other create can be sent before this.
				onOutcome: (result) => this.stopAfter(result, order),
			});
		} catch (error) {
			outcome = failure(isSent ? internalError(error, 'after the create was sent') : thrownError(error));
		}
		this.stopAfter(outcome, order);
		return this.ledger.settle(index, video, outcome);
	}

	/** Stops the run after a create that failed, where "On Error" says so. */
	private stopAfter(outcome: Result<VideoTask>, order: Order): void {
		const { outputsFailed } = order;
		if (!outcome.ok && isLeftToWait(order, outcome.error)) return;
		const ended = outcome.ok ? isEnded(outcome.value) : endedTask(outcome.error) !== undefined;
		const hasFailed = ended ? !outputsFailed : !outcome.ok;
		if (hasFailed && !this.context.continueOnFail()) this.isStopped = true;
	}
}

/** Whether a parked wait makes something that the API took no more of. */
function isLeftToWait({ isParked }: Order, error: ItemError): boolean {
	return isParked === true && hasNoSlot(error);
}

/** An error that is all that is output: it names the tasks that exist and are billed. */
export function withCreated(error: ItemError, ledger: CreateLedger, index = error.itemIndex): ItemError {
	const description = `${fullDescription(error)}${ledger.summary(index)}`;
	return { ...error, description, said: undefined };
}
