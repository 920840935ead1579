import type { IExecuteFunctions } from 'n8n-workflow';

import { sleepWithAbort } from '../../../core/abort';
import type { ItemError } from '../../../core/error';
import { tell } from '../../../core/present';
import type { Session } from '../../../http/session';
import { isUncertain } from '../messages';
import { pollableVideo } from '../pollable';
import { taskOfError, type VideoTask } from '../video';
import type { Slots } from './slots';

/** How long the log says nothing while creates wait for a slot, in milliseconds. */
const QUIET_MS = 30_000;

/** What came of the videos of a run, for people. */
export class Progress {
	private made = 0;
	private failed = 0;
	private unfinished = 0;
	private inDoubt = 0;

	/** What the API says of what it bills: seconds of video, and the sum of `amount`. */
	private seconds = 0;
	private amount: number | undefined;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly session: Pick<Session, 'redact'>,
	) {}

	/** Notes a task whose wait has ended. */
	onTask(task: VideoTask): void {
		const isMade = pollableVideo.stateOf(task) === 'done';
		if (isMade) this.made++;
		else this.failed++;
		if (isMade) this.seconds += numberIn(task.actualDuration) ?? 0;
		const amount = numberIn(task.amount);
		if (amount !== undefined) this.amount = (this.amount ?? 0) + amount;
	}

	/** Notes the error of a create, or of the wait for its video. */
	onError(error: ItemError): void {
		const task = taskOfError(error);
		if (task && error.kind === 'gaveUp') this.unfinished++;
		else if (task) this.onTask(task);
		else if (isUncertain(error)) this.inDoubt++;
	}

	/** Says in the log how the run goes, as long as creates wait for a slot. */
	async report(slots: Slots, signal: AbortSignal): Promise<void> {
		while (await sleepWithAbort(QUIET_MS, signal)) {
			if (slots.waiting === 0) continue;
			const { made, failed, unfinished, inDoubt } = this;
			tell(
				this.context,
				this.session.redact,
				'info',
				`Videos of this run: ${made} made, ${slots.running} running, ${slots.waiting} waiting for a slot, ${failed + unfinished + inDoubt} failed`,
			);
		}
	}

	/**
	 * What came of a run in which several videos were ordered, as one line; undefined of one.
	 *
	 * @param count how many items came in
	 */
	summary(count: number): string | undefined {
		if (count < 2) return undefined;
		const { made, failed, unfinished, inDoubt, seconds, amount } = this;
		const notCreated = count - made - failed - unfinished - inDoubt;
		const parts = [
			[failed, 'failed'],
			[unfinished, 'not done in time'],
			[inDoubt, 'may have been created'],
			[notCreated, 'not created'],
		] as const;
		const others = parts.filter(([many]) => many > 0).map(([many, what]) => `${many} ${what}`);
		const counts = [`${made} of ${count} videos made`, ...others].join(', ');
		const length = seconds > 0 ? ` ${rounded(seconds)} s of video.` : '';
		const price = amount === undefined ? '' : ` The API gives an amount of ${rounded(amount)} in all.`;
		return `${counts}.${length}${price}`;
	}
}

/** A number that the API gave as one, or as text. */
function numberIn(value: unknown): number | undefined {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Without what adding decimals leaves behind: 0.1 + 0.2. */
function rounded(value: number): number {
	return Number(value.toFixed(4));
}
