import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';

import { InputError } from '../core/error';
import { textProblem } from '../core/input';
import { cut, enumeration, isObject, oneLine } from '../core/text';
import {
	addressEntries,
	type AddressPlace,
	addressRefusal,
	type AddressTaker,
	unreviewedRefusal,
} from './addresses';

/** What a media field names. */
export type Medium =
	| { kind: 'url'; url: string }
	/** An asset of the vendor's library, whose models differ in how they spell a reference. */
	| { kind: 'asset'; id: string }
	/** A binary field of the incoming item. */
	| { kind: 'file'; field: string };

/** Files of an item by the names of their fields. */
export type Files = NonNullable<INodeExecutionData['binary']>;

const ASSET = /^asset(?:id)?:\/\/(\S+)$/i;

/** Texts that are meant as an address or as the file itself, but not as the name of a field. */
const NO_NAME = /^data:|[/\\]|^\S{200,}$/i;

/** Orders photo_2 before photo_10, whatever n8n's language is. */
const NATURAL = new Intl.Collator('en', { numeric: true });

/**
 * Reads a field that takes one medium.
 *
 * @param files the incoming item's
 * @returns undefined where the field is empty
 * @throws InputError for what can't be used
 */
export function readMedium(
	value: unknown,
	place: AddressPlace,
	taker: AddressTaker,
	files: Files = {},
): Medium | undefined {
	const text = readEntry(value, place, files);
	if (text.endsWith('*') && !isUrl(text) && !Object.hasOwn(files, text)) {
		const matching = matchingFields(text, files);
		throw new InputError(
			`'${place.label}' takes one file, not several: ${shown(text)}`,
			matching.length === 0 ? fieldsOf(files) : `Give one of ${enumeration(matching.map(quoted), 'or')}.`,
		);
	}
	return text === '' ? undefined : mediumOf(text, place, taker, files);
}

/**
 * Reads a field that takes several media: one a line, or a list from an expression. A name may end in `*`, which stands
 * for the fields that begin so, in natural order: n8n's forms number the files of one field.
 *
 * @param files the incoming item's
 * @throws InputError for what can't be used
 */
export function readMedia(
	value: unknown,
	place: AddressPlace,
	taker: AddressTaker,
	files: Files = {},
): Medium[] {
	return addressEntries(value).flatMap((entry) => {
		const text = readEntry(entry, place, files);
		if (text === '') return [];
		if (!text.endsWith('*') || isUrl(text) || Object.hasOwn(files, text)) {
			return [mediumOf(text, place, taker, files)];
		}
		const fields = matchingFields(text, files);
		if (fields.length === 0) throw noSuchField(text, place, files);
		return fields.map((field) => mediumOf(field, place, taker, files));
	});
}

/** The text of one entry, without blanks around it. */
function readEntry(value: unknown, place: AddressPlace, files: Files): string {
	if (isFile(value)) {
		const field = Object.keys(files).find((name) => files[name] === value || isSameFile(files[name], value));
		throw new InputError(
			`'${place.label}' is the file itself, not the name of its field`,
			`Give the name as text, without an expression: ${field ?? 'for example data'}`,
		);
	}
	if (value === undefined) throw refused(value, place);
	const text = typeof value === 'string' ? value.trim() : '';
	if (text !== '' && Object.hasOwn(files, text)) return text;
	if (textProblem(value)) throw refused(value, place);
	return String(value ?? '').trim();
}

function mediumOf(text: string, place: AddressPlace, taker: AddressTaker, files: Files): Medium {
	if (Object.hasOwn(files, text)) {
		const refusal = unreviewedRefusal(text, place, taker);
		if (refusal) throw new InputError(...refusal);
		return { kind: 'file', field: text };
	}
	const id = ASSET.exec(text)?.[1];
	if (id !== undefined) {
		const refusal = addressRefusal(text, place, taker);
		if (refusal) throw new InputError(...refusal);
		return { kind: 'asset', id };
	}
	if (!isUrl(text) && !NO_NAME.test(text)) throw noSuchField(text, place, files);
	const refusal = addressRefusal(text, place, taker);
	if (refusal) throw new InputError(...refusal);
	return { kind: 'url', url: text };
}

/** The error for a value that can't be meant as a text, in the words that addresses have for it. */
function refused(value: unknown, place: AddressPlace): InputError {
	const refusal = addressRefusal(value, place, { name: '' });
	return new InputError(
		...(refusal ?? [`'${place.label}' can't be used`, 'Check what the expression gives.']),
	);
}

/**
 * A field that is not there is refused, although its file may be optional: with a misspelt name, the video would be made
 * and paid for without its picture.
 */
function noSuchField(text: string, { label }: AddressPlace, files: Files): InputError {
	const what = text.endsWith('*') ? 'no field of the item begins so' : 'the item has no such file';
	const field = Object.keys(files).find((name) => files[name]?.fileName === text);
	const optional = /^[a-z_]\w*$/i.test(text)
		? ` Where the file is optional, make the field an expression: {{ $binary?.${text} ? '${text}' : '' }}`
		: '';
	const advice =
		field === undefined
			? fieldsOf(files) + optional
			: `The file of that name is in the field '${field}': give ${field}`;
	return new InputError(`In '${label}', ${what}: ${shown(text)}`, advice);
}

/** Which fields there are, and what else may be given. */
function fieldsOf(files: Files): string {
	const names = Object.keys(files).sort(NATURAL.compare);
	const orAddress = 'an address that starts with https://';
	if (names.length > 0)
		return `Give one of its binary fields (${cut(names.join(', '), 200)}), or ${orAddress}.`;
	return `The item has no binary fields: an earlier node may have dropped them. Connect this node right after the one that outputs the file, or give ${orAddress}.`;
}

function matchingFields(pattern: string, files: Files): string[] {
	const start = pattern.slice(0, -1);
	return Object.keys(files)
		.filter((name) => name.startsWith(start))
		.sort(NATURAL.compare);
}

function isUrl(text: string): boolean {
	return /^https?:\/\//i.test(text);
}

function isFile(value: unknown): value is IBinaryData {
	return isObject(value) && typeof value.mimeType === 'string' && typeof value.data === 'string';
}

function isSameFile(file: IBinaryData | undefined, other: IBinaryData): boolean {
	return file !== undefined && file.id === other.id && file.data === other.data;
}

function quoted(name: string): string {
	return `'${name}'`;
}

function shown(text: string): string {
	return cut(oneLine(text), 100);
}
