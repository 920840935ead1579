import {
	NodeConnectionTypes,
	type ExecuteWorkflowData,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type IWorkflowBase,
	type IWorkflowSettings,
	type OnError,
} from 'n8n-workflow';

import type { Pollable } from '../pollable';
import { isToMake } from './item';
import { type Helper, parametersFor, type ParkedFor, type ParkedRole, type ParkedWait, titled } from './role';

/** As n8n's settings of a workflow say that an execution has none. */
const NO_TIMEOUT = -1;

/** What the item at the Wait node has to carry: seconds until the next turn. */
const WAIT_AMOUNT = '={{ $json.waitSeconds }}';

/**
 * Starts a helper execution with these items, and parks this execution until the helper ends. n8n then makes the helper's
 * last items the output of this node, by position, without running it again.
 *
 * @returns n8n's answer: `waitTill` is set where this execution is parked; `data` is the result where it is not
 * @throws whatever n8n has against it, for example that the user may not use the credential
 */
export async function startHelper(
	context: IExecuteFunctions,
	pollable: Pollable,
	helper: Helper,
	wait: ParkedWait,
	items: INodeExecutionData[],
): Promise<ExecuteWorkflowData> {
	const executionId = context.getExecutionId();
	const workflowId = String(context.getWorkflow().id);
	const code = workflowOf(context, pollable, helper, wait, items);
	const started = await context.executeWorkflow({ code }, items, undefined, {
		parentExecution: { executionId, workflowId, shouldResume: true },
		executionMode: context.getMode(),
	});
	// Makes the editor link the two.
	context.setMetadata({
		subExecution: { executionId: started.executionId, workflowId },
		subExecutionsCount: 1,
	});
	return started;
}

/** Starts another keeper for the user's execution. This execution, a checker, doesn't wait for it. */
export async function replaceKeeper(
	context: IExecuteFunctions,
	pollable: Pollable,
	wait: ParkedWait,
	items: INodeExecutionData[],
): Promise<void> {
	const workflowId = String(context.getWorkflow().id);
	const code = workflowOf(context, pollable, 'keeper', { ...wait, keeperExecutionId: '' }, items);
	await context.executeWorkflow({ code }, items, undefined, {
		parentExecution: { executionId: wait.userExecutionId, workflowId, shouldResume: true },
		executionMode: context.getMode(),
		doNotWaitToFinish: true,
	});
}

/**
 * The workflow of a helper. None of its nodes has the name of the user's: for the next node, n8n's editor offers the
 * fields that the node of that name put out in the last successful execution of the workflow.
 */
function workflowOf(
	context: IExecuteFunctions,
	pollable: Pollable,
	helper: Helper,
	wait: ParkedWait,
	items: INodeExecutionData[],
): IWorkflowBase {
	const { nodeName } = wait;
	const start = startNode(nodeName);
	const isKeeper = helper === 'keeper';
	const [first, second] = isKeeper
		? [
				helperNode(context, 'Park', 220, { ...wait, role: 'keeperParks' }),
				helperNode(context, 'Done', 440, { ...wait, role: 'keeperEnds' }),
			]
		: [helperNode(context, 'Check', 220, { ...wait, role: 'checker' }), waitNode(nodeName)];
	// The second output of "Done" and "Check" goes on with the wait; the first one of "Check" ends the execution, and its
	// third leads back to it.
	const ofFirst = isKeeper ? leading([second]) : leading([undefined, second, first]);
	return {
		...unsavedWorkflow(context, `${nodeName}: parked wait`),
		nodes: [start, first, second, noteNode(nodeName, noteOf(pollable, helper, wait, items))],
		connections: {
			[start.name]: leading([first]),
			[first.name]: ofFirst,
			[second.name]: leading(isKeeper ? [undefined, first] : [first]),
		},
		settings: {
			...settingsOf(context, isKeeper ? NO_TIMEOUT : wait.executionTimeout),
			// What is sent next has to be stored before it is sent.
			...(!isKeeper && items.some(({ json }) => isToMake(json)) && { saveExecutionProgress: true }),
		},
	};
}

/** The connections of a node: where each of its outputs leads, if it leads anywhere. */
export function leading(targets: Array<INode | undefined>): IWorkflowBase['connections'][string] {
	return {
		main: targets.map((target) =>
			target ? [{ node: target.name, type: NodeConnectionTypes.Main, index: 0 }] : [],
		),
	};
}

/** A workflow that n8n runs without storing it. It has the ID of the user's, so its executions are listed there. */
export function unsavedWorkflow(context: IExecuteFunctions, name: string) {
	const now = new Date();
	return {
		id: String(context.getWorkflow().id),
		name,
		active: false,
		activeVersionId: null,
		isArchived: false,
		createdAt: now,
		updatedAt: now,
	};
}

