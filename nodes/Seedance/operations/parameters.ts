import { NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';

/** The bounds of a number in the form, and its words. */
export interface NumberField {
	/** The label in the form. */
	label: string;
	/** As in "at least 5 seconds"; empty for plain counts. */
	unit: string;
	min: number;
	max: number;
}

/**
 * Checks a number that may come from an expression.
 *
 * @throws NodeOperationError that names the field, its bounds and what it held
 */
export function checkNumber(
	context: IExecuteFunctions,
	index: number,
	field: NumberField,
	value: unknown,
): number {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number === 'number' && number >= field.min && number <= field.max) return number;
	const { label, min, max, unit } = field;
	throw new NodeOperationError(context.getNode(), `${label} can't be ${JSON.stringify(value) ?? 'empty'}`, {
		itemIndex: index,
		description: `Give a number from ${min} to ${max}${unit && ` ${unit}`}.`,
	});
}

/**
 * Checks a value of a list that may come from an expression.
 *
 * @throws NodeOperationError that names the field and the values it takes
 */
export function checkChoice<T extends string>(
	context: IExecuteFunctions,
	index: number,
	label: string,
	choices: readonly T[],
	value: unknown,
): T {
	const choice = choices.find((candidate) => candidate === value);
	if (choice !== undefined) return choice;
	throw new NodeOperationError(context.getNode(), `${label} can't be ${JSON.stringify(value) ?? 'empty'}`, {
		itemIndex: index,
		description: `Give one of: ${choices.join(', ')}.`,
	});
}

/** The Options of one item; empty where none is set. */
export function readOptions(context: IExecuteFunctions, index: number): IDataObject {
	return context.getNodeParameter('options', index, {}) as IDataObject;
}

/** Whether an AI agent called the node: n8n then runs it under the name of its tool variant. */
export function isTool(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool');
}
