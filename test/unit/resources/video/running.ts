import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeParameters,
	NodeExecutionHint,
	OnError,
} from 'n8n-workflow';

import { NOW } from '../../clock';
import { streamed } from '../../http/responses';
import { stubContext } from '../../stubContext';

/** A request, and when it was sent, in milliseconds since the test began. */
export interface Sent {
	method: string;
	url: string;
	body?: IDataObject;
	at: number;
}

/** How an operation is run. A parameter that is a function is an expression: it is given the item's fields. */
export interface Run {
	items: IDataObject[];
	parameters: Record<string, unknown>;
	onError?: OnError;
	memory?: Record<string, unknown>;
	cancelSignal?: AbortSignal;
	/** Anything else of n8n's context. */
	more?: object;
	/** What the API answers; the body of a success by default. */
	reply: (sent: Sent, number: number) => object | Promise<object>;
}

/** What came of a run. */
export interface Ran {
	outputs?: INodeExecutionData[][];
	error?: Error & { description?: string; context: IDataObject };
	sent: Sent[];
	hints: string[];
	log: string[];
}

/** Runs an operation with n8n left out, against an API that replies so. */
export async function runOperation(
	execute: (context: IExecuteFunctions) => Promise<INodeExecutionData[][]>,
	{ items, parameters, onError = 'stopWorkflow', reply, more = {}, ...stub }: Run,
): Promise<Ran> {
	const ran: Ran = { sent: [], hints: [], log: [] };
	const input = items.map((json) => ({ json }));
	const valueOf = (name: string, index: number, fallback: unknown) => {
		const value = name in parameters ? parameters[name] : fallback;
		return typeof value === 'function'
			? (value as (json: IDataObject) => unknown)(items[index] ?? {})
			: value;
	};
	const all = {
		getInputData: () => input,
		getNodeParameter: valueOf,
		continueOnFail: () => onError !== 'stopWorkflow',
		addExecutionHints: ({ message }: NodeExecutionHint) => ran.hints.push(message),
		sendMessageToUI: (line: string) => ran.log.push(line),
		logger: { info: () => {}, warn: () => {} },
		helpers: {
			httpRequestWithAuthentication: async (_name: string, { method, url, body }: Omit<Sent, 'at'>) => {
				const request = { method, url, body, at: Date.now() - NOW };
				ran.sent.push(request);
				const answer = await reply(request, ran.sent.length);
				return 'statusCode' in answer ? answer : streamed(200, answer);
			},
		},
		...more,
	};
	try {
		ran.outputs = await execute(
			stubContext({ node: { onError, parameters: parameters as INodeParameters }, more: all, ...stub }),
		);
	} catch (error) {
		ran.error = error as Ran['error'];
	}
	return ran;
}