/** The node that a helper starts with. */
export function startNode(nodeName: string): INode {
	return {
		id: 'start',
		name: titled(nodeName, 'Start'),
		type: 'n8n-nodes-base.executeWorkflowTrigger',
		typeVersion: 1.1,
		position: [0, 0],
		parameters: { inputSource: 'passthrough' },
	};
}

/** What becomes of an error. "Done" has to receive that of an item, and that of a whole execution. */
const ON_ERROR: Record<ParkedRole, OnError> = {
	keeperParks: 'continueRegularOutput',
	checker: 'continueRegularOutput',
	keeperEnds: 'stopWorkflow',
	rehearsal: 'continueErrorOutput',
};

/** This very node, with its credential, as it stands in a helper. */
export function helperNode(
	context: IExecuteFunctions,
	title: string,
	x: number,
	parkedFor: ParkedFor,
): INode {
	const { type, typeVersion, credentials } = context.getNode();
	const { role, nodeName } = parkedFor;
	return {
		id: role,
		name: titled(nodeName, title),
		position: [x, 0],
		type,
		typeVersion,
		credentials,
		parameters: parametersFor(context, parkedFor),
		onError: ON_ERROR[role],
	};
}

function waitNode(nodeName: string): INode {
	return {
		id: 'wait',
		name: titled(nodeName, 'Wait'),
		type: 'n8n-nodes-base.wait',
		typeVersion: 1.1,
		position: [440, 120],
		parameters: { resume: 'timeInterval', amount: WAIT_AMOUNT, unit: 'seconds' },
	};
}

function noteNode(nodeName: string, content: string): INode {
	return {
		id: 'note',
		name: titled(nodeName, 'Note'),
		type: 'n8n-nodes-base.stickyNote',
		typeVersion: 1,
		position: [0, -300],
		parameters: { content, width: 620, height: 250 },
	};
}

/** How many IDs a note names at most. */
const MAX_NAMED = 20;

/** Explains a helper to whoever opens it in the editor. */
function noteOf(
	{ words }: Pollable,
	helper: Helper,
	{ nodeName, userExecutionId }: ParkedWait,
	items: INodeExecutionData[],
): string {
	const ids = [...new Set(items.map(({ json }) => json.id).filter((id) => typeof id === 'string'))];
	const more = ids.length > MAX_NAMED ? `, and ${ids.length - MAX_NAMED} more` : '';
	const unmade = items.filter(({ json }) => isToMake(json)).length;
	const toMake =
		unmade === 0 ? '' : ` ${unmade} more are created here, each as soon as the account takes one more.`;
	const named = `IDs of the ${words.many}: ${ids.slice(0, MAX_NAMED).join(', ')}${more}.${toMake}`;
	const stop = `To end the wait, stop execution ${userExecutionId}, the oldest of the three: status checks stop with the next turn.`;
	const [title, explained] =
		helper === 'checker'
			? [
					`The status checks of "${nodeName}"`,
					`Execution ${userExecutionId} of this workflow waits for these ${words.results}. The item at the Wait node says when the next status check is due.`,
				]
			: [
					`The parked wait of "${nodeName}"`,
					`Execution ${userExecutionId} of this workflow goes on when the last of its ${words.results} is done. This execution has started another that makes the status checks, and waits for it. If n8n is killed during a check, this one starts the checks again.`,
				];
	return `## ${title}\n\n${explained}\n\n${stop}\n\n${named}`;
}

/**
 * The settings of a helper: the user's where they bound or protect it, and its own on what n8n stores. n8n needs a
 * finished helper to resume a parent that it missed, and files live as long as the execution that fetched them.
 *
 * @param executionTimeout in seconds. The keeper has none: where n8n's time-out ends an execution as it resumes it, n8n
 * never resumes what is parked for it
 */
export function settingsOf(
	context: IExecuteFunctions,
	executionTimeout: number | undefined,
): IWorkflowSettings {
	const { redactionPolicy, credentialResolverId, timezone } = context.getWorkflowSettings();
	return {
		executionOrder: 'v1',
		callerPolicy: 'workflowsFromSameOwner',
		saveDataSuccessExecution: 'all',
		saveDataErrorExecution: 'all',
		saveExecutionProgress: false,
		...(executionTimeout !== undefined && { executionTimeout }),
		...(redactionPolicy !== undefined && { redactionPolicy }),
		...(credentialResolverId !== undefined && { credentialResolverId }),
		...(timezone !== undefined && { timezone }),
	};
}
