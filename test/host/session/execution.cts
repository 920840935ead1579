import { parse } from 'flatted';

/** The states after which nothing happens to an execution any more. */
const FINISHED = ['success', 'error', 'canceled', 'crashed'];

/** One item that a node put out. */
export interface Item {
	json: Record<string, any>;
	binary?: Record<string, any>;
	pairedItem?: any;
}

/** One run of one node. */
export interface NodeRun {
	/** Milliseconds since 1970 */
	startTime: number;
	/** Milliseconds */
	executionTime: number;
	executionStatus?: string;
	error?: any;
	data?: { main?: Array<Item[] | null> };
	source?: any[];
	/** Of a node that handed its items to another execution */
	metadata?: { subExecution?: { executionId: string } };
}

export interface ExecutionResult {
	/** By node name; empty while the execution runs */
	runData: Record<string, NodeRun[]>;
	lastNodeExecuted?: string;
	/** The error that ended it */
	error?: any;
}

export interface Execution {
	id: string;
	workflowId: string;
	/** `new`, `running`, `waiting`, `success`, `error`, `canceled` or `crashed` */
	status: string;
	/** `manual`, `webhook`, `trigger` ... */
	mode: string;
	startedAt: Date | null;
	stoppedAt: Date | null;
	/** When a parked execution goes on */
	waitTill: Date | null;
	data: ExecutionResult;
	lastNode: string | undefined;
	/** What a node remembers from one of its runs to the next, by `node:` and the node's name */
	memory: Record<string, Record<string, any>>;
}

/** @param answer n8n's */
export function toExecution(answer: Record<string, any>): Execution {
	// Nothing at all ("[]") while it runs.
	const data = parse(answer['data']) as
		| { resultData?: Partial<ExecutionResult>; executionData?: { contextData?: Execution['memory'] } }
		| undefined;
	const { runData = {}, lastNodeExecuted, error } = data?.resultData ?? {};
	return {
		id: String(answer['id']),
		workflowId: answer['workflowId'],
		status: answer['status'],
		mode: answer['mode'],
		startedAt: toDate(answer['startedAt']),
		stoppedAt: toDate(answer['stoppedAt']),
		waitTill: toDate(answer['waitTill']),
		data: { runData, ...(lastNodeExecuted && { lastNodeExecuted }), ...(error && { error }) },
		lastNode: lastNodeExecuted,
		memory: data?.executionData?.contextData ?? {},
	};
}

function toDate(text: string | null | undefined) {
	return text ? new Date(text) : null;
}

export function isFinished({ status }: { status: string }) {
	return FINISHED.includes(status);
}

/**
 * What a node put out in its last run.
 * @param output counts from 0
 * @returns empty when nothing left there, or when the node did not run
 */
export function itemsOf({ data }: Execution, nodeName: string, output = 0): Item[] {
	return data.runData[nodeName]?.at(-1)?.data?.main?.[output] ?? [];
}

/** Everything that a node put out by its first output, over all its runs. */
export function allItems({ data }: Execution, nodeName: string): Array<Item['json']> {
	const runs = data.runData[nodeName] ?? [];
	return runs.flatMap((run) => run.data?.main?.[0] ?? []).map(({ json }) => json);
}
