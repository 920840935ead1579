import {
	NodeConnectionTypes,
	type ExecuteWorkflowData,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type IWorkflowBase,
	type IWorkflowSettings,
} from 'n8n-workflow';

/**
 * A wait that n8n parks in its database, with nothing to connect: the node hands its items to a workflow of its own, in
 * which this very node and n8n's Wait node take turns. n8n parks that execution between two turns, and with it the
 * one that waits for it; what it ends with becomes the output of the node.
 */

/** What the items of the child workflow have to carry for its Wait node: seconds until the next turn. */
const WAIT_AMOUNT = '={{ $json.details.waitSeconds }}';

/** The part of the node that the child workflow takes over from the one on the canvas. */
export interface ChildNode {
	parameters: INodeParameters;
	/** Whether the first item that fails ends the wait, as the user set it. */
	onError: INode['onError'];
	/** What the execution is about, for who opens it in the editor; Markdown. */
	note: string;
}

/** Why the node can't park a wait here, as the end of a sentence; undefined where it can. */
export function whyNotParked(context: IExecuteFunctions): string | undefined {
	// An n8n that doesn't offer this hands the items that came in back as the result of a parked child.
	if (typeof context.isToolExecution !== 'function') return 'this takes n8n 2.3 or later';
	if (!context.getExecutionId() || !context.getWorkflow().id) return 'this workflow is not saved in n8n';
	return undefined;
}

/**
 * Hands items to a child workflow, and parks this execution until it ends. n8n then makes the child's last items the
 * output of this node, by position, without running it again.
 *
 * @returns n8n's answer: `waitTill` is set where the execution is parked; `data` is the result where it is not
 * @throws whatever n8n has against it, for example that the user may not use the credential
 */
export async function park(
	context: IExecuteFunctions,
	child: ChildNode,
	items: INodeExecutionData[],
): Promise<ExecuteWorkflowData> {
	const executionId = context.getExecutionId();
	const { id } = context.getWorkflow();
	const workflowId = String(id);
	const started = await context.executeWorkflow({ code: childWorkflow(context, child, workflowId) }, items, undefined, {
		parentExecution: { executionId, workflowId, shouldResume: true },
		executionMode: context.getMode(),
	});
	// Makes the editor link the two.
	context.setMetadata({ subExecution: { executionId: started.executionId, workflowId }, subExecutionsCount: 1 });
	return started;
}

/**
 * Whether the execution that handed the items over still waits for them. n8n leaves the child alone when its parent
 * is stopped or deleted, or crashed before it was parked.
 */
export async function isAwaited(context: IExecuteFunctions, parentExecutionId: string): Promise<boolean> {
	try {
		const parent = await context.getExecutionDataById(parentExecutionId);
		return parent?.waitTill !== undefined && parent.resultData.error === undefined;
	} catch {
		// A database that can't be read now says nothing about the parent.
		return true;
	}
}

function childWorkflow(context: IExecuteFunctions, child: ChildNode, id: string): IWorkflowBase {
	const { name, type, typeVersion, credentials } = context.getNode();
	const start: INode = {
		id: 'start',
		name: `${name}: Start`,
		type: 'n8n-nodes-base.executeWorkflowTrigger',
		typeVersion: 1.1,
		position: [0, 0],
		parameters: { inputSource: 'passthrough' },
	};
	const node: INode = {
		id: 'node',
		name,
		type,
		typeVersion,
		credentials,
		position: [220, 0],
		parameters: child.parameters,
		// An error output would keep failed items from those that this execution ends with.
		onError: child.onError === 'continueErrorOutput' ? 'continueRegularOutput' : child.onError,
	};
	const wait: INode = {
		id: 'wait',
		name: `${name}: Wait`,
		type: 'n8n-nodes-base.wait',
		typeVersion: 1.1,
		position: [440, 120],
		parameters: { resume: 'timeInterval', amount: WAIT_AMOUNT, unit: 'seconds' },
	};
	const note: INode = {
		id: 'note',
		name: `${name}: Note`,
		type: 'n8n-nodes-base.stickyNote',
		typeVersion: 1,
		position: [0, -260],
		parameters: { content: child.note, width: 620, height: 200 },
	};
	const to = ({ name: target }: INode) => [{ node: target, type: NodeConnectionTypes.Main, index: 0 }];
	const now = new Date();
	return {
		id,
		name: `${name}: parked wait`,
		active: false,
		activeVersionId: null,
		isArchived: false,
		createdAt: now,
		updatedAt: now,
		nodes: [start, node, wait, note],
		connections: {
			[start.name]: { main: [to(node)] },
			[node.name]: { main: [[], to(wait)] },
			[wait.name]: { main: [to(node)] },
		},
		settings: childSettings(context.getWorkflowSettings()),
	};
}

/**
 * The settings of the child: the parent's where they bound or protect it, and its own on what is kept. n8n needs a
 * finished child to resume a parent that it missed, and the files of the videos live as long as the child does.
 */
function childSettings({ executionTimeout, redactionPolicy, credentialResolverId, timezone }: IWorkflowSettings): IWorkflowSettings {
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
