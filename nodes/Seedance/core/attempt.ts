import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { ApiClient, type ClientSettings } from '../http/client';
import { type Credential, CREDENTIAL_NAME, readCredential } from '../http/credential';
import { RateLimiter } from '../http/rateLimiter';
import { failure, fullDescription, type Result, success, type TaskError, thrownError } from './error';
import { cut, redactDeep, redactor } from './text';
import { numberOption } from './options';
import { isTool } from './parameters';

/** What the line of an error box holds, in characters. */
const LONGEST_MESSAGE = 400;

/** The options that hold for a whole run. */
export type RunSettings = Omit<ClientSettings, 'signal'>;

/** One try of a run of the node: its client, and its end. */
export interface Run {
	/** Which run of the node it is, where n8n tells. */
	nodeRun?: NodeRun;
	/** Whether an AI agent called the node. */
	isTool: boolean;
	shared: SharedByTries;
	/** Aborted when the user stops the execution, or when the run is over. */
	signal: AbortSignal;
	/** Ends everything that is under way; has to be called when the run is over. */
	end: () => void;
	/**
	 * The run's one client, opened when it is first asked for, so that a bad item needs no credential. A run has one
	 * rate limit and one bound on requests, so the settings of who comes first hold for all.
	 */
	client: (settings: RunSettings) => Promise<Result<ApiClient>>;
	/** The credential, read when it is first asked for. */
	credential: () => Promise<Result<Credential>>;
	/** An error as it may be shown: without the API key or a part of it, its message no longer than an error box holds. */
	presentable: (error: TaskError) => TaskError;
}

/**
 * Reads the options that hold for a whole run.
 *
 * @throws NodeOperationError that names the option, its bounds and what it held
 */
export function readRunSettings(
	context: IExecuteFunctions,
	index: number,
	options: IDataObject,
): RunSettings {
	const read = (name: string) => numberOption(context, index, options, name);
	return {
		requestTimeoutMs: Math.ceil(1000 * read('requestTimeout')),
		maxRetries: read('maxRetries'),
		maxConcurrency: read('maxConcurrency'),
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
	const tool = isTool(context);
	const shared = sharedByTries(tool ? undefined : thisRun);
	let redact = (text: string) => text;
	const open = async (): Promise<Result<Credential>> => {
		try {
			const credential = readCredential(await context.getCredentials(CREDENTIAL_NAME));
			if (credential.ok) redact = redactor(credential.value.apiKey);
			return credential;
		} catch (error) {
			return failure(thrownError(error));
		}
	};
	let reading: ReturnType<typeof open> | undefined;
	const credential = async () => await (reading ??= open());
	let client: ApiClient | undefined;
	return {
		nodeRun: thisRun,
		isTool: tool,
		shared,
		signal,
		end: () => {
			canceled?.removeEventListener('abort', stop);
			stop();
		},
		credential,
		client: async (settings) => {
			const access = await credential();
			if (!access.ok) return access;
			return success(
				(client ??= new ApiClient(context, access.value, { ...settings, signal }, shared.rateLimiter)),
			);
		},
		presentable: (error) => ({
			...error,
			message: cut(redact(error.message), LONGEST_MESSAGE),
			description: redact(fullDescription(error)),
			said: undefined,
			task: error.task && (redactDeep(error.task, redact) as Record<string, unknown>),
		}),
	};
}

/** One run of the node within an execution, which n8n may try several times ("Retry On Fail"). */
export interface NodeRun {
	/** n8n's own object for what this node has to remember; stored with the execution. */
	memory: Record<string, unknown>;
	executionId: string;
	/** Which run of the node it is: another one in each round of a loop, the same one in each try. */
	runIndex: number;
}

/**
 * Finds out which run this is.
 *
 * @returns undefined where n8n keeps no memory between tries, as for some of its AI agents
 */
export function nodeRun(context: IExecuteFunctions): NodeRun | undefined {
	try {
		const executionId = context.getExecutionId() as string | undefined;
		const { $thisRunIndex: runIndex } = context.getWorkflowDataProxy(0);
		if (!executionId || !Number.isInteger(runIndex)) return undefined;
		return { memory: context.getContext('node'), executionId, runIndex };
	} catch {
		return undefined;
	}
}

/** What the tries of one run share while it is in use; nothing of it is stored. */
export interface SharedByTries {
	/** When the first try began, in milliseconds since 1970. */
	startedAt: number;
	/** A cooldown that the API asked for holds for the next try too. */
	rateLimiter: RateLimiter;
	/** Answers that can't change any more, by what was asked. */
	answers: Map<string, Promise<unknown>>;
}

/** By n8n's memory of the node, which lives as long as the execution is in use. */
const runs = new WeakMap<object, SharedByTries & { runIndex: number }>();

/**
 * What earlier tries of this run left. n8n tries a node again, with all its items, for the error of one; n8n 1.x does
 * so for a finished task too, whose `error` is null.
 */
export function sharedByTries(run: NodeRun | undefined): SharedByTries {
	const known = run && runs.get(run.memory);
	if (known?.runIndex === run?.runIndex && known) return known;
	const fresh = { startedAt: Date.now(), rateLimiter: new RateLimiter(), answers: new Map() };
	if (run) runs.set(run.memory, { ...fresh, runIndex: run.runIndex });
	return fresh;
}
