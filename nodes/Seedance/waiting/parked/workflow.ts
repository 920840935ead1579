import {
	NodeConnectionTypes,
	type ExecuteWorkflowData,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type IWorkflowBase,
	type IWorkflowSettings,
	type OnError,
} from 'n8n-workflow';

/**
 * A wait that n8n parks in its database, with nothing to connect, in executions of its own:
 *
 * - the one that checks, in which this very node and n8n's Wait node take turns. n8n parks it between two turns;
 * - the one that keeps it, parked until that one ends. n8n gives up an execution that is at work when n8n is killed: then
 *   this one, which is hardly ever at work, begins another.
 *
 * The user's execution is parked for the keeper, and what that ends with becomes the output of the node. Before all that
 * a rehearsal finds out whether this n8n can do it.
 */
export type ParkedRole = 'keep' | 'settle' | 'check' | 'rehearse';

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

/** Why an n8n can't park a wait that does not tell a failed item of a sub-execution from others. */
const TOO_OLD = 'this takes n8n 2.36 or later';

/** The item of a rehearsal: a failed one, as this node outputs it. */
export const REHEARSED_ITEM: INodeExecutionData = { json: { error: 'This item fails', details: {} } };

/**
 * Finds out whether the node can park a wait here, before anything is sent, by a rehearsal: n8n has to let it start an
 * execution with this credential, and has to tell a failed item of a sub-execution from others. It learned that in 2.36,
 * after all else that a parked wait needs: a failed sub-execution fails its parent since 2.27.
 *
 * @returns the reason against it, as the end of a sentence; undefined where it can
 */
