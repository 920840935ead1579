import type { IExecuteFunctions } from 'n8n-workflow';

import { ApiClient } from '../api/client';
import { CREDENTIAL_NAME, readAccess } from '../api/credential';
import { faultProblem, type Problem } from '../polling/verdict';
import { thrownProblem } from './items';
import { checkNumber, readOptions } from './parameters';

/** Defaults of the options that hold for a whole run, as in the form. Seconds, count, count. */
export const RUN_DEFAULTS = { requestTimeout: 30, maxRetries: 4, maxConcurrency: 10 } as const;

const REQUEST_TIMEOUT = { label: 'Request Timeout', unit: 'seconds', min: 1, max: 600 };
const MAX_RETRIES = { label: 'Max Retries', unit: '', min: 0, max: 20 };
const MAX_CONCURRENCY = { label: 'Max Concurrency', unit: '', min: 1, max: 1000 };

/** One run of the node: its client, and its end. */
export interface Run {
	/** Aborted when the user stops the execution, or when the run is over. */
	signal: AbortSignal;
	/** Ends everything that is under way; has to be called when the run is over. */
	end: () => void;
	/** The run's one client, opened when it is first asked for, so that a bad item needs no credential. */
	client: () => Promise<{ client: ApiClient } | { problem: Problem }>;
}

/** Begins a run, tied to n8n's stop button. */
export function beginRun(context: IExecuteFunctions): Run {
	const controller = new AbortController();
	const stop = () => controller.abort();
	const canceled = context.getExecutionCancelSignal();
	if (canceled?.aborted) stop();
	canceled?.addEventListener('abort', stop);
	const { signal } = controller;
	let opening: ReturnType<typeof openClient> | undefined;
	return {
		signal,
		end: () => {
			canceled?.removeEventListener('abort', stop);
			stop();
		},
		client: async () => await (opening ??= openClient(context, signal)),
	};
}

/**
 * Makes the client from the credential and from the options of the first item: a run has one rate limit and one
 * bound on requests, so these options can't differ from item to item.
 */
async function openClient(
	context: IExecuteFunctions,
	signal: AbortSignal,
): Promise<{ client: ApiClient } | { problem: Problem }> {
	try {
		const options = { ...RUN_DEFAULTS, ...readOptions(context, 0) };
		const settings = {
			requestTimeoutMs: 1000 * checkNumber(context, 0, REQUEST_TIMEOUT, options.requestTimeout),
			maxRetries: checkNumber(context, 0, MAX_RETRIES, options.maxRetries),
			maxConcurrency: checkNumber(context, 0, MAX_CONCURRENCY, options.maxConcurrency),
			signal,
		};
		const access = readAccess(await context.getCredentials(CREDENTIAL_NAME));
		if (!access.ok) return { problem: faultProblem(access.fault) };
		return { client: new ApiClient(context, access.value, settings) };
	} catch (error) {
		return { problem: thrownProblem(error) };
	}
}
