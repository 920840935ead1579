import {
	NodeOperationError,
	type IBinaryData,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

import type { ApiClient } from '../api/client';
import { checkTaskId, resultLink, type VideoTask } from '../api/task';
import { statusKind } from '../polling/status';
import { faultProblem, type Problem, type Progress, type Verdict } from '../polling/verdict';
import { askOnce, waitUntilDone, type Ask, type GoOn } from '../polling/wait';
import { handOver, hintUnconnected, resumeWait, withoutPolling } from './get.chain';
import { fetchVideo, readDownload } from './get.download';
import { readWait, WAIT_MODES, type ItemWait, type WaitMode } from './get.wait';
import { forEachItem } from './itemLoop';
import { resultItem, taskFields } from './items';
import { checkChoice, isTool } from './parameters';
import { reportWait } from './progress';
import { beginRun, readRunSettings, type Run, type RunSettings } from './run';
import { toolAnswer } from './tool';

/** One item's question. Items with equal questions share one answer. */
interface Question {
	id: string;
	/** How to wait; undefined to ask once and take any answer. */
	wait?: ItemWait;
	/** What earlier rounds found out, where the wait is chained with the Wait node. */
	before?: Progress;
	/** Largest file to download, in bytes; undefined to download none. */
	maxBytes?: number;
}

/** An item's question, and what its answer becomes. */
interface PreparedGet {
	question: Question;
	settings: RunSettings;
	includeInput: boolean;
	/** The item's binary field that takes the file. */
	binaryField?: string;
}

/** What came of a question. */
type Answer = { task: VideoTask; video?: IBinaryData } | { problem: Problem } | { goOn: GoOn };

/**
 * Get Result: one item out for each item in, with its task, in the order of the items.
 *
 * @returns the finished items; with `withWaitNode` those whose tasks are still running on a second output
 */
export async function getResult(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const tool = isTool(context);
	const items = context.getInputData();
	const run = beginRun(context);
	const { startedAt } = run.shared;
	const answers = run.shared.answers as Map<string, Promise<Answer>>;
	let mode: WaitMode | undefined;
	let surviveRestarts = false;

	const leaving = await forEachItem<PreparedGet>(context, {
		run,
		prepare: (index, options) => {
			// One for all items, and each reading of a parameter costs time.
			mode ??= readMode(context, tool);
			const settings = readRunSettings(context, index, options);
			const id = readTaskId(context, index);
			const download = readDownload(context, index, options);
			const includeInput = options.includeInput === true;
			const question: Question = { id, maxBytes: download?.maxBytes };
			if (mode !== 'no') question.wait = readWait(context, index, options, mode);
			if (mode === 'withWaitNode') {
				question.before = resumeWait(items[index] as INodeExecutionData, id, startedAt, includeInput);
			}
			surviveRestarts ||= question.wait?.surviveRestarts === true;
			return { question, settings, includeInput, binaryField: download?.field };
		},
		work: async ({ question, settings, includeInput, binaryField }, index) => {
			const key = JSON.stringify(question);
			let shared = answers.get(key);
			if (!shared) {
				answers.set(key, (shared = answer(context, question, run, settings)));
				// Of what a later try of n8n may find, only what can't change any more.
				const forget = () => answers.delete(key);
				shared.then((result) => isFinal(result, question) || forget(), forget);
			}
			const result = await shared;
			if ('problem' in result) return result;

			const input = withoutPolling(items[index] as INodeExecutionData);
			const task = 'task' in result ? result.task : (result.goOn.progress.task ?? { id: question.id });
			const json = tool && 'task' in result ? toolAnswer(result.task, Date.now()) : taskFields(task);
			const item = resultItem(input, index, json, includeInput);
			if ('goOn' in result) return { item, stillRunning: result.goOn };
			if (!result.video || binaryField === undefined) return { item };
			return { item: { ...item, binary: { ...item.binary, [binaryField]: { ...result.video } } } };
		},
	});

	const done = leaving.filter(({ stillRunning }) => !stillRunning).map(({ item }) => item);
	if (mode !== 'withWaitNode') return [done];
	const now = Date.now();
	const running = handOver(leaving, surviveRestarts, now + run.shared.rateLimiter.cooldownMs(now), now);
	hintUnconnected(context, running.length);
	return [done, running];
}

/** Whether an answer is as good in a later try: it can't change any more, or nobody waits for it to. */
function isFinal(result: Answer, { wait }: Question): boolean {
	if (!('task' in result)) return false;
	return !wait || isDone(result.task) || statusKind(result.task.status) === 'ended';
}

/** A tool has one output, and no Wait node could bring its answer back: a model asks again by itself. */
function readMode(context: IExecuteFunctions, tool: boolean): WaitMode {
	const value = context.getNodeParameter('waitUntilDone', 0);
	const mode = checkChoice(context, 0, 'Wait Until Done', WAIT_MODES, value);
	return tool && mode === 'withWaitNode' ? 'no' : mode;
}

/** @throws NodeOperationError for what can't be an ID */
function readTaskId(context: IExecuteFunctions, index: number): string {
	const checked = checkTaskId(context.getNodeParameter('taskId', index));
	if ('id' in checked) return checked.id;
	throw new NodeOperationError(context.getNode(), checked.problem, {
		itemIndex: index,
		description:
			'Set Task ID to the ID that creating the task gave you, for example video_abc123def456. If it is an expression, check that the incoming item has that field.',
	});
}

async function answer(
	context: IExecuteFunctions,
	question: Question,
	run: Run,
	settings: RunSettings,
): Promise<Answer> {
	const opened = await run.client(settings);
	if ('problem' in opened) return opened;
	const { client } = opened;
	const asked = await askFor(context, question, client, run.signal);
	if (!('task' in asked) || question.maxBytes === undefined || !isDone(asked.task)) return asked;

	const { task } = asked;
	const video = await fetchVideo(context, task, client, question.maxBytes);
	return 'problem' in video ? video : { task, ...video };
}

async function askFor(
	context: IExecuteFunctions,
	{ id, wait, before }: Question,
	client: ApiClient,
	signal: AbortSignal,
): Promise<Answer> {
	const ask: Ask = async (...question) => await client.queryTask(...question);

	if (!wait) {
		const outcome = await ask(id, Infinity);
		return outcome.ok ? { task: outcome.value } : { problem: faultProblem(outcome.fault) };
	}
	const onWait = (goOn: GoOn) => reportWait(context, id, goOn);
	const verdict = before
		? await askOnce(id, ask, wait, before)
		: await waitUntilDone(id, ask, wait, { signal, onWait });
	return answerOf(verdict, wait);
}

function isDone(task: VideoTask): boolean {
	return statusKind(task.status) === 'completed' && resultLink(task) !== undefined;
}

function answerOf(verdict: Verdict, wait: ItemWait): Answer {
	if (verdict.kind === 'wait') return { goOn: verdict };
	if (verdict.kind === 'completed') return { task: verdict.task };
	if (verdict.kind === 'ended' && wait.ifTaskFails === 'output') return { task: verdict.task };
	return { problem: verdict.problem };
}
