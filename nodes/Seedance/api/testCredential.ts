import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { readAccess } from './credential';
import { withinLimits, type BodyStream } from './exchange';
import type { Fault, FaultKind } from './fault';
import { readTask } from './task';

/**
 * A task that never was. The API has no question that only checks a key, so the test asks for this one: a good
 * key is told that there is no such task, a bad key that it is bad.
 */
const NO_SUCH_TASK = 'video_n8n-credential-test';

const TIME_LIMIT_MS = 15_000;

/** Words for the dialog; every other fault speaks for itself. */
const VERDICTS: Partial<Record<FaultKind, string>> = {
	unauthorized:
		'GlobalAI OPC refused this API key. Paste it again from your GlobalAI OPC console; it may be mistyped or revoked.',
	forbidden:
		'GlobalAI OPC knows this API key but does not let it ask for tasks. Check the account it belongs to.',
	rateLimited:
		'GlobalAI OPC is limiting requests right now, so the key could not be checked. Test again in a minute.',
	serverError:
		'GlobalAI OPC was reached but had an error of its own, so the key could not be checked. Test again later.',
	unreadable:
		'A server answered at this Base URL, but not as GlobalAI OPC does. Check the Base URL, or put its default back.',
};

/**
 * The "Test" of the credential dialog: tells a good key, a bad key and an unreachable server apart.
 */
export async function testCredential(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const access = readAccess(credential.data ?? {});
	if (!access.ok) return refused(access.fault);
	const { baseUrl, apiKey } = access.value;

	// The only way out that n8n gives a credential test.
	const { helpers } = this;
	const send = async () =>
		(await helpers.request({
			method: 'GET',
			uri: `${baseUrl}/v1/result/${NO_SUCH_TASK}`,
			headers: { Accept: 'application/json', Authorization: `Bearer ${apiKey}` },
			timeout: TIME_LIMIT_MS,
			followRedirect: false,
			simple: false,
			resolveWithFullResponse: true,
			useStream: true,
		})) as { statusCode: number; headers: Record<string, unknown>; body: BodyStream };
	const answer = await withinLimits(send, { timeoutMs: TIME_LIMIT_MS });
	if (!answer.ok) return refused(answer.fault);

	const outcome = readTask(answer.value, NO_SUCH_TASK, Date.now());
	// Not documented, hence wide: whoever looked for the task, whatever it said of it, let the key in first.
	const letIn = outcome.ok || outcome.fault.kind === 'notFound' || outcome.fault.kind === 'rejected';
	return letIn ? { status: 'OK', message: 'GlobalAI OPC accepted the API key' } : refused(outcome.fault);
}

function refused(fault: Fault): INodeCredentialTestResult {
	return { status: 'Error', message: VERDICTS[fault.kind] ?? `${fault.message}. ${fault.description}` };
}