export async function whyNotParked(context: IExecuteFunctions): Promise<string | undefined> {
	const { id } = context.getWorkflow();
	if (!context.getExecutionId() || !id) return 'this workflow is not saved in n8n';
	// Long before that n8n has no rehearsal to offer either.
	if (typeof context.getWorkflowSettings !== 'function') return TOO_OLD;
	try {
		const { data } = await context.executeWorkflow({ code: rehearsalOf(context, id) }, [{ json: {} }]);
		const [, failed] = data;
		return failed?.length ? undefined : TOO_OLD;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
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
	const code = workflowOf(context, parkedFor, workflowId, items);
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

/**
 * Starts another keeper for the user's execution, and leaves it alone.
 *
 * @param own what this execution, which checks, is there for
 */
export async function replaceKeeper(
	context: IExecuteFunctions,
	own: ParkedFor,
	items: INodeExecutionData[],
): Promise<void> {
	const [user = ''] = own.awaitedBy;
	const workflowId = String(context.getWorkflow().id);
	const code = workflowOf(context, { ...own, role: 'keep', awaitedBy: [user] }, workflowId, items);
	await context.executeWorkflow({ code }, items, undefined, {
		parentExecution: { executionId: user, workflowId, shouldResume: true },
		executionMode: context.getMode(),
		doNotWaitToFinish: true,
	});
}

const to = ({ name }: INode) => [{ node: name, type: NodeConnectionTypes.Main, index: 0 }];

/** Two nodes that hand over to each other, each by one of its outputs. */
interface Ring {
	nodes: [INode, INode];
	connections: IWorkflowBase['connections'];
}

function ringOf(first: INode, firstOutput: number, second: INode, secondOutput: number): Ring {
	const by = (output: number, target: INode) => ({ main: output === 0 ? [to(target)] : [[], to(target)] });
	const connections = { [first.name]: by(firstOutput, second), [second.name]: by(secondOutput, first) };
	return { nodes: [first, second], connections };
}

/**
 * The execution that keeps, or checks. None of its nodes has the name of the user's: for the next node, n8n's editor
 * offers the fields that the node of that name put out in the last successful execution of the workflow.
 */
function workflowOf(
	context: IExecuteFunctions,
	parkedFor: ParkedFor,
	id: string,
	items: INodeExecutionData[],
): IWorkflowBase {
	const { name, role } = parkedFor;
	const start = startNode(name);
	const own = (title: string, x: number, ownRole: ParkedRole): INode => {
		const place: Place = { id: ownRole, name: `${name}: ${title}`, position: [x, 0] };
		return ownNode(context, place, { ...parkedFor, role: ownRole });
	};
	const { nodes, connections } =
		role === 'keep'
			? ringOf(own('Park', 220, 'keep'), 0, own('Done', 440, 'settle'), 1)
			: ringOf(own('Check', 220, 'check'), 1, waitNode(name), 0);
	return {
		...unsavedWorkflow(id, `${name}: parked wait`),
		nodes: [start, ...nodes, noteNode(parkedFor, items)],
		connections: { [start.name]: { main: [to(nodes[0])] }, ...connections },
		settings: settingsOf(context.getWorkflowSettings(), parkedFor),
	};
}

/** The nodes of a rehearsal: the one fails its item, which leaves by the error output where n8n can tell. */
function rehearsalOf(context: IExecuteFunctions, id: string): IWorkflowBase {
	const { name } = context.getNode();
	const start = startNode(name);
	const parkedFor: ParkedFor = { role: 'rehearse', name, awaitedBy: [], stops: false };
	const node = ownNode(context, { id: 'node', name: `${name}: Rehearsal`, position: [220, 0] }, parkedFor);
	return {
		...unsavedWorkflow(id, `${name}: rehearsal of a parked wait`),
		nodes: [start, node],
		connections: { [start.name]: { main: [to(node)] } },
		settings: {
			...settingsOf(context.getWorkflowSettings(), parkedFor),
			saveDataSuccessExecution: 'none',
			saveDataErrorExecution: 'none',
		},
	};
}

function unsavedWorkflow(id: string, name: string) {
	const now = new Date();
	return {
		id,
		name,
		active: false,
		activeVersionId: null,
		isArchived: false,
		createdAt: now,
		updatedAt: now,
	};
}

/** Where a node stands, and its name. */
type Place = Pick<INode, 'id' | 'name' | 'position'>;

function startNode(name: string): INode {
	return {
		id: 'start',
		name: `${name}: Start`,
		type: 'n8n-nodes-base.executeWorkflowTrigger',
		typeVersion: 1.1,
		position: [0, 0],
		parameters: { inputSource: 'passthrough' },
	};
}

/** What becomes of an error: that of an item, or of a whole execution, has to reach the node that settles. */
const ON_ERROR: Record<ParkedRole, OnError> = {
	keep: 'continueRegularOutput',
	check: 'continueRegularOutput',
	settle: 'stopWorkflow',
	rehearse: 'continueErrorOutput',
};

/** This very node, as it stands in the wait's own executions. */
function ownNode(context: IExecuteFunctions, place: Place, parkedFor: ParkedFor): INode {
	const { type, typeVersion, credentials } = context.getNode();
	const { role } = parkedFor;
	return {
		...place,
		type,
		typeVersion,
		credentials,
		parameters: parametersFor(parkedFor),
		onError: ON_ERROR[role],
	};
}

function noteNode(parkedFor: ParkedFor, items: INodeExecutionData[]): INode {
	return {
		id: 'note',
		name: `${parkedFor.name}: Note`,
		type: 'n8n-nodes-base.stickyNote',
		typeVersion: 1,
		position: [0, -300],
		parameters: { content: noteOf(parkedFor, items), width: 620, height: 250 },
	};
}

/** The parameters of the node in the wait's own executions. */
function parametersFor(parkedFor: ParkedFor): INodeParameters {
	const waitUntilDone = parkedFor.role === 'rehearse' ? 'no' : 'withWaitNode';
	return { resource: 'video', operation: 'get', waitUntilDone, [PARKED_FOR]: JSON.stringify(parkedFor) };
}

/** Most tasks that a note names. */
const NAMED_TASKS = 20;

/** Explains such an execution to whoever opens it in the editor. */
function noteOf({ name, role, awaitedBy: [user] }: ParkedFor, items: INodeExecutionData[]): string {
	const ids = [...new Set(items.map(({ json }) => json.id).filter((id) => typeof id === 'string'))];
	const more = ids.length > NAMED_TASKS ? `, and ${ids.length - NAMED_TASKS} more` : '';
	const tasks = `Tasks: ${ids.slice(0, NAMED_TASKS).join(', ')}${more}`;
	const stop = `To end the wait, stop execution ${user}, the oldest of the three: status checks stop with the next turn.`;
	if (role === 'check') {
		const next = 'The item at the Wait node says when the next status check is due.';
		return `## The status checks of "${name}"\n\nExecution ${user} of this workflow waits for these videos. ${next}\n\n${stop}\n\n${tasks}`;
	}
	const explained =
		'This execution has started another that makes the status checks, and waits for it. If n8n is killed during a check, this one starts the checks again.';
	return `## The parked wait of "${name}"\n\nExecution ${user} of this workflow goes on when the last of its videos is done. ${explained}\n\n${stop}\n\n${tasks}`;
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
