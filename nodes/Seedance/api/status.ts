import { readEnvelope } from './envelope';
import type { Fault, FaultKind } from './fault';
import { parseRetryAfter } from './retryAfter';

/**
 * The fault that an HTTP status stands for, in words, with what the API said of it.
 *
 * @param status 300 or more
 * @param body the answer's JSON, where it was JSON
 * @param headers names in lower case
 * @param subject what was asked for, as in `task "video_1"`
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
	const describe = (advice: string) => (said ? `${advice} The API said: ${said}` : advice);
	const fault = (kind: FaultKind, message: string, advice: string): Fault => ({
		kind,
		message,
		description: describe(advice),
		httpStatus: status,
	});

	if (status === 401) {
		return fault(
			'unauthorized',
			`GlobalAI OPC refused the API key when asked for ${subject}`,
			'The key in the credential is mistyped, revoked or of another service. Paste it again from your GlobalAI OPC console.',
		);
	}
	if (status === 403) {
		return fault(
			'forbidden',
			`GlobalAI OPC does not let this API key use ${subject}`,
			'Use the key of the account that created the task, and check that the account is in good standing.',
		);
	}
	if (status === 404) {
		return fault(
			'notFound',
			`GlobalAI OPC knows no ${subject}`,
			'Task IDs and their videos live for one day only, then they are deleted. If the task is younger, check the ID, and that the key is of the account that created it.',
		);
	}
	if (status === 429) {
		const retryAfterMs = parseRetryAfter(headers['retry-after'], now);
		const wait = retryAfterMs === undefined ? '' : ` It asks to wait ${Math.ceil(retryAfterMs / 1000)} s.`;
		return {
			...fault(
				'rateLimited',
				`GlobalAI OPC is limiting requests: too many in a short time (${subject})`,
				`Ask for fewer tasks at once or less often: lower Max Concurrency or raise Poll Interval under Options.${wait}`,
			),
			retryAfterMs,
		};
	}
	if (status >= 500) {
		return {
			...fault(
				'serverError',
				`GlobalAI OPC had an error of its own (HTTP ${status}) when asked for ${subject}`,
				'Nothing is wrong with your workflow. Try again in a few minutes.',
			),
			retryAfterMs: parseRetryAfter(headers['retry-after'], now),
		};
	}
	if (status >= 300 && status < 400) {
		return fault(
			'redirect',
			`GlobalAI OPC's server sent the request for ${subject} elsewhere (HTTP ${status})`,
			`It was not followed, so that your API key stays with its server. Check the Base URL in the credential.${redirectTarget(headers)}`,
		);
	}
	return fault(
		'rejected',
		`GlobalAI OPC rejected the request for ${subject} (HTTP ${status})`,
		'Check the Task ID and the Base URL in the credential.',
	);
}

function redirectTarget(headers: Record<string, unknown>): string {
	const { location } = headers;
	if (typeof location !== 'string' || !URL.canParse(location)) return '';
	return ` It was sent to ${new URL(location).host}.`;
}
