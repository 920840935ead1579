import type { IDataObject, IExecuteFunctions, INode, NodeExecutionHint } from 'n8n-workflow';

import { InputError } from '../../nodes/Seedance/core/error';

/** The API key of the tests. */
export const KEY = 'sk-0123456789ab';

export const CREDENTIAL = { apiKey: KEY, baseUrl: 'https://api.example/base' };

/** What a test puts into the node's context; everything else is as in an empty workflow. */
export interface StubContext {
	/** By name; those that are missing here are missing for the node too. One that is undefined is an expression's. */
	parameters?: IDataObject;
	/** Fields of the node itself. */
	node?: Partial<INode>;
	credential?: IDataObject | (() => Promise<IDataObject>);
	cancelSignal?: AbortSignal;
	/** n8n's memory of the node; without it this n8n has none. */
	memory?: Record<string, unknown>;
	executionId?: string;
	runIndex?: number;
	/** Anything else of the context, as it is. */
	more?: object;
}

/** The node's context as far as the readers of parameters know it. */
export function stubContext({
	parameters = {},
	node = {},
	credential = CREDENTIAL,
	cancelSignal,
	memory,
	executionId = 'execution-1',
	runIndex = 0,
	more = {},
}: StubContext = {}): IExecuteFunctions {
	const context = {
		getNode: () => ({
			name: 'Seedance',
			type: 'n8n-nodes-globalaiopc.seedance',
			typeVersion: 1,
			parameters,
			...node,
		}),
		getNodeParameter: (name: string, _index: number, fallback?: unknown) => {
			// As n8n does it: the fallback is for what the node doesn't have, not for what an expression doesn't find.
			const value = name in parameters ? parameters[name] : fallback;
			if (value === undefined && !(name in parameters)) throw new Error(`Could not get parameter ${name}`);
			return value;
		},
		getCredentials: async () => (typeof credential === 'function' ? await credential() : credential),
		getExecutionCancelSignal: () => cancelSignal,
		getExecutionId: () => executionId,
		getWorkflowDataProxy: () => ({ $thisRunIndex: runIndex }),
		getContext: () => {
			if (!memory) throw new Error('This n8n keeps no memory');
			return memory;
		},
		...more,
	};
	return context as unknown as IExecuteFunctions;
}

/** What the editor is told beside the output, all of that type. */
export function hintsOf(tell: (context: IExecuteFunctions) => void, type?: string): string[] {
	const hints: NodeExecutionHint[] = [];
	tell(stubContext({ more: { addExecutionHints: (...more: NodeExecutionHint[]) => hints.push(...more) } }));
	for (const hint of hints) expect(hint).toMatchObject({ location: 'outputPane', ...(type && { type }) });
	return hints.map(({ message }) => message);
}

/** What the error says that reading a parameter throws. */
export function refusal(read: () => unknown): { message: string; description: string } {
	let thrown: unknown;
	try {
		read();
	} catch (error) {
		thrown = error;
	}
	if (!(thrown instanceof InputError)) throw new Error(`An InputError was expected, not ${String(thrown)}`);
	return { message: thrown.message, description: thrown.description };
}
