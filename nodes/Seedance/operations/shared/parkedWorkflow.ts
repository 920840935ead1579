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
 * A wait that n8n parks in its database, with nothing to connect, in executions of its own:
 *
 * - the one that checks, in which this very node and n8n's Wait node take turns. n8n parks it between two turns;
 * - the one that keeps it, parked until that one ends. n8n gives up an execution that is at work when n8n is killed: then
 *   this one, which is hardly ever at work, begins another.
 *
 * The user's execution is parked for the keeper, and what that ends with becomes the output of the node.
 */
export type ParkedRole = 'keep' | 'settle' | 'check';

/** What a node of the wait's own executions has to know; stored in n8n's database, as a parameter. */
export interface ParkedFor {
	role: ParkedRole;
	/** Name of the node that the user has placed. */
	name: string;
	/** The executions that are parked for this one, the user's first. */
	awaitedBy: string[];
	/** Whether the first item that fails ends the wait. */
	stops: boolean;
	/** The time-out of the user's workflow, in seconds, where it has one of its own. */
	executionTimeout?: number;
}

/** Hidden parameter of the node in the wait's own executions: its `ParkedFor`. Stored in n8n's database. */
export const PARKED_FOR = 'parkedFor';

/** As n8n's settings of a workflow say that an execution has none. */
const NO_TIMEOUT = -1;

/** What the item at the Wait node has to carry: seconds until the next turn. */
const WAIT_AMOUNT = '={{ $json.waitSeconds }}';

/** Why the node can't park a wait here, as the end of a sentence; undefined where it can. */
export function whyNotParked(context: IExecuteFunctions): string | undefined {
	// An n8n that doesn't offer this hands the items that came in back as the result of a parked child.
	if (typeof context.isToolExecution !== 'function') return 'this takes n8n 2.3 or later';
	if (!context.getExecutionId() || !context.getWorkflow().id) return 'this workflow is not saved in n8n';
	return undefined;
}

/**
 * Hands items to an execution of the wait's own, and parks this one until it ends. n8n then makes that one's last items
 * the output of this node, by position, without running it again.
 *
 * @param next what it is there for: to check, or to keep the one that checks
 * @returns n8n's answer: `waitTill` is set where this execution is parked; `data` is the result where it is not
 * @throws whatever n8n has against it, for example that the user may not use the credential
 */
export async function park(
	context: IExecuteFunctions,
	next: Omit<ParkedFor, 'role'> & { role: 'keep' | 'check' },
	items: INodeExecutionData[],
): Promise<ExecuteWorkflowData> {
	const executionId = context.getExecutionId();
	const workflowId = String(context.getWorkflow().id);
	const parkedFor = { ...next, awaitedBy: [...next.awaitedBy, executionId] };
	const code = workflowOf(context, parkedFor, workflowId);
	const started = await context.executeWorkflow({ code }, items, undefined, {
		parentExecution: { executionId, workflowId, shouldResume: true },
		executionMode: context.getMode(),
	});
	// Makes the editor link the two.
	context.setMetadata({ subExecution: { executionId: started.executionId, workflowId }, subExecutionsCount: 1 });
	return started;
}

/**
 * Whether all executions that are parked for this one still are. n8n leaves a child alone when its parent is stopped or
 * deleted, or crashed before it was parked.
 */
export async function isAwaited(context: IExecuteFunctions, { awaitedBy }: Pick<ParkedFor, 'awaitedBy'>): Promise<boolean> {
	const chain = [...awaitedBy, context.getExecutionId()];
	const waits = awaitedBy.map(async (id, place) => await waitsFor(context, id, chain[place + 1] as string));
	return (await Promise.all(waits)).every(Boolean);
}

async function waitsFor(context: IExecuteFunctions, parentId: string, childId: string): Promise<boolean> {
	try {
		const parent = await context.getExecutionDataById(parentId);
		if (parent?.waitTill === undefined || parent.resultData.error !== undefined) return false;
		// Older n8n 2 doesn't say for whom.
		const waitedFor = parent.executionData?.nodeExecutionStack[0]?.metadata?.waitingChildExecutionIds;
		return waitedFor?.includes(childId) ?? true;
	} catch {
		// A database that can't be read now says nothing about the parent.
		return true;
	}
}

/** How an execution of the wait's own ended, where it ended without a result. */
export async function reasonOfEnd(context: IExecuteFunctions, id: string): Promise<{ words: string; isCancelled: boolean }> {
	const ended = await context.getExecutionDataById(id).catch(() => undefined);
	const { message = 'n8n was ended while it was at work', name = '' } = ended?.resultData.error ?? {};
	return { words: message, isCancelled: name.includes('Cancelled') };
}

