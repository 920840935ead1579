import { cut, oneLine } from './text';

/** What is wrong with a value, as the rest of a sentence that begins with the field, and what to do. */
export type Problem = [is: string, advice: string];

/** Texts that stand for a missing value, in any case: JavaScript's, and the errors of spreadsheets. */
const STANDS_FOR_NOTHING =
	/^(undefined|null|nan|true|false|#(n\/a|ref!|value!|name\?|div\/0!|num!|null!|error!|spill!))$/i;

const BOOLEANS: Record<string, boolean> = {
	true: true,
	yes: true,
	on: true,
	'1': true,
	false: false,
	no: false,
	off: false,
	'0': false,
};

/**
 * Says why a value can't be meant as a text. An expression may return anything, and n8n turns an object inside a text
 * into "[object Object]".
 *
 * @returns undefined for a usable text, for a number, and for an empty value (undefined, null, an empty text)
 */
export function textProblem(value: unknown): Problem | undefined {
	if (value === undefined || value === null) return undefined;
	if (typeof value === 'string') return wordsProblem(value.trim());
	if (Array.isArray(value)) {
		return [
			'is a list, not a text',
			"Choose one of its entries, for example with [0], or join them with .join(', ').",
		];
	}
	if (typeof value === 'object') {
		return [
			'is an object, not a text',
			'Choose one of its fields in the expression, for example {{ $json.row.text }}.',
		];
	}
	const isNumber = typeof value === 'bigint' || Number.isFinite(value);
	return isNumber
		? undefined
		: [`is ${cut(String(value), 20)}, not a text`, 'Check what the expression gives.'];
}

function wordsProblem(text: string): Problem | undefined {
	const broken = brokenText(text);
	if (broken || !STANDS_FOR_NOTHING.test(text)) return broken;
	return [
		`is "${text}"`,
		'This text means a missing or wrong value: check the expression, or the cell of the sheet.',
	];
}

/** Says what in a text n8n, or an earlier node, failed to fill in; undefined if nothing. */
export function brokenText(text: string): Problem | undefined {
	const expression = unresolvedExpression(text);
	if (expression !== undefined) {
		return [
			`contains an expression that n8n did not evaluate: ${expression}`,
			"Switch the field from 'Fixed' to 'Expression'. If an earlier node or a sheet wrote the text, correct it there.",
		];
	}
	if (!/\[object [A-Z]\w*\]/.test(text)) return undefined;
	return [
		'contains "[object Object]"',
		'An expression put a whole object into the text. Choose one of the fields of the object instead.',
	];
}

/**
 * An n8n expression that was not evaluated, because its field is set to "Fixed"; cut to 60 characters.
 *
 * @returns undefined if the text has none
 */
export function unresolvedExpression(text: string): string | undefined {
	const start = text.indexOf('{{');
	const end = start === -1 ? -1 : text.indexOf('}}', start);
	if (end !== -1) return cut(oneLine(text.slice(start, end + 2)), 60);
	return /^\$(json|input|node|binary)\b\S*$/.test(text) ? cut(text, 60) : undefined;
}

/**
 * The meaning of a yes or no, also as sheets and agents write it.
 *
 * @returns undefined for anything else
 */
export function booleanOf(value: unknown): boolean | undefined {
	if (typeof value === 'boolean') return value;
	if (typeof value !== 'string' && typeof value !== 'number') return undefined;
	const word = String(value).trim().toLowerCase();
	return Object.hasOwn(BOOLEANS, word) ? BOOLEANS[word] : undefined;
}
