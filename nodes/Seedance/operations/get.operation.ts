import {
	NodeOperationError,
	type IBinaryData,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

import type { ApiClient } from '../api/client';
import { checkTaskId, type VideoTask } from '../api/task';
import { statusKind } from '../polling/status';
import { faultProblem, hasVideo, type Problem, type Progress, type Verdict } from '../polling/verdict';
import { askOnce, waitUntilDone, type Ask, type GoOn } from '../polling/wait';
import { handOver, hintUnconnected, resumeWait, withoutPolling } from './get.chain';
import { fetchVideo, readDownload, withVideo } from './get.download';
import { readWait, type ItemWait, type WaitMode } from './get.wait';
import { forEachItem } from './itemLoop';
import { resultItem, taskFields } from './items';
import { includesInput, isTool, readOptions } from './parameters';
import { reportWait } from './progress';
import { beginRun, type Run } from './run';
import { toolAnswer } from './tool';

/** One item's question. Items with equal questions share one answer. */
interface Question {
	id: string;
	/** How to wait; undefined to ask once and take any answer. */
	wait?: ItemWait;
	/** What earlier rounds found out, where the wait is chained with the Wait node. */
	before?: Progress;
	/** Largest video to download, in bytes; undefined to download none. */
	download?: number;
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
	const mode = readMode(context, tool);
	const items = context.getInputData();
	// One time for all items: equal questions of different items have to be equal.
	const now = Date.now();
	const run = beginRun(context);
	const answers = new Map<string, Promise<Answer>>();

	const leaving = await forEachItem<Question>(context, {
		end: run.end,
		prepare: (index) => prepare(context, index, mode, now),
		work: async (question, index) => {
			const key = JSON.stringify(question);
			let shared = answers.get(key);
			if (!shared) answers.set(key, (shared = answer(context, question, run)));
			const result = await shared;
			if ('problem' in result) return result;

			const input = withoutPolling(items[index] as INodeExecutionData);
			const task = 'task' in result ? result.task : (result.goOn.progress.task ?? { id: question.id });
			const json = tool && 'task' in result ? toolAnswer(result.task, Date.now()) : taskFields(task);
			const item = resultItem(input, index, json, includesInput(context, index));
			if ('goOn' in result) return { item, stillRunning: result.goOn };
			return { item: withVideo(context, item, index, result.video) };
		},
	});

	const done = leaving.filter(({ stillRunning }) => !stillRunning).map(({ item }) => item);
	if (mode !== 'withWaitNode') return [done];
	const surviveRestarts = items.some((_, index) => readOptions(context, index).surviveRestarts !== false);
	const running = handOver(leaving, surviveRestarts, Date.now());
	hintUnconnected(context, running.length);
	return [done, running];
}

/** A tool has one output, and no Wait node could bring its answer back: a model asks again by itself. */
function readMode(context: IExecuteFunctions, tool: boolean): WaitMode {
	const mode = context.getNodeParameter('waitUntilDone', 0) as WaitMode;
	return tool && mode === 'withWaitNode' ? 'no' : mode;
}

/** @throws NodeOperationError for a parameter that can't be used */
function prepare(context: IExecuteFunctions, index: number, mode: WaitMode, now: number): Question {
	const checked = checkTaskId(context.getNodeParameter('taskId', index));
	if ('problem' in checked) {
		throw new NodeOperationError(context.getNode(), checked.problem, {
			itemIndex: index,
			description:
				'Set Task ID to the ID that creating the task gave you, for example video_abc123def456. If it is an expression, check that the incoming item has that field.',
		});
	}
	const { id } = checked;
	const download = readDownload(context, index);
	if (mode === 'no') return { id, download };
	const wait = readWait(context, index, mode);
	if (mode === 'inNode') return { id, download, wait };
	const input = context.getInputData()[index] as INodeExecutionData;
	return { id, download, wait, before: resumeWait(input, id, now, includesInput(context, index)) };
}

async function answer(context: IExecuteFunctions, question: Question, run: Run): Promise<Answer> {
	const opened = await run.client();
	if ('problem' in opened) return opened;
	const { client } = opened;
	const asked = await askFor(context, question, client, run.signal);
	if (!('task' in asked) || question.download === undefined || !isDone(asked.task)) return asked;

	const { task } = asked;
	const video = await fetchVideo(context, task, client, question.download);
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
	return statusKind(task.status) === 'completed' && hasVideo(task);
}

function answerOf(verdict: Verdict, wait: ItemWait): Answer {
	if (verdict.kind === 'wait') return { goOn: verdict };
	if (verdict.kind === 'completed') return { task: verdict.task };
	if (verdict.kind === 'ended' && wait.ifTaskFails === 'output') return { task: verdict.task };
	return { problem: verdict.problem };
}