function workflowOf(context: IExecuteFunctions, parkedFor: ParkedFor, id: string): IWorkflowBase {
	const { type, typeVersion, credentials } = context.getNode();
	const { name, role, awaitedBy } = parkedFor;
	const start: INode = {
		id: 'start',
		name: `${name}: Start`,
		type: 'n8n-nodes-base.executeWorkflowTrigger',
		typeVersion: 1.1,
		position: [0, 0],
		parameters: { inputSource: 'passthrough' },
	};
	const own = (place: Pick<INode, 'id' | 'name' | 'position'>, ownRole: ParkedRole): INode => ({
		...place,
		type,
		typeVersion,
		credentials,
		parameters: parametersFor({ ...parkedFor, role: ownRole }),
		// What is wrong with an item, or with a whole execution, has to reach the node that settles.
		onError: ownRole === 'settle' ? 'stopWorkflow' : 'continueRegularOutput',
	});
	const note: INode = {
		id: 'note',
		name: `${name}: Note`,
		type: 'n8n-nodes-base.stickyNote',
		typeVersion: 1,
		position: [0, -300],
		parameters: { content: noteOf(name, role, awaitedBy[0]), width: 620, height: 250 },
	};
	const to = ({ name: target }: INode) => [{ node: target, type: NodeConnectionTypes.Main, index: 0 }];
	const ring: { nodes: [INode, INode]; connections: IWorkflowBase['connections'] } =
		role === 'keep'
			? ringOf(own({ id: 'park', name: `${name}: Park`, position: [220, 0] }, 'keep'), 0, own({ id: 'node', name, position: [440, 0] }, 'settle'), 1)
			: ringOf(own({ id: 'node', name, position: [220, 0] }, 'check'), 1, waitNode(name), 0);
	const now = new Date();
	return {
		id,
		name: `${name}: parked wait`,
		active: false,
		activeVersionId: null,
		isArchived: false,
		createdAt: now,
		updatedAt: now,
		nodes: [start, ...ring.nodes, note],
		connections: { [start.name]: { main: [to(ring.nodes[0])] }, ...ring.connections },
		settings: settingsOf(context.getWorkflowSettings(), parkedFor),
	};

	/** Two nodes that hand over to each other, each by one of its outputs. */
	function ringOf(first: INode, firstOutput: number, second: INode, secondOutput: number) {
		const by = (output: number, target: INode) => ({ main: output === 0 ? [to(target)] : [[], to(target)] });
		const connections = { [first.name]: by(firstOutput, second), [second.name]: by(secondOutput, first) };
		return { nodes: [first, second] as [INode, INode], connections };
	}
}

/** The parameters of the node in the wait's own executions. */
function parametersFor(parkedFor: ParkedFor): INodeParameters {
	return { resource: 'task', operation: 'get', waitUntilDone: 'withWaitNode', [PARKED_FOR]: JSON.stringify(parkedFor) };
}

/** What who opens such an execution in the editor has to know. */
function noteOf(name: string, role: ParkedRole, user: string | undefined): string {
	const stop = `To end the wait, stop execution ${user}: nothing more is asked from then on.`;
	if (role === 'check') return `## The status checks of "${name}"\n\nExecution ${user} of this workflow waits for these videos. ${stop}`;
	const explained =
		'The status checks are made in an execution of their own, for which this one is parked. Should n8n be killed while that one is at work, this one begins another. What the item between the two nodes says holds only if n8n is killed while this one is at work.';
	return `## The wait of "${name}"\n\nExecution ${user} of this workflow is parked for this one, and goes on with its videos when the last is done. ${stop}\n\n${explained}`;
}

function waitNode(name: string): INode {
	return {
		id: 'wait',
		name: `${name}: Wait`,
		type: 'n8n-nodes-base.wait',
		typeVersion: 1.1,
		position: [440, 120],
		parameters: { resume: 'timeInterval', amount: WAIT_AMOUNT, unit: 'seconds' },
	};
}

/**
 * The settings of the wait's own executions: the user's where they bound or protect it, and their own on what is kept.
 * n8n needs a finished one to resume a parent that it missed, and the files of the videos live as long as the one that
 * fetched them.
 */
function settingsOf(
	{ redactionPolicy, credentialResolverId, timezone }: IWorkflowSettings,
	{ role, executionTimeout }: ParkedFor,
): IWorkflowSettings {
	return {
		executionOrder: 'v1',
		callerPolicy: 'workflowsFromSameOwner',
		saveDataSuccessExecution: 'all',
		saveDataErrorExecution: 'all',
		saveExecutionProgress: false,
		...(executionTimeout !== undefined && { executionTimeout }),
		// Where n8n's time-out ends an execution as it is resumed, whoever is parked for it is never resumed.
		...(role === 'keep' && { executionTimeout: NO_TIMEOUT }),
		...(redactionPolicy !== undefined && { redactionPolicy }),
		...(credentialResolverId !== undefined && { credentialResolverId }),
		...(timezone !== undefined && { timezone }),
	};
}
