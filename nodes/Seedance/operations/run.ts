import type { IExecuteFunctions } from 'n8n-workflow';

import { ApiClient } from '../api/client';
import { CREDENTIAL_NAME, readAccess } from '../api/credential';
import type { Outcome } from '../api/fault';
import { success } from '../api/fault';
import { checkNumber, readOptions } from './parameters';

/** Defaults of the options that hold for a whole run, as in the form. Seconds, count, count. */
export const RUN_DEFAULTS = { requestTimeout: 30, maxRetries: 4, maxConcurrency: 10 } as const;

const REQUEST_TIMEOUT = { label: 'Request Timeout', unit: 'seconds', min: 1, max: 600 };
const MAX_RETRIES = { label: 'Max Retries', unit: '', min: 0, max: 20 };
const MAX_CONCURRENCY = { label: 'Max Concurrency', unit: '', min: 1, max: 1000 };

/** A signal that ends a run: when the user stops the execution, or when `end` is called. */
export interface RunSignal {
	signal: AbortSignal;
	end: () => void;
}

/** Ties the signal of a run to n8n's stop button. `end` has to be called when the run is over. */
export function runSignal(context: IExecuteFunctions): RunSignal {
	const controller = new AbortController();
	const stop = () => controller.abort();
	const canceled = context.getExecutionCancelSignal();
	if (canceled?.aborted) stop();
	canceled?.addEventListener('abort', stop);
	return {
		signal: controller.signal,
		end: () => {
			canceled?.removeEventListener('abort', stop);
			stop();
		},
	};
}

/**
 * Makes the client for one run, from the credential and from the options of the first item: a run has one
 * rate limit and one bound on requests, so these options can't differ from item to item.
 *
 * @returns the client, or a `badCredential` fault
 * @throws NodeOperationError for an option out of bounds, and whatever n8n throws where no credential is set
 */
export async function openClient(
	context: IExecuteFunctions,
	signal: AbortSignal,
): Promise<Outcome<ApiClient>> {
	const options = { ...RUN_DEFAULTS, ...readOptions(context, 0) };
	const settings = {
		requestTimeoutMs: 1000 * checkNumber(context, 0, REQUEST_TIMEOUT, options.requestTimeout),
		maxRetries: checkNumber(context, 0, MAX_RETRIES, options.maxRetries),
		maxConcurrency: checkNumber(context, 0, MAX_CONCURRENCY, options.maxConcurrency),
		signal,
	};
	const access = readAccess(await context.getCredentials(CREDENTIAL_NAME));
	return access.ok ? success(new ApiClient(context, access.value, settings)) : access;
}
