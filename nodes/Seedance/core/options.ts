import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { readBoolean, readChoice, readNumber } from './parameters';

/** Include Input Fields. */
export const INCLUDE_INPUT: INodeProperties = {
	displayName: 'Include Input Fields',
	name: 'includeInput',
	type: 'boolean',
	default: false,
	description:
		"Whether to keep the incoming item's fields in the output. Where both have a field of the same name, the API's is kept.",
};

/** The options that apply to a whole run, by their names: form, default and bounds. */
export const RUN_OPTIONS = {
	maxConcurrency: {
		displayName: 'Max Concurrency',
		name: 'maxConcurrency',
		type: 'number',
		default: 10,
		typeOptions: { minValue: 1, maxValue: 1000 },
		description: 'How many requests may be under way at once. The value of the first item counts.',
	},
	maxRetries: {
		displayName: 'Max Retries',
		name: 'maxRetries',
		type: 'number',
		default: 4,
		typeOptions: { minValue: 0, maxValue: 20 },
		description:
			'How many times to repeat a status check or download that failed for a passing reason. A create is repeated only where it certainly made nothing. The value of the first item counts.',
	},
	requestTimeout: {
		displayName: 'Request Timeout (Seconds)',
		name: 'requestTimeout',
		type: 'number',
		default: 30,
		typeOptions: { minValue: 1, maxValue: 600 },
		description: 'How long one request may take. The value of the first item counts.',
	},
} satisfies Record<string, INodeProperties>;

/** The options of all operations. */
export const generalOptions: INodeProperties[] = [INCLUDE_INPUT, ...Object.values(RUN_OPTIONS)];

/** Makes the Options collection, which the operations of all resources share. n8n wants it in the order of the labels. */
export function optionsField(options: INodeProperties[]): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [...options].sort((a, b) => a.displayName.localeCompare(b.displayName, 'en')),
	};
}

/** The Options of one item; empty where none is set. */
export function readOptions(context: IExecuteFunctions, index: number): IDataObject {
	return context.getNodeParameter('options', index, {}) as IDataObject;
}

/**
 * A number among an item's options; its default where it is not set.
 *
 * @param field the option, as the form has it
 * @throws InputError that names the option, its bounds and what it held
 */
export function numberOption(options: IDataObject, field: INodeProperties): number {
	const { [field.name]: value = field.default } = options;
	return readNumber(field, value);
}

/**
 * A choice among an item's options; its default where it is not set.
 *
 * @param field the option, as the form has it
 * @throws InputError that names the option and the values it takes
 */
export function choiceOption<T extends string>(options: IDataObject, field: INodeProperties): T {
	return readChoice<T>(field, options[field.name] ?? field.default);
}

/**
 * A yes or no among an item's options; its default where it is not set, or empty.
 *
 * @param field the option, as the form has it
 * @throws InputError that names the option and what it held
 */
export function booleanOption(options: IDataObject, field: INodeProperties): boolean {
	return readBoolean(field, options[field.name]);
}
