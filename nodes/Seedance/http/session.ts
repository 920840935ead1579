import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { type Attempt, beginAttempt } from '../core/attempt';
import { failure, type Result, success, thrownError } from '../core/error';
import { numberOption, RUN_OPTIONS } from '../core/options';
import { redactor, withoutTokens } from '../core/text';
import { ApiClient, type ClientSettings } from './client';
import { type Access, CREDENTIAL_NAME, readCredential } from './credential';
import { Pace } from './pace';

/** The options that apply to a whole run. */
export type RunSettings = Omit<ClientSettings, 'signal'>;

/** An attempt that talks to the API. */
export interface Session extends Attempt {
	/**
	 * The attempt's one client, opened at its first use, so that a bad item needs no credential. There is one
	 * rate limit and one bound on requests, so the settings of the first caller apply to all.
	 */
	client: (settings: RunSettings) => Promise<Result<ApiClient>>;
	/** The credential, read at its first use. */
	credential: () => Promise<Result<Access>>;
	/** How long the API wants no request at all, in milliseconds; `now` in milliseconds since 1970. */
	cooldownMs: (now: number) => number;
}

/**
 * Reads the options that apply to a whole run.
 *
 * @throws InputError that names the option, its bounds and what it held
 */
export function readRunSettings(options: IDataObject): RunSettings {
	const read = (name: keyof typeof RUN_OPTIONS) => numberOption(options, RUN_OPTIONS[name]);
	return {
		requestTimeoutMs: Math.ceil(1000 * read('requestTimeout')),
		maxRetries: read('maxRetries'),
		maxConcurrency: read('maxConcurrency'),
	};
}

/** Begins an attempt, tied to n8n's stop button. */
export function beginSession(context: IExecuteFunctions): Session {
	const attempt = beginAttempt(context);
	// The cooldown applies to the next attempt too.
	const pace = attempt.shared.once('pace', () => new Pace());
	const open = async (): Promise<Result<Access>> => {
		try {
			const credential = readCredential(await context.getCredentials(CREDENTIAL_NAME));
			if (!credential.ok) return credential;
			const withoutKey = redactor(credential.value.apiKey);
			session.redact = (text) => withoutTokens(withoutKey(text));
			return success({ ...credential.value, redact: session.redact });
		} catch (error) {
			return failure({ ...thrownError(error), kind: 'badCredential' });
		}
	};
	let reading: ReturnType<typeof open> | undefined;
	let client: ApiClient | undefined;
	const session: Session = {
		...attempt,
		credential: async () => await (reading ??= open()),
		client: async (settings) => {
			const access = await session.credential();
			if (!access.ok) return access;
			const { signal } = attempt;
			return success((client ??= new ApiClient(context, access.value, { ...settings, signal }, pace)));
		},
		cooldownMs: (now) => pace.cooldownMs(now),
	};
	return session;
}
