import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { type Attempt, beginAttempt } from '../core/attempt';
import { failure, type Result, success, thrownError } from '../core/error';
import { numberOption } from '../core/options';
import { redactor } from '../core/text';
import { ApiClient, type ClientSettings } from './client';
import { type Credential, CREDENTIAL_NAME, readCredential } from './credential';
import { Pace } from './pace';

/** The options that hold for a whole run. */
export type RunSettings = Omit<ClientSettings, 'signal'>;

/** An attempt that talks to the API. */
export interface Session extends Attempt {
	/**
	 * The attempt's one client, opened when it is first asked for, so that a bad item needs no credential. There is one
	 * rate limit and one bound on requests, so the settings of the first caller hold for all.
	 */
	client: (settings: RunSettings) => Promise<Result<ApiClient>>;
	/** The credential, read when it is first asked for. */
	credential: () => Promise<Result<Credential>>;
	/** How long the API wants no request at all, in milliseconds; `now` in milliseconds since 1970. */
	cooldownMs: (now: number) => number;
}

/**
 * Reads the options that hold for a whole run.
 *
 * @throws InputError that names the option, its bounds and what it held
 */
export function readRunSettings(options: IDataObject): RunSettings {
	const read = (name: string) => numberOption(options, name);
	return {
		requestTimeoutMs: Math.ceil(1000 * read('requestTimeout')),
		maxRetries: read('maxRetries'),
		maxConcurrency: read('maxConcurrency'),
	};
}

/** Begins an attempt, tied to n8n's stop button. */
export function beginSession(context: IExecuteFunctions): Session {
	const attempt = beginAttempt(context);
	// A cooldown that the API asked for holds for the next attempt too.
	const pace = attempt.shared.once('pace', () => new Pace());
	const open = async (): Promise<Result<Credential>> => {
		try {
			const credential = readCredential(await context.getCredentials(CREDENTIAL_NAME));
			if (credential.ok) session.redact = redactor(credential.value.apiKey);
			return credential;
		} catch (error) {
			return failure(thrownError(error));
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
