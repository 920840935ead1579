import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { type ErrorKind, failure, type ItemError, type Result, success } from '../core/error';
import type { StreamedResponse } from './stream';
import { presentText } from '../core/present';
import { redactor } from '../core/text';
import { type Access, readCredential, WHICH_DEFAULT } from './credential';
import { isSuccess } from './errors';
import { type ApiResponse, withTimeout } from './request';
import type { Endpoint } from './endpoint';

const TIME_LIMIT_MS = 15_000;

/** Longest message that fits into the dialog, in characters. */
const LONGEST_MESSAGE = 500;

const OTHER_SERVER = `A server answered at this 'Base URL', but not as GlobalAI OPC does. Check the address. ${WHICH_DEFAULT}`;

/** Words for the dialog; every other error speaks for itself. */
const MESSAGES: Partial<Record<ErrorKind, string>> = {
	unauthorized:
		'GlobalAI OPC refused this API key. Paste it again from your GlobalAI OPC console; it may be mistyped or revoked.',
	forbidden:
		'GlobalAI OPC accepts this API key but does not let it check anything. Check the account it belongs to.',
	wrongAddress: `This 'Base URL' leads to GlobalAI OPC, but not to its API: part of the path is missing or repeated. ${WHICH_DEFAULT}`,
	rateLimited:
		'GlobalAI OPC is limiting requests right now, so the key could not be checked. Test again in a minute.',
	serverError:
		'GlobalAI OPC was reached but could not answer, so the key could not be checked. Test again later.',
	timeout: `No answer came from this 'Base URL' within ${TIME_LIMIT_MS / 1000} s. Check the address, and that n8n's machine can reach the internet; else test again later.`,
	empty: OTHER_SERVER,
	unreadable: OTHER_SERVER,
};

/** Calls about something that does not exist: only an accepted key gets a "not found". */
interface Probe {
	/** The places that answer for an accepted key. If the API has nothing at the address of one, the test tries the next. */
	places: readonly [Endpoint<string, unknown>, ...Array<Endpoint<string, unknown>>];
	missingId: string;
}

/**
 * Makes the "Test" of the credential dialog, which tells a good key, a bad key, a wrong address and an unreachable
 * server apart. The API has no request that only checks a key, so this requests something that does not exist: a good
 * key gets a "not found", a bad key a refusal.
 */
export function credentialTest({ places, missingId }: Probe) {
	return async function testCredential(
		this: ICredentialTestFunctions,
		credential: ICredentialsDecrypted,
	): Promise<INodeCredentialTestResult> {
		const access = readCredential(credential.data ?? {});
		if (!access.ok) return refused(access.error);
		const redact = redactor(access.value.apiKey);
		let found = await ask(this, { ...access.value, redact }, places[0], missingId);
		for (const place of places.slice(1)) {
			if (found.ok || found.error.kind !== 'wrongAddress') break;
			const other = await ask(this, { ...access.value, redact }, place, missingId);
			if (other.ok) found = other;
		}
		if (!found.ok) return refused(found.error, redact);
		return { status: 'OK', message: 'GlobalAI OPC accepted the API key' };
	};
}

/** Asks a place for what does not exist; an error says why the key was not accepted there. */
async function ask(
	{ helpers }: ICredentialTestFunctions,
	{ baseUrl, apiKey, redact }: Access,
	endpoint: Endpoint<string, unknown>,
	missingId: string,
): Promise<Result<void>> {
	const url = `${baseUrl}${endpoint.request(missingId).path}`;
	// The only way out that n8n gives a credential test.
	const send = async () =>
		(await helpers.request({
			method: 'GET',
			uri: url,
			headers: { Accept: 'application/json', Authorization: `Bearer ${apiKey}` },
			timeout: TIME_LIMIT_MS,
			followRedirect: false,
			simple: false,
			resolveWithFullResponse: true,
			useStream: true,
		})) as StreamedResponse;
	const response = await withTimeout(send, url, { timeoutMs: TIME_LIMIT_MS }, redact);
	if (!response.ok) return response;
	const outcome = endpoint.read(response.value, missingId, Date.now());
	if (!outcome.ok && !saysUnknown(outcome.error, response.value)) return outcome;
	// Any web server has a page for what it does not find.
	const isPage = response.value.text.trimStart().startsWith('<');
	return isPage
		? failure({ kind: 'unreadable', message: OTHER_SERVER, description: '' })
		: success(undefined);
}

/**
 * The answer for an unknown task is undocumented, so accept any "not found"-like error: the API only looks up a task after
 * accepting the key.
 */
function saysUnknown({ kind }: ItemError, response: ApiResponse): boolean {
	return (
		['notFound', 'rejected', 'unknownError'].includes(kind) || (kind === 'serverError' && isSuccess(response))
	);
}

function refused(error: ItemError, redact = (text: string) => text): INodeCredentialTestResult {
	const words = MESSAGES[error.kind] ?? `${error.message}. ${error.description}`;
	const said = error.said ? ` The API said: ${error.said}` : '';
	return { status: 'Error', message: presentText(words + said, redact, LONGEST_MESSAGE) };
}
