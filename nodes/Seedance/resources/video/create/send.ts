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
import { canceledError, whenAborted } from '../../../core/abort';
import type { CallOptions } from '../../../http/client';
import type { RunSettings, Session } from '../../../http/session';
import { hasNoSlot } from '../../../waiting/pollable';
import type { Answer } from '../../../waiting/query';
import { createVideo } from '../endpoints';
import { neverHadSlot, sentAtOnce } from '../messages';
import type { VideoRequest } from '../models';
import type { VideoTask } from '../video';
import { type CreateLedger, endedTask, isEnded } from './ledger';
import { makingVideo } from './making';
import type { Progress } from './progress';
import { Slots } from './slots';

/** One item's create, ready to be sent. */
export interface Order {
	/** As it was given: n8n's memory knows it again by this. */
	video: VideoRequest;
	/** The same with the addresses of files, which differ in each attempt; left out where it is the same. */
	sent?: VideoRequest;
	settings: RunSettings;
	/** Whether a task that failed is output like one that is done. */
	outputsFailed: boolean;
	/** Whether a parked wait makes it later, where the API refuses it now. */
	isParked?: boolean;
	/**
	 * How long it waits for a slot, counted from the beginning of the run, in milliseconds. Left out where nothing waits for
	 * the video, and so not for a slot either.
	 */
	maxWaitMs?: number;
	/** How many of the run may be made at a time; undefined for as many as the API takes. */
	mostAtOnce?: number;
}

/** What a create has made. */
export interface Created {
	task: VideoTask;
	/** Whether this attempt has sent it, and not an earlier one. */
	isNew: boolean;
}

/**
 * Waits for the video of a create that was just answered, beside the creates that still wait for a slot.
 *
 * @param onDecided called once the task has ended, before its file is downloaded
 * @returns what came of the wait; an error of it fails the item
 */
export type FollowCreated = (
	index: number,
	created: Created,
	onDecided: () => void,
) => Promise<Result<Answer>>;

/**
 * Sends the creates of one attempt, in the order of the items and each of them once, also when n8n runs the node again.
 * Where an item's error stops the workflow, creates that are not sent yet are not sent.
 */
export class CreateSender {
	/** Aborted when no create may be sent any more: an error or the user has stopped the run. */
	private readonly over = new AbortController();

	/** Whether an error has stopped the run. */
	private isStopped = false;

	/** The error that stopped it. Items that were not sent because of it fail with it. */
	private stoppedBy?: ItemError;

	/** Whether the API has refused one for now, so that a parked wait makes all others. */
	private isFull = false;

	/** Where creates wait for a slot, if they do. */
	private slots?: Slots;

