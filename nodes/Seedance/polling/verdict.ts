import { errorWords } from '../api/envelope';
import { meaningOf, type Fault, type Outcome } from '../api/fault';
import { LINK_FIELDS, resultLink, type VideoTask } from '../api/task';
import { createdAt, nextDelayMs, type ScheduleSettings } from './schedule';
import { isCancelled, statusKind } from './status';

/** How a task is waited for. */
export interface WaitSettings extends ScheduleSettings {
	/** Counted from the task's `created`, or from the first question where that says nothing; milliseconds. */
	giveUpAfterMs: number;
}

/** What a wait remembers from one question to the next. */
export interface Progress {
	/** Questions asked so far. */
	attempt: number;
	/** When the first question was asked, in milliseconds since 1970. */
	startedAt: number;
	/** The task as last seen. */
	task?: VideoTask;
	/** How often the task was completed without a link. */
	withoutVideo: number;
	/** Answers in a row, up to now, that were no task and may pass: see `MOST_ODD_ANSWERS`. */
	oddAnswers: number;
	/** Until when the API asked to be left alone, in milliseconds since 1970. */
	notBefore?: number;
	/** What stood in the way of the last question; known only to the run that asked it. */
	lastFault?: Fault;
}

/** Why a wait ended without a video, in words for the person in n8n's editor. */
export interface Problem {
	/** One line: what happened. */
	message: string;
	/** What to do about it. */
	description: string;
	/** HTTP status, where an answer had one. */
	httpStatus?: number;
	/** The task as last seen, so that its id and what is known of it are not lost. */
	task?: VideoTask;
	/** Whether the user stopped the execution. */
	canceled?: boolean;
	/** The item it belongs to, where that is not the one at hand. */
	itemIndex?: number;
}

/** What one answered question means for the wait. Times are milliseconds since 1970. */
export type Verdict =
	| { kind: 'completed'; task: VideoTask }
	| { kind: 'ended'; task: VideoTask; problem: Problem }
	| { kind: 'problem'; problem: Problem }
	| { kind: 'wait'; nextPollAt: number; giveUpAt: number; progress: Progress };

/** How often a completed task without a link is asked for again before that is called an error. */
const MOST_RETRIES_WITHOUT_VIDEO = 3;

/**
 * How many answers in a row may be a refused key (of a task that was answered before), a web page or something else
 * that is no task, before the wait ends: clients of the real API saw the first pass, and gave up after as many.
 */
const MOST_ODD_ANSWERS = 3;

/** The start of a wait. */
export function beginWait(now: number): Progress {
	return { attempt: 0, startedAt: now, withoutVideo: 0, oddAnswers: 0 };
}

/** When a wait is given up, in milliseconds since 1970. */
export function giveUpTime(progress: Progress, settings: WaitSettings, now: number): number {
	return begunAt(progress, now) + settings.giveUpAfterMs;
}

/** Since when a task is waited for. None is younger than the first question about it, whatever `created` says. */
function begunAt({ task, startedAt }: Progress, now: number): number {
	return Math.min(createdAt(task, now) ?? startedAt, startedAt);
}

/**
 * Judges one answer. Pure: the same answer, progress, settings and time give the same verdict.
 *
 * @param id the task that was asked for
 * @param outcome the API's answer, or the fault that stood in its way
 * @param before what was known before the question
 * @param now the present time, in milliseconds since 1970
 */
export function judge(
	id: string,
	outcome: Outcome<VideoTask>,
	before: Progress,
	settings: WaitSettings,
	now: number,
): Verdict {
	const progress: Progress = { ...before };
	// What had no turn in time asked nothing.
	if (outcome.ok || !outcome.fault.unsent || outcome.fault.kind === 'connection') {
		progress.attempt++;
		progress.oddAnswers = !outcome.ok && mayPassAFewTimes(outcome.fault, before) ? before.oddAnswers + 1 : 0;
	}
	if (outcome.ok) progress.task = outcome.value;
	let fault: Fault | undefined;

	if (outcome.ok) {
		const task = outcome.value;
		const kind = statusKind(task.status);
		if (kind === 'ended') return { kind: 'ended', task, problem: endedProblem(task) };
		if (kind === 'unknown') return { kind: 'problem', problem: unknownStatus(task) };
		if (kind === 'completed') {
			if (resultLink(task) !== undefined) return { kind: 'completed', task };
			progress.withoutVideo++;
			if (progress.withoutVideo > MOST_RETRIES_WITHOUT_VIDEO) {
				return { kind: 'problem', problem: noVideo(task) };
			}
		}
	} else {
		fault = outcome.fault;
		const isOdd = mayPassAFewTimes(fault, before);
		const passes = isOdd ? progress.oddAnswers <= MOST_ODD_ANSWERS : meaningOf(fault).waiting === 'passes';
		if (!passes) {
			return { kind: 'problem', problem: faultProblem(fault, progress.task) };
		}
	}

	progress.lastFault = fault;
	progress.notBefore = fault?.retryAfterMs === undefined ? undefined : now + fault.retryAfterMs;
	return goOn(id, progress, settings, now);
}

