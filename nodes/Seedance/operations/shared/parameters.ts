import { NodeOperationError, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';

/**
 * Reads a number that may come from an expression, within the bounds of its field in the form.
 *
 * @param field a field of type `number` whose label may end with its unit in brackets
 * @throws NodeOperationError that names the field, its bounds and what it held
 */
export function readNumber(context: IExecuteFunctions, index: number, field: INodeProperties, value: unknown): number {
	const { minValue = -Infinity, maxValue = Infinity } = field.typeOptions ?? {};
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	if (typeof number === 'number' && number >= minValue && number <= maxValue) return number;
	const { label, unit } = labelOf(field);
	throw refusal(context, index, label, value, `Give a number from ${minValue} to ${maxValue}${unit && ` ${unit}`}.`);
}

/**
 * Reads a value of a list that may come from an expression.
 *
 * @param field a field of type `options`
 * @throws NodeOperationError that names the field and the values it takes
 */
export function readChoice<T extends string>(
	context: IExecuteFunctions,
	index: number,
	field: INodeProperties,
	value: unknown,
): T {
	const options = (field.options ?? []).filter((option) => 'value' in option);
	if (options.some((option) => option.value === value)) return value as T;
	const choices = options.map((option) => option.value);
	throw refusal(context, index, field.displayName, value, `Give one of: ${choices.join(', ')}.`);
}

/** Whether an AI agent called the node: n8n then runs it under the name of its tool variant. */
export function isTool(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool');
}

function refusal(context: IExecuteFunctions, itemIndex: number, label: string, value: unknown, description: string) {
	const message = `'${label}' can't be ${JSON.stringify(value) ?? 'empty'}`;
	return new NodeOperationError(context.getNode(), message, { itemIndex, description });
}

/** A field's label and unit, as in "Request Timeout (Seconds)"; no unit where it is a plain count. */
function labelOf({ displayName }: INodeProperties): { label: string; unit: string } {
	const [, label = displayName, unit = ''] = /^(.*?)(?: \((.*)\))?$/.exec(displayName) ?? [];
	// "MB" stays as it is.
	return { label, unit: unit === unit.toUpperCase() ? unit : unit.toLowerCase() };
}