	/**
	 * @param followCreated called after each create that made something, where it waits for a slot
	 */
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly session: Session,
		private readonly ledger: CreateLedger,
		private readonly progress: Progress,
		private readonly followCreated: FollowCreated,
	) {}

	/**
	 * Sends creates, and waits until the outcome of each is known.
	 *
	 * @param orders by the positions of their items
	 * @returns what came of each; undefined of one that is left to a parked wait. Where the run was stopped, every error says which tasks exist: it is all that is output
	 */
	async send(orders: Map<number, Order>): Promise<Map<number, Result<Created | undefined>>> {
		const aborted = whenAborted(this.session.signal);
		void aborted.happens.then(() => this.over.abort());
		this.slots = this.slotsFor(orders);
		try {
			// What runs already takes a slot before anything new is sent.
			const known = [...orders].map(([index, order]) => this.known(order, index));
			const outcomes = await Promise.all(
				[...orders].map(async ([index, order], place) => {
					return [index, known[place] ?? (await this.create(order, index))] as const;
				}),
			);
			return this.withSummary(outcomes);
		} finally {
			this.over.abort();
			this.slots?.close();
			aborted.forget();
		}
	}

	private slotsFor(orders: Map<number, Order>): Slots | undefined {
		const [first] = orders.values();
		if (first?.maxWaitMs === undefined) return undefined;
		const { mostAtOnce, settings } = first;
		const { signal } = this.over;
		const slots = new Slots({ maxRunning: mostAtOnce, maxSending: settings.maxConcurrency, signal });
		void this.progress.report(slots, signal);
		return slots;
	}

	/** Where the run is over, an error says what exists, and how many were not sent. */
	private withSummary(
		outcomes: Array<readonly [number, Result<Created | undefined>]>,
	): Map<number, Result<Created | undefined>> {
		if (!this.isStopped && !this.session.signal.aborted) return new Map(outcomes);
		const unsent = outcomes.filter(([, outcome]) => !outcome.ok && outcome.error.kind === 'withdrawn');
		const leftOut = this.slots && unsent.length > 0 ? ` ${makingVideo.leftOut(unsent.length)}` : '';
		const told = ([index, outcome]: (typeof outcomes)[number]): (typeof outcomes)[number] => {
			if (outcome.ok) return [index, outcome];
			const error = withCreated(this.stoppedBy ?? outcome.error, this.ledger);
			return [index, failure({ ...error, description: `${error.description}${leftOut}` })];
		};
		return new Map(outcomes.map(told));
	}

	/** What an earlier attempt made of a create; undefined where it sent nothing. */
	private known(order: Order, index: number): Result<Created> | undefined {
		const earlier = this.ledger.earlier(index, order.video);
		if (!earlier) return undefined;
		this.stopAfter(earlier, order);
		if (earlier.ok) this.slots?.begun();
		return this.outcomeOf(earlier, order, index, false);
	}

	private async create(order: Order, index: number): Promise<Result<Created | undefined>> {
		const outcome = this.slots
			? await this.sendInTurn(order, index, this.slots)
			: saidHowToWait(await this.sendNow(order, index));
		if (!outcome.ok && this.isLeftToWait(order, outcome.error)) return success(undefined);
		return this.outcomeOf(outcome, order, index, true);
	}

	private outcomeOf(
		outcome: Result<VideoTask>,
		order: Order,
		index: number,
		isNew: boolean,
	): Result<Created> {
		if (outcome.ok) {
			const created = { task: outcome.value, isNew };
			if (this.slots) void this.followInBackground(order, index, created, this.slots);
			return success(created);
		}
		const ended = order.outputsFailed ? endedTask(outcome.error) : undefined;
		if (ended) return success({ task: ended, isNew });
		if (this.isStopped && !wasStopped(outcome.error)) {
			this.stoppedBy ??= { ...outcome.error, itemIndex: index };
		}
		if (!wasStopped(outcome.error)) this.progress.onError(outcome.error);
		return outcome;
	}

	/** Gives the slot of a task back when its wait is over. Its error is the item's, and may stop the others. */
	private async followInBackground(
		{ video }: Order,
		index: number,
		created: Created,
		slots: Slots,
	): Promise<void> {
		let isDecided = false;
		const onDecided = () => {
			if (!isDecided) slots.end();
			isDecided = true;
		};
		const followed = await this.followCreated(index, created, onDecided).catch((error: unknown) =>
			failure(thrownError(error)),
		);
		onDecided();
		if (followed.ok) {
			if ('value' in followed.value) this.progress.onTask(followed.value.value);
			return;
		}
		if (wasStopped(followed.error)) return;
		this.progress.onError(followed.error);
		if (endedTask(followed.error)) this.ledger.ended(index, video, followed.error);
		if (this.context.continueOnFail()) return;
		if (!this.isStopped) this.stoppedBy = { ...followed.error, itemIndex: index };
		this.stop();
	}

	/** Sends a create as soon as there is a slot for it. */
	private async sendInTurn(order: Order, index: number, slots: Slots): Promise<Result<VideoTask>> {
		const { maxWaitMs = 0 } = order;
		const deadline = this.session.shared.startedAt + maxWaitMs;
		let refusal: ItemError | undefined;
		for (;;) {
			const turn = await slots.enter(index, deadline);
			if (!turn) return this.endWithoutTurn(order, index, slots, refusal);
			let isRefused = false;
			const outcome = await this.sendNow(order, index, {
				deadline,
				isRetried: ({ kind }) => kind !== 'rateLimited',
				isOff: () => this.isStopped || !slots.mayBeSent(turn),
				onAnswer: (answer) => {
					if (answer.ok || !hasNoSlot(answer.error)) return true;
					isRefused = true;
					const isOfRate = slots.isOfRate(turn);
					slots.refused(turn, answer.error.retryAfterMs);
					return isOfRate;
				},
			});
			if (outcome.ok) slots.accepted(turn);
			else if (!isRefused && hasNoSlot(outcome.error)) slots.refused(turn, outcome.error.retryAfterMs);
			else if (!isRefused) slots.unused(turn);
			if (outcome.ok || !waitsForSlot(order, outcome.error)) return outcome;
			if (hasNoSlot(outcome.error)) refusal = outcome.error;
		}
	}

	private endWithoutTurn(
		order: Order,
		index: number,
		{ running }: Slots,
		refusal: ItemError | undefined,
	): Result<VideoTask> {
		const { maxWaitMs = 0, mostAtOnce, video } = order;
		const error: ItemError = this.over.signal.aborted
			? { ...canceledError(), kind: 'withdrawn' }
			: neverHadSlot({ maxWaitMs, running, mostAtOnce, refusal });
		const outcome = failure(error);
		this.stopAfter(outcome, order);
		return this.ledger.settle(index, video, outcome);
	}

	private async sendNow(
		order: Order,
		index: number,
		options: CallOptions<VideoTask> = {},
	): Promise<Result<VideoTask>> {
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
				// A kill of n8n would lose this execution, so it does not stay for what it can leave to the wait.
				...(order.isParked && { isRetried: ({ kind }) => kind !== 'rateLimited' }),
				isOff: () => this.isStopped || this.isFull,
				...options,
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
		if (!outcome.ok && (this.isLeftToWait(order, outcome.error) || waitsForSlot(order, outcome.error)))
			return;
		const ended = outcome.ok ? isEnded(outcome.value) : endedTask(outcome.error) !== undefined;
		const hasFailed = ended ? !outputsFailed : !outcome.ok;
		if (hasFailed && !this.context.continueOnFail()) this.stop();
	}

	/** Whether a parked wait makes something that the API has refused for now. */
	private isLeftToWait({ isParked }: Order, error: ItemError): boolean {
		if (!isParked || this.isStopped) return false;
		if (hasNoSlot(error)) this.isFull = true;
		return hasNoSlot(error) || error.kind === 'withdrawn';
	}

	private stop(): void {
		this.isStopped = true;
		this.over.abort();
	}
}

/** A create that nothing waits for is not sent again for long. Its error says what would. */
function saidHowToWait(outcome: Result<VideoTask>): Result<VideoTask> {
	return outcome.ok || !hasNoSlot(outcome.error) ? outcome : failure(sentAtOnce(outcome.error));
}

/** Whether a create that was not taken, or was withdrawn because the account is full, waits for another turn. */
function waitsForSlot({ maxWaitMs }: Order, error: ItemError): boolean {
	return maxWaitMs !== undefined && (hasNoSlot(error) || error.kind === 'withdrawn');
}

/** An error that is all that is output: it names the tasks that exist and are billed. */
export function withCreated(error: ItemError, ledger: CreateLedger, index = error.itemIndex): ItemError {
	const description = `${fullDescription(error)}${ledger.summary(index)}`;
	return { ...error, description, said: undefined };
}
