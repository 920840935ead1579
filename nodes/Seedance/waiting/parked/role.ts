import type { IExecuteFunctions, INodeParameters, INodeProperties } from 'n8n-workflow';

/** Value of the hidden operation that this node has in the helper executions of a parked wait. */
export const PARKED_WAIT = 'parkedWait';

/**
 * What a node in a helper execution is for: the keeper has one that parks and one that ends the wait, the checker has
 * one; a rehearsal finds out whether this n8n can park at all.
 */
export type ParkedRole = 'keeperParks' | 'keeperEnds' | 'checker' | 'rehearsal';

/** The helper executions. */
export type Helper = 'keeper' | 'checker';

/** What a node in a helper execution has to know. n8n's database stores it as the node's parameters. */
export interface ParkedFor {
	role: ParkedRole;
	/** Name of the node that the user has placed. */
	nodeName: string;
	/** The user's execution, which is parked for the keeper. */
	userExecutionId: string;
	/** The keeper, which is parked for the checker; empty in the keeper itself. */
	keeperExecutionId: string;
	/** Whether the first item that fails ends the wait. */
	stopsOnError: boolean;
	/** The time-out of the user's workflow, in seconds, where it has one of its own. */
	executionTimeout?: number;
}

/** What is the same in all helpers of a wait. */
export type ParkedWait = Omit<ParkedFor, 'role'>;

/** Its parameters, none of which a form shows. n8n drops the parameters of a node that its type doesn't declare. */
export const parkedFields: INodeProperties[] = [
	hidden('Role', 'role'),
	hidden('Node Name', 'nodeName'),
	hidden('User Execution ID', 'userExecutionId'),
	hidden('Keeper Execution ID', 'keeperExecutionId'),
	{ ...hidden('Stops On Error', 'stopsOnError'), default: false },
	hidden('Execution Timeout', 'executionTimeout'),
];

function hidden(displayName: string, name: keyof ParkedFor): INodeProperties {
	return {
		displayName,
		name,
		type: 'hidden',
		default: '',
		displayOptions: { show: { operation: [PARKED_WAIT] } },
	};
}

/** The parameters of a node in a helper execution, which belongs to the resource that the user's node has. */
export function parametersFor(context: IExecuteFunctions, parkedFor: ParkedFor): INodeParameters {
	const { resource } = context.getNode().parameters;
	return { resource, operation: PARKED_WAIT, ...parkedFor };
}

/** Reads what this node is for. As it is stored, because n8n would evaluate a name that begins with "=". */
export function readParkedFor(context: IExecuteFunctions): ParkedFor {
	const { role, nodeName, userExecutionId, keeperExecutionId, stopsOnError, executionTimeout } =
		context.getNode().parameters;
	return {
		role: role as ParkedRole,
		nodeName: String(nodeName),
		userExecutionId: String(userExecutionId),
		keeperExecutionId: String(keeperExecutionId),
		stopsOnError: stopsOnError === true,
		...(typeof executionTimeout === 'number' && { executionTimeout }),
	};
}

/** The name of a node in a helper execution. */
export function titled(nodeName: string, title: string): string {
	return `${nodeName}: ${title}`;
}
