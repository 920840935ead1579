import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { ApiClient } from '../../api/client';
import { expiresAt, resultLink, type VideoTask } from '../../api/task';
import { type Pending, pollOnce, type StatusCheck, waitUntilDone } from '../../polling/poll';
import type { PollState } from '../../polling/schedule';
import { taskState } from '../../polling/taskStatus';
import { failure, type Result, success } from '../../shared/error';
import { cut } from '../../shared/text';
import { downloadVideo } from '../../video/download';
import { forEachItem } from '../shared/forEachItem';
import { resultItem, taskFields, toolAnswer } from '../shared/output';
import { isTool } from '../shared/parameters';
import { beginRun, readRunSettings, type Run, type RunSettings } from '../shared/run';
import {
	readDownloadSettings,
	readTaskId,
	readWaitMode,
	readWaitSettings,
	type WaitMode,
	type WaitSettings,
} from './parameters';
import { hintUnconnected, resumePolling, toWaitNode, withoutPolling } from './waitNode';

/** What one item wants to know. Items with equal queries share one answer. */
interface Query {
	id: string;
	/** How to wait; undefined to check once and take any status. */
	wait?: WaitSettings;
	/** What earlier rounds found out, where the wait is chained with the Wait node. */
	before?: PollState;
	/** Largest file to download, in bytes; undefined to download none. */
	maxBytes?: number;
}

/** An item's query, and what its answer becomes. */
interface PreparedGet {
	query: Query;
	settings: RunSettings;
	includeInput: boolean;
	/** The item's binary field that takes the file. */
	binaryField?: string;
}

/** What came of a query: the task, and its file where one is wanted; or that it is still running. */
type Answer = { task: VideoTask; video?: IBinaryData } | Pending;

/**
 * Get Result: one item out for each item in, with its task, in the order of the items.
 *
 * @returns the finished items; with `withWaitNode` those whose tasks are still running on a second output
 */
export async function execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const tool = isTool(context);
	const items = context.getInputData();
	const run = beginRun(context);
	const { startedAt } = run.shared;
	const answers = run.shared.answers as Map<string, Promise<Result<Answer>>>;
	let mode: WaitMode | undefined;
	let surviveRestarts = false;

	const leaving = await forEachItem<PreparedGet>(context, {
		run,
		prepare: (index, options) => {
			// One for all items, and each reading of a parameter costs time.
			mode ??= readWaitMode(context);
			const settings = readRunSettings(context, index, options);
			const id = readTaskId(context, index);
			const download = readDownloadSettings(context, index, options);
			const includeInput = options.includeInput === true;
			const query: Query = { id, maxBytes: download?.maxBytes };
			if (mode !== 'no') query.wait = readWaitSettings(context, index, options, mode);
			if (mode === 'withWaitNode') {
				query.before = resumePolling(items[index] as INodeExecutionData, id, startedAt, includeInput);
			}
			surviveRestarts ||= query.wait?.surviveRestarts === true;
			return { query, settings, includeInput, binaryField: download?.field };
		},
		work: async ({ query, settings, includeInput, binaryField }, index) => {
			const key = JSON.stringify(query);
			let shared = answers.get(key);
			if (!shared) {
				answers.set(key, (shared = answer(context, query, run, settings)));
				// Of what a later try of n8n may find, only what can't change any more.
				const forget = () => answers.delete(key);
				shared.then((result) => isFinal(result, query) || forget(), forget);
			}
			const result = await shared;
			if (!result.ok) return result;

			const { value } = result;
			const input = withoutPolling(items[index] as INodeExecutionData);
			if ('state' in value) {
				const json = taskFields(value.pollState.task ?? { id: query.id });
				return success({ item: resultItem(input, index, json, includeInput), stillRunning: value });
			}
			const json = tool ? toolAnswer(value.task, Date.now()) : taskFields(value.task);
			const item = resultItem(input, index, json, includeInput);
			if (!value.video || binaryField === undefined) return success({ item });
			return success({ item: { ...item, binary: { ...item.binary, [binaryField]: { ...value.video } } } });
		},
	});

	const done = leaving.filter(({ stillRunning }) => !stillRunning).map(({ item }) => item);
	if (mode !== 'withWaitNode') return [done];
	const now = Date.now();
	const running = toWaitNode(leaving, surviveRestarts, now + run.shared.rateLimiter.cooldownMs(now), now);
	hintUnconnected(context, running.length);
	return [done, running];
}

