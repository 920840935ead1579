import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { ApiClient, type ClientSettings } from '../api/client';
import { CREDENTIAL_NAME, readAccess } from '../api/credential';
import { cut } from '../api/envelope';
import type { RateLimiter } from '../api/rateLimiter';
import { redactDeep } from '../api/redact';
import type { VideoTask } from '../api/task';
import { faultProblem, type Problem } from '../polling/verdict';
import { thrownProblem } from './items';
import { checkNumber, isTool } from './parameters';
import { nodeRun, sharedByTries, type NodeRun, type SharedByTries } from './retries';

const REQUEST_TIMEOUT = { label: 'Request Timeout', unit: 'seconds', min: 1, max: 600 };
const MAX_RETRIES = { label: 'Max Retries', unit: '', min: 0, max: 20 };
const MAX_CONCURRENCY = { label: 'Max Concurrency', unit: '', min: 1, max: 1000 };

/** What the line of an error box holds, in characters. */
const LONGEST_MESSAGE = 400;

/** The options that hold for a whole run. */
export type RunSettings = Omit<ClientSettings, 'signal'>;

/** One try of a run of the node: its client, and its end. */
export interface Run {
	/** Which run of the node it is, where n8n tells. */
	nodeRun?: NodeRun;
	shared: SharedByTries;
	/** Aborted when the user stops the execution, or when the run is over. */
	signal: AbortSignal;
	/** Ends everything that is under way; has to be called when the run is over. */
	end: () => void;
	/**
	 * The run's one client, opened when it is first asked for, so that a bad item needs no credential. A run has one
	 * rate limit and one bound on requests, so the settings of who comes first hold for all.
	 */
	client: (settings: RunSettings) => Promise<{ client: ApiClient } | { problem: Problem }>;
	/** A problem as it may be shown: without the API key or a part of it, its message no longer than an error box holds. */
	presentable: (problem: Problem) => Problem;
}

/**
 * Reads the options that hold for a whole run.
 *
 * @throws NodeOperationError that names the option, its bounds and what it held
 */
export function readRunSettings(context: IExecuteFunctions, index: number, options: IDataObject): RunSettings {
	const { requestTimeout = 30, maxRetries = 4, maxConcurrency = 10 } = options;
	return {
		requestTimeoutMs: Math.ceil(1000 * checkNumber(context, index, REQUEST_TIMEOUT, requestTimeout)),
		maxRetries: checkNumber(context, index, MAX_RETRIES, maxRetries),
		maxConcurrency: checkNumber(context, index, MAX_CONCURRENCY, maxConcurrency),
	};
}

/** Begins a run, tied to n8n's stop button. */
export function beginRun(context: IExecuteFunctions): Run {
	const controller = new AbortController();
	const stop = () => controller.abort();
	const canceled = context.getExecutionCancelSignal();
	if (canceled?.aborted) stop();
	canceled?.addEventListener('abort', stop);
	const { signal } = controller;
	const thisRun = nodeRun(context);
	// Calls of a tool can't be told apart for sure, and each is an order of its own.
	const shared = sharedByTries(isTool(context) ? undefined : thisRun);
	let opening: ReturnType<typeof openClient> | undefined;
	let redact = (text: string) => text;
	return {
		nodeRun: thisRun,
		shared,
		signal,
		end: () => {
			canceled?.removeEventListener('abort', stop);
			stop();
		},
		client: async (settings) => {
			const opened = await (opening ??= openClient(context, { ...settings, signal }, shared.rateLimiter));
			if ('client' in opened) redact = opened.client.redact;
			return opened;
		},
		presentable: (problem) => ({
			...problem,
			message: cut(redact(problem.message), LONGEST_MESSAGE),
			description: redact(problem.description),
			task: problem.task && (redactDeep(problem.task, redact) as VideoTask),
		}),
	};
}

async function openClient(
	context: IExecuteFunctions,
	settings: ClientSettings,
	rateLimiter: RateLimiter,
): Promise<{ client: ApiClient } | { problem: Problem }> {
	try {
		const access = readAccess(await context.getCredentials(CREDENTIAL_NAME));
		if (!access.ok) return { problem: faultProblem(access.fault) };
		return { client: new ApiClient(context, access.value, settings, rateLimiter) };
	} catch (error) {
		return { problem: thrownProblem(error) };
	}
}
