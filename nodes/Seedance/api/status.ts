import { readEnvelope } from './envelope';
import type { Fault, FaultKind } from './fault';
import { parseRetryAfter } from './retryAfter';

/** What a request was about, as words in a sentence: a known task, or one to be created. */
export const NEW_TASK = 'a new task';

/** The words of a fault. */
interface Words {
	kind: FaultKind;
	message: string;
	advice: string;
}

/**
 * The fault that an HTTP status stands for, in words, with what the API said of it.
 *
 * @param status 300 or more
 * @param body the answer's JSON, where it was JSON
 * @param headers names in lower case
 * @param subject what was asked for: `NEW_TASK`, or as in `task "video_1"`
 * @param now the present time, in milliseconds since 1970
 */
export function statusFault(
	status: number,
	body: unknown,
	headers: Record<string, unknown>,
	subject: string,
	now: number,
): Fault {
	const said = readEnvelope(body)?.words;
	const { kind, message, advice } = words(status, subject);
	const passes = kind === 'rateLimited' || kind === 'serverError';
	const retryAfterMs = passes ? parseRetryAfter(headers['retry-after'], now) : undefined;
	const description = [
		advice,
		kind === 'rateLimited' && retryAfterMs !== undefined && `It asks to wait ${Math.ceil(retryAfterMs / 1000)} s.`,
		kind === 'redirect' && redirectTarget(headers),
		said && `The API said: ${said}`,
	];
	return { kind, message, description: description.filter(Boolean).join(' '), httpStatus: status, retryAfterMs };
}

function words(status: number, subject: string): Words {
	if (status === 401) {
		return {
			kind: 'unauthorized',
			message: `GlobalAI OPC refused the API key when asked for ${subject}`,
			advice:
				'The key in the credential is mistyped, revoked or of another service. Paste it again from your GlobalAI OPC console.',
		};
	}
	if (status === 408) {
		return {
			kind: 'timeout',
			message: `GlobalAI OPC gave up on the request for ${subject}: it took too long to arrive (HTTP 408)`,
			advice: 'The network or a proxy in between is slow. Try again later.',
		};
	}
	if (status === 429) {
		const less =
			subject === NEW_TASK
				? 'Create fewer tasks in a short time: lower Max Concurrency under Options, or send fewer items at once.'
				: 'Ask for fewer tasks at once or less often: lower Max Concurrency or raise Poll Interval under Options.';
		return {
			kind: 'rateLimited',
			message: `GlobalAI OPC is limiting requests: too many in a short time (${subject})`,
			advice: less,
		};
	}
	if (status >= 500) {
		return {
			kind: 'serverError',
			message: `GlobalAI OPC had an error of its own (HTTP ${status}) when asked for ${subject}`,
			advice: 'Nothing is wrong with your workflow. Try again in a few minutes.',
		};
	}
	if (status < 400) {
		return {
			kind: 'redirect',
			message: `GlobalAI OPC's server sent the request for ${subject} elsewhere (HTTP ${status})`,
			advice:
				'It was not followed, so that your API key stays with its server. Check the Base URL in the credential.',
		};
	}
	return subject === NEW_TASK ? refusedCreate(status) : refusedQuery(status, subject);
}

function refusedQuery(status: number, subject: string): Words {
	if (status === 403) {
		return {
			kind: 'forbidden',
			message: `GlobalAI OPC does not let this API key use ${subject}`,
			advice: 'Use the key of the account that created the task, and check that the account is in good standing.',
		};
	}
	if (status === 404) {
		return {
			kind: 'notFound',
			message: `GlobalAI OPC knows no ${subject}`,
			advice:
				'Task IDs and their videos live for one day only, then they are deleted. If the task is younger, check the ID, and that the key is of the account that created it.',
		};
	}
	return {
		kind: 'rejected',
		message: `GlobalAI OPC rejected the request for ${subject} (HTTP ${status})`,
		advice: 'Check the Task ID and the Base URL in the credential.',
	};
}

function refusedCreate(status: number): Words {
	if (status === 402 || status === 403) {
		return {
			kind: 'forbidden',
			message: `GlobalAI OPC does not let this API key create the task (HTTP ${status})`,
			advice: 'Check at GlobalAI OPC that the account has credit left and may use this model.',
		};
	}
	if (status === 404) {
		return {
			kind: 'notFound',
			message: 'GlobalAI OPC did not find the model, or the address to create a task at (HTTP 404)',
			advice: 'Check the Model, and the Base URL in the credential.',
		};
	}
	return {
		kind: 'rejected',
		message: `GlobalAI OPC rejected the request for ${NEW_TASK} (HTTP ${status})`,
		advice: 'Check the prompt, the model and the frame addresses.',
	};
}

function redirectTarget(headers: Record<string, unknown>): string {
	const { location } = headers;
	if (typeof location !== 'string' || !URL.canParse(location)) return '';
	return `It was sent to ${new URL(location).host}.`;
}
