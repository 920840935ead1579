import { isObject, oneLine, readEnvelope } from './envelope';
import type { RawAnswer } from './exchange';
import { failure, success, type Fault, type Outcome } from './fault';
import { statusFault } from './status';

/**
 * A video task as the API gave it: every field, documented or not. One endpoint serves every video task of the
 * vendor, so fields that the Seedance 1.5 page does not name can appear and are passed through.
 */
export interface VideoTask {
	[field: string]: unknown;
	id: string;
	/** Documented: `queued`, `processing`, `completed`, `failed`, `cancelled`; anything else may be new. */
	status: string;
	/** Unix seconds. */
	created?: unknown;
	model?: unknown;
	video_url?: unknown;
	error?: unknown;
}

/** The fields of a task that the vendor's page on querying Seedance 1.5 tasks names. */
export const DOCUMENTED_FIELDS: readonly string[] = [
	'id',
	'object',
	'created',
	'model',
	'status',
	'video_url',
	'actualDuration',
	'error',
];

/** How long the API keeps tasks and videos, in milliseconds: 1 day, by the vendor's page on querying tasks. */
export const RETENTION_MS = 24 * 60 * 60 * 1000;

// A guess on the safe side: documented ids look like "video_abc123def456".
const LONGEST_ID = 200;

/**
 * Checks a task ID before anything is sent.
 *
 * @param value what the Task ID field holds
 * @returns the id, or words that say what is wrong with it
 */
export function checkTaskId(value: unknown): { id: string } | { problem: string } {
	if (typeof value !== 'string' && typeof value !== 'number') {
		return { problem: value === null || value === undefined ? 'The Task ID is empty' : 'The Task ID is not text' };
	}
	const id = String(value);
	if (id.trim() === '') return { problem: 'The Task ID is empty' };
	if (id.length > LONGEST_ID) {
		return { problem: `The Task ID is ${id.length} characters long; an ID has ${LONGEST_ID} at most` };
	}
	if (/\s/.test(id)) return { problem: `The Task ID holds a blank or a line break: ${JSON.stringify(id)}` };
	// A dot alone would climb out of the path; the others end it or mean something else in an address.
	if (/[/\\?#%\p{Cc}\p{Cf}]/u.test(id) || /^\.+$/.test(id)) {
		return { problem: `The Task ID holds a character that no ID has: ${JSON.stringify(id)}` };
	}
	return { id };
}

/**
 * When the API deletes the task and its video: `created` plus one day.
 *
 * @returns an ISO time, or undefined where `created` is not a time
 */
export function expiresAt(task: Pick<VideoTask, 'created'>): string | undefined {
	if (typeof task.created !== 'number') return undefined;
	const time = new Date(task.created * 1000 + RETENTION_MS);
	return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/**
 * Makes a task of an answer, or a fault of whatever else it is.
 *
 * @param answer any HTTP answer
 * @param id the task that was asked for
 * @param now the present time, in milliseconds since 1970
 */
export function readTask(answer: RawAnswer, id: string, now: number): Outcome<VideoTask> {
	const subject = `task "${id}"`;
	const body = parseJson(answer.text);
	if (answer.status < 200 || answer.status >= 300) {
		return failure(statusFault(answer.status, body, answer.headers, subject, now));
	}
	if (!isObject(body)) return failure(notATask(answer.text, subject));

	const { id: answeredId, status } = body;
	const hasId = typeof answeredId === 'string' && answeredId !== '';
	const hasStatus = typeof status === 'string' && status !== '';
	if (hasId && hasStatus) {
		if (answeredId !== id) return failure(anotherTask(answeredId, subject));
		return success({ ...body, id: answeredId, status });
	}
	if (!hasId && !hasStatus && readEnvelope(body)) {
		return failure(envelopeFault(body, answer, subject, now));
	}
	return failure({
		kind: 'unreadable',
		message: `GlobalAI OPC's answer about ${subject} holds no ${hasId ? 'status' : 'task ID'}`,
		description: `The API may have changed, or the Base URL in the credential leads elsewhere. The answer began: ${oneLine(answer.text).slice(0, 100)}`,
	});
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text.replace(/^\uFEFF/, ''));
	} catch {
		return undefined;
	}
}

function notATask(text: string, subject: string): Fault {
	const trimmed = text.trim();
	const what =
		trimmed === ''
			? 'is empty'
			: trimmed.startsWith('<')
				? 'is a web page'
				: `can't be read: ${oneLine(trimmed).slice(0, 60)}`;
	return {
		kind: 'unreadable',
		message: `GlobalAI OPC's answer about ${subject} ${what}`,
		description:
			'This is no answer of the API. Check the Base URL in the credential; if it is right, the service or a proxy in between is in trouble: try again later.',
	};
}

function anotherTask(answeredId: string, subject: string): Fault {
	return {
		kind: 'unreadable',
		message: `GlobalAI OPC was asked for ${subject} and answered about another: "${oneLine(answeredId)}"`,
		description: 'The answer was not used. Try again; if it stays so, a cache or proxy in between mixes up answers.',
	};
}

/** Errors come under HTTP 200 too: codes that are HTTP statuses mean what they mean there. */
function envelopeFault(
	body: Record<string, unknown>,
	answer: RawAnswer,
	subject: string,
	now: number,
): Fault {
	const envelope = readEnvelope(body);
	const code = Number(envelope?.code);
	if (Number.isInteger(code) && code >= 400 && code < 600) {
		return { ...statusFault(code, body, answer.headers, subject, now), httpStatus: answer.status };
	}
	const words = envelope?.words || `code ${String(envelope?.code)}`;
	return {
		kind: 'unreadable',
		message: `GlobalAI OPC answered with an error about ${subject}: ${words}`,
		description: `The API reported this instead of the task.${envelope?.code === undefined ? '' : ` Its code: ${envelope.code}.`}`,
		httpStatus: answer.status,
	};
}
