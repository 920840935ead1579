import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { InputError } from './error';
import { booleanOf, textProblem } from './input';
import { cut } from './text';

/** What a message shows of a value, in characters. */
const LONGEST_VALUE = 100;

/**
 * Reads a text that may come from an expression, without blanks around it; empty where there is none. A number is taken
 * as text.
 *
 * @param label the field's, as the form has it
 * @throws InputError for an object, a list, a boolean, and for texts that can't be meant
 */
export function readText(label: string, value: unknown): string {
	const problem = textProblem(value);
	if (problem) throw new InputError(`The '${label}' ${problem[0]}`, problem[1]);
	return String(value ?? '').trim();
}

/**
 * Reads a number that may come from an expression, within the bounds of its field in the form.
 *
 * @param field a field of type `number` whose label may end with its unit in brackets
 * @throws InputError that names the field, its bounds and what it held
 */
export function readNumber(field: INodeProperties, value: unknown): number {
	const { minValue = -Infinity, maxValue = Infinity } = field.typeOptions ?? {};
	const number = numberOf(value);
	if (number !== undefined && number >= minValue && number <= maxValue) return number;
	const { label, unit } = labelOf(field);
	throw refusal(label, value, `Give a number from ${minValue} to ${maxValue}${unit && ` ${unit}`}.`);
}

/** The number that a value is, as text too; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	return typeof number === 'number' && !Number.isNaN(number) ? number : undefined;
}

/**
 * Reads a yes or no that may come from an expression: true, yes, on and 1, false, no, off and 0, in any case. Where it
 * is empty, the field's default counts.
 *
 * @param field a field of type `boolean`
 * @throws InputError that names the field, and what it held
 */
export function readBoolean(field: INodeProperties, value: unknown): boolean {
	const isEmpty = value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
	const meant = isEmpty ? field.default === true : booleanOf(value);
	if (meant !== undefined) return meant;
	throw refusal(
		field.displayName,
		value,
		'Give true or false; yes and no, on and off, 1 and 0 mean the same.',
	);
}

/**
 * Reads a value of a list that may come from an expression. Blanks around it, another case, and the name that the form
 * shows for it are forgiven.
 *
 * @param field a field of type `options`
 * @param taker what takes the value, where others take other values
 * @throws InputError that names the field, the values it takes, and what takes them
 */
export function readChoice<T extends string>(field: INodeProperties, value: unknown, taker?: string): T {
	const options = (field.options ?? []).filter((option) => 'value' in option);
	const given = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
	const isMeant = (word: unknown) => String(word).toLowerCase() === given;
	const chosen = options.find((option) => isMeant(option.value)) ?? options.find(({ name }) => isMeant(name));
	if (chosen) return chosen.value as T;
	const choices = options.map((option) => option.value);
	const advice = taker === undefined ? 'Give one of' : `${taker} takes`;
	throw refusal(field.displayName, value, `${advice}: ${choices.join(', ')}.`);
}

/** Whether an AI agent called the node: n8n then runs it under the name of its tool variant. */
export function isTool(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool');
}

function refusal(label: string, value: unknown, advice: string): InputError {
	const shown = cut(JSON.stringify(value) ?? 'empty', LONGEST_VALUE);
	// "can't be "{{ $json.x }}"" says it all, but for what to do about it.
	const problem = typeof value === 'string' ? textProblem(value) : undefined;
	return new InputError(`'${label}' can't be ${shown}`, problem ? `${problem[1]} ${advice}` : advice);
}

/** A field's label and unit, as in "Request Timeout (Seconds)"; no unit where it is a plain count. */
export function labelOf({ displayName }: INodeProperties): { label: string; unit: string } {
	const [, label = displayName, unit = ''] = /^(.*?)(?: \((.*)\))?$/.exec(displayName) ?? [];
	// "MB" stays as it is.
	return { label, unit: unit === unit.toUpperCase() ? unit : unit.toLowerCase() };
}