/**
 * Says when to ask next, or gives up. Called without a question too, where the API asked to be left alone for longer.
 */
export function goOn(id: string, before: Progress, settings: WaitSettings, now: number): Verdict {
	// The clock may have been set back meanwhile.
	const progress = { ...before, startedAt: Math.min(before.startedAt, now) };
	const giveUpAt = giveUpTime(progress, settings, now);
	if (now >= giveUpAt) return { kind: 'problem', problem: gaveUp(id, progress, settings, now) };
	const retryAfterMs = progress.notBefore === undefined ? undefined : progress.notBefore - now;
	const facts = { task: progress.task, now, giveUpAt, retryAfterMs };
	return { kind: 'wait', nextPollAt: now + nextDelayMs(facts, settings), giveUpAt, progress };
}

/** Whether a fault is one that a wait lets pass, but only a few times in a row. */
function mayPassAFewTimes(fault: Fault, before: Progress): boolean {
	const wasLetIn = fault.kind === 'unauthorized' && before.task !== undefined;
	return wasLetIn || meaningOf(fault).waiting === 'passesAFewTimes';
}

/** A fault as the end of a wait. */
export function faultProblem(fault: Fault, task?: VideoTask): Problem {
	const { message, description, said, httpStatus, kind } = fault;
	return {
		message,
		description: said ? `${description} The API said: ${said}` : description,
		httpStatus,
		task,
		canceled: kind === 'canceled',
	};
}

/** A task that ended without a video, in the API's own words. */
export function endedProblem(task: VideoTask): Problem {
	const words = [task.error, task.message, task.msg].map(errorWords).find((text) => text !== '');
	if (isCancelled(task.status)) {
		return {
			message: `Task "${task.id}" was cancelled${words ? `: ${words}` : ''}`,
			description: 'No video will come of it. Create the task again if you still want the video.',
			task,
		};
	}
	return {
		message: `Task "${task.id}" ${task.status.trim().toLowerCase() === 'expired' ? 'expired' : 'failed'}: ${words ?? 'GlobalAI OPC gave no reason'}`,
		description:
			'No video will come of it. Change what the reason names (the prompt or a frame, most often) and create the task again.',
		task,
	};
}

function unknownStatus(task: VideoTask): Problem {
	return {
		message: `Task "${task.id}" has a status that this node does not know: "${task.status}"`,
		description:
			'It was not waited for, since such a wait might never end. Look the task up at GlobalAI OPC; a newer version of this node may know the status.',
		task,
	};
}

function noVideo(task: VideoTask): Problem {
	return {
		message: `Task "${task.id}" is completed but has no video link`,
		description: `It was asked for ${MOST_RETRIES_WITHOUT_VIDEO} times more and still had none (in ${LINK_FIELDS.join(', ')}). Ask again later, or create the task again.`,
		task,
	};
}

function gaveUp(
	id: string,
	progress: Progress,
	settings: WaitSettings,
	now: number,
): Problem {
	const fault = progress.lastFault;
	const since = begunAt(progress, now);
	const status = progress.task ? `was still ${progress.task.status}` : 'could not be asked for';
	const lastFault = fault ? ` The last question failed: ${fault.message}${fault.said ? ` (${fault.said})` : ''}.` : '';
	return {
		message: `Task "${id}" ${status} after ${duration(now - since)}, so the wait was given up`,
		description: `Give Up After is set to ${duration(settings.giveUpAfterMs)}, counted from the task's creation. The task may still finish: ask for its result later, or raise Give Up After; offline (flex) tasks can take hours.${lastFault}`,
		httpStatus: fault?.httpStatus,
		task: progress.task,
	};
}

/** A length of time as people say it. */
function duration(ms: number): string {
	const minutes = Math.round(ms / 60_000);
	if (minutes < 1) return `${Math.round(ms / 1000)} s`;
	if (minutes < 120) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
	const hours = Math.floor(minutes / 60);
	return minutes % 60 === 0 ? `${hours} hours` : `${hours} h ${minutes % 60} min`;
}
