import { meaningOf, type ItemError } from '../../core/error';
import { cut, duration } from '../../core/text';
import type { Target } from '../../http/endpoint';
import { errorWords } from '../../http/errors';
import { LINK_FIELDS, plainStatus, taskDetails, type VideoTask } from './video';

/** What to do about errors of a call about a task. */
export const getAdvice: Target['advice'] = {
	forbidden:
		'Use the key of the account that created the task, and check that the account is in good standing.',
	notFound:
		"Tasks and their videos live for one day only, then they are deleted. If the task is younger, check the 'Task ID', that the key is of the account that created it, and the 'Base URL' in the credential.",
	rejected: "Check the 'Task ID', and the 'Base URL' in the credential.",
	rateLimited:
		"Ask for fewer tasks at once or less often: lower 'Max Concurrency' or raise 'Poll Interval' under 'Options'.",
};

/** What the errors of a create say, where it is not what every call says. */
export const createMessages: Target['messages'] = {
	forbidden: (_task, status) => [
		`GlobalAI OPC does not let this API key create the task (HTTP ${status})`,
		'Check in your GlobalAI OPC console that the account has credit left and may use this model.',
	],
	notFound: () => [
		'GlobalAI OPC did not find the model, or the address to create a task at (HTTP 404)',
		"Check the 'Model', and the 'Base URL' in the credential.",
	],
};

/** What to do about the other errors of a create. */
export const createAdvice: Target['advice'] = {
	rejected: "Check the 'Prompt', the 'Model', and the addresses of pictures and references.",
	rateLimited:
		"Create fewer tasks in a short time: lower 'Max Concurrency' under 'Options', or send fewer items at once.",
	unknownError: 'Change what the message names, most often the prompt, the model or a picture.',
};

// As seen: "风控拒绝" (risk control refused it).
const REVIEW = /风控/;

const REVIEWED = "GlobalAI OPC's content review refused the video";

const CHANGE_MEDIA = "Change the 'Prompt', the pictures or the references.";

// As seen: "模型不可用" (the model is not available).
const NO_MODEL =
	/模型不可用|模型不存在|model\b.*\b(not available|unavailable|not found|not exist|not supported)/i;

/**
 * Says in the error of a create what the API's Chinese words mean: that its content review refused the task, or which
 * model it does not have. IDs of models come and go within weeks.
 */
export function withMeaning(error: ItemError, model: string): ItemError {
	const words = `${error.message} ${error.said ?? ''}`;
	// What was refused has them at the end of its message.
	const said = error.said ?? /: (.*)/.exec(error.message)?.[1];
	if (REVIEW.test(words)) return { ...error, message: REVIEWED, description: CHANGE_MEDIA, said };
	if (!NO_MODEL.test(words)) return error;
	return {
		...error,
		said,
		message: `GlobalAI OPC does not offer the model "${cut(model, 100)}" now`,
		description:
			"Choose another in 'Model', or look up in your GlobalAI OPC console which models your account may use, and give the ID of one.",
	};
}

const NOTHING_CREATED = 'No task was created for this item, and nothing is billed for it.';

const MAY_EXIST =
	'The video may exist and be billed even though the response was lost. Check your GlobalAI OPC console before you try again; this node did not retry.';

/** Advice of other calls, which would send a create again before the user has looked whether its video exists. */
const TRY_AGAIN = /\bTry again( later| in a few minutes)?\.\s*/g;

/** Says in the error of a create whether the task may exist and be billed. */
export function createError(error: ItemError): ItemError {
	const { description } = error;
	if (!isUncertain(error)) return { ...error, description: `${NOTHING_CREATED} ${description}`.trim() };
	return { ...error, description: `${MAY_EXIST} ${description.replace(TRY_AGAIN, '')}`.trim() };
}

/** Says in the error of a create that was refused what a wait would have done. */
export function sentAtOnce(error: ItemError): ItemError {
	const advice =
		"With 'Wait Until Done', a create waits until the account takes it, for as long as 'Give Up After' says.";
	return { ...error, description: `${error.description} ${advice}` };
}

/** A create that had no slot in time. */
export interface NoSlot {
	/** How long it could wait, in milliseconds. */
	maxWaitMs: number;
	/** How many tasks of the run were running. */
	running: number;
	/** Max Videos at Once, where it is set. */
	mostAtOnce?: number;
	/** The API's last refusal; undefined where the create was never sent. */
	refusal?: ItemError;
}

/** The error for a create that had no slot in time. */
export function neverHadSlot({ maxWaitMs, running, mostAtOnce, refusal }: NoSlot): ItemError {
	const [reason, advice] =
		mostAtOnce !== undefined && running >= mostAtOnce
			? ["'Max Videos at Once' left no slot for it", `raise 'Max Videos at Once', which is ${mostAtOnce}`]
			: [
					'the account accepted no further task',
					'ask GlobalAI OPC how many videos your account may make at a time',
				];
	return {
		kind: 'gaveUp',
		message: `The video was not created: ${reason} for ${duration(maxWaitMs)}`,
		description: `${running === 1 ? '1 video' : `${running} videos`} of this run ${running === 1 ? 'was' : 'were'} being made then. Run the item again: raise 'Give Up After', set 'Wait Until Done' to 'Parked in n8n's Database' for a wait of hours, or ${advice}.`,
		said: refusal?.said,
		httpStatus: refusal?.httpStatus,
	};
}

/** What is known of a create between the moment that it is sent and its answer. */
export const SENT: ItemError = createError({
	kind: 'internal',
	message: 'The create was sent, and what came of it is not known',
	description: '',
});

/** That the creates of these items may have made a task: a sentence. */
export function itemsInDoubt(indexes: number[]): string {
	const [which, them] =
		indexes.length === 1 ? [`Item ${indexes[0]}`, 'it'] : [`Items ${indexes.join(', ')}`, 'them'];
	return `${which} may also have created a video. Check your GlobalAI OPC console before you run ${them} again.`;
}

/** Whether a create that ended so may have made a task. */
export function isUncertain(error: ItemError): boolean {
	return meaningOf(error).mayBeCreated;
}

/** The API's words for why a task failed, with what they mean where that is known. */
function reasonOf(words: string): string {
	return REVIEW.test(words) ? `refused by content review (${words})` : words;
}

/** A task that ended without a video, in the API's own words. */
export function failedTaskError(task: VideoTask): ItemError {
	const words = [task.error, task.message, task.msg].map(errorWords).find((text) => text !== '');
	const status = plainStatus(task.status);
	if (status.startsWith('cancel')) {
		return {
			kind: 'ended',
			message: `Task "${task.id}" was cancelled${words ? `: ${words}` : ''}`,
			description: 'No video will come of it. Create the task again if you still want the video.',
			details: taskDetails(task),
		};
	}
	return {
		kind: 'ended',
		message: `Task "${task.id}" ${status === 'expired' ? status : 'failed'}: ${words === undefined ? 'GlobalAI OPC gave no reason' : reasonOf(words)}`,
		description:
			'No video will come of it. Change what the reason names (the prompt or a frame, most often) and create the task again.',
		details: taskDetails(task),
	};
}

/** A completed task whose link never came. */
export function noVideoError(task: VideoTask, checks: number): ItemError {
	return {
		kind: 'noResult',
		message: `Task "${task.id}" is completed but has no video link`,
		description: `${checks} more status checks found none (in ${LINK_FIELDS.join(', ')}). Get its result again later, or create the task again.`,
		details: taskDetails(task),
	};
}
