import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';

import type { Pollable } from '../waiting/pollable';
import type { BuilderHints } from './builderHints';

/** What the node can do with a resource: a folder in the resource's, and a line in its list. */
export interface Operation {
	/** Value of the parameter `operation`. */
	value: string;
	/** Its entry in the Operation field. */
	option: INodePropertyOptions;
	/** The node's outputs: a JavaScript expression over `$parameter`; left out if there is one. */
	outputs?: string;
	/** Its part of the form. Each field shows itself for its resource and operation. */
	fields: INodeProperties[];
	/** Its work: the output items, for each output. */
	execute: (context: IExecuteFunctions) => Promise<INodeExecutionData[][]>;
}

/** What the node works with: a folder beside this file, and an entry in `index.ts`. */
export interface Resource {
	/** Its entry in the Resource field. */
	option: INodePropertyOptions & { value: string };
	/** In the order of the form. */
	operations: Operation[];
	/** Its part of the Options collection. Each option shows itself for its resource; left out if there is none. */
	options?: INodeProperties[];
	/** Value of the operation that a new node has. */
	defaultOperation: string;
	/** What its operations can wait for; left out if there is nothing. */
	pollable?: Pollable;
	/** What an AI that builds workflows has to know, by the values of the operations. */
	builderHints?: Readonly<Record<string, BuilderHints>>;
}