/** Whether an answer is as good in a later try: it can't change any more, or nobody waits for it to. */
function isFinal(result: Result<Answer>, { wait }: Query): boolean {
	if (!result.ok || 'state' in result.value) return false;
	const { task } = result.value;
	return !wait || isDone(task) || taskState(task.status) === 'ended';
}

async function answer(
	context: IExecuteFunctions,
	query: Query,
	run: Run,
	settings: RunSettings,
): Promise<Result<Answer>> {
	const client = await run.client(settings);
	if (!client.ok) return client;
	const found = await findTask(context, query, client.value, run.signal);
	if (!found.ok || 'state' in found.value || query.maxBytes === undefined || !isDone(found.value.task)) return found;

	const { task } = found.value;
	const video = await fetchVideo(context, task, client.value, query.maxBytes);
	return video.ok ? success({ task, video: video.value }) : video;
}

async function findTask(
	context: IExecuteFunctions,
	{ id, wait, before }: Query,
	client: ApiClient,
	signal: AbortSignal,
): Promise<Result<Answer>> {
	const check: StatusCheck = async (...query) => await client.queryTask(...query);
	if (!wait) {
		const outcome = await check(id, Infinity);
		return outcome.ok ? success({ task: outcome.value }) : outcome;
	}
	const onPending = (pending: Pending) => reportPending(context, id, pending);
	const result = before
		? await pollOnce(id, check, wait, before)
		: await waitUntilDone(id, check, wait, { signal, onPending });
	if (result.state === 'pending') return success(result);
	if (result.state === 'done') return success({ task: result.task });
	const { kind, task } = result.error;
	if (kind === 'taskFailed' && wait.ifTaskFails === 'output') return success({ task: task as VideoTask });
	return failure(result.error);
}

function isDone(task: VideoTask): boolean {
	return taskState(task.status) === 'completed' && resultLink(task) !== undefined;
}

/**
 * Downloads a finished task's video.
 *
 * @param maxBytes the largest size
 * @returns the file, or an error that keeps the task, so that neither its id nor its link is lost
 */
export async function fetchVideo(
	context: IExecuteFunctions,
	task: VideoTask,
	{ places, settings }: ApiClient,
	maxBytes: number,
): Promise<Result<IBinaryData>> {
	const { requestTimeoutMs: timeoutMs, maxRetries, signal } = settings;
	const bounds = { timeoutMs, maxRetries, maxBytes, signal };
	const link = resultLink(task);
	const file = await places.run(async () => await downloadVideo(context, link, task.id, bounds));
	if (file.ok) return file;
	const { error } = file;
	const until = expiresAt(task);
	return failure({
		...error,
		message: `Task "${task.id}" is done, but: ${error.message}`,
		description: `${error.description} The link: ${cut(link ?? 'none', 1000)}${until ? ` (deleted at ${until})` : ''}`,
		task,
	});
}

/** Shows that a wait is alive: in the browser's console during a manual run, and in n8n's log at level info. */
function reportPending(context: IExecuteFunctions, id: string, { pollState, nextPollAt, giveUpAt }: Pending): void {
	const status = pollState.task?.status ?? 'not answered yet';
	const next = new Date(nextPollAt).toISOString();
	const line = `Task "${id}": ${status} after ${pollState.attempt} status check(s), next at ${next}`;
	context.logger.info(line, {
		taskId: id,
		status,
		attempt: pollState.attempt,
		nextPollAt: next,
		giveUpAt: new Date(giveUpAt).toISOString(),
	});
	context.sendMessageToUI(line);
}
