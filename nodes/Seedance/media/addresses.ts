import { isLocal } from '../http/credential';
import { type Problem, textProblem } from '../core/input';
import { cut, oneLine } from '../core/text';

/** Where an address stands, for messages about it. */
export interface AddressPlace {
	/** The field's label in the form. */
	label: string;
	/** Whether the field takes several, one a line. */
	isList: boolean;
}

/** What takes the address: a model, by the name that messages give it. */
export interface AddressTaker {
	name: string;
	/** Whether it takes assets too: what stands before `://` and an asset's ID, and whether it takes nothing else. */
	assets?: { scheme: string; isRequired?: boolean };
}

/** What is wrong with a request, and what to do about it. */
export type Refusal = [message: string, description: string];

const FROM_OUTSIDE = 'GlobalAI OPC fetches the file itself, from outside your network.';
const PUBLIC = 'give an address that starts with https:// and needs no login';

/** What a text is that is no http or https address, the first that fits. */
const OTHER_TEXTS: Array<[pattern: RegExp, ...Problem]> = [
	[
		/^data:|^[\w+/]{200,}={0,2}$/i,
		'is a file, not the address of one',
		`GlobalAI OPC takes no data: addresses. Upload the file to where anyone can fetch it, and ${PUBLIC}.`,
	],
	[/^(\/\/)?[\w-]+(\.[\w-]+)+(:\d+)?\/\S*$/, 'does not begin with https://', 'Let it begin with https://.'],
	[
		/^(file:|[a-z]:\\|[\\/~]|\.{1,2}[\\/])|^[^/\s:]+\.(png|jpe?g|webp|bmp|tiff?|gif|mp4|mov|webm|mp3|wav)$/i,
		"is a file's name, not an address",
		`${FROM_OUTSIDE} Upload the file to where anyone can fetch it, and ${PUBLIC}.`,
	],
];

/** A page of Google Drive about a file, and the file's ID. */
const DRIVE_FILE = /^\/(?:a\/[^/]+\/)?file\/(?:u\/\d+\/)?d\/([\w-]+)/;

/** The entries of a field that takes several addresses: one a line, or a list of an expression. */
export function addressEntries(value: unknown): unknown[] {
	if (typeof value === 'string') return value.split(/[\r\n]+/);
	return Array.isArray(value) ? value : [value];
}

/**
 * Says why an entry is no address that GlobalAI OPC could fetch, and what to give instead. Whether it leads into a
 * private network, `localRefusal` says.
 *
 * @returns undefined for a good one, and for an empty one
 */
export function addressRefusal(
	value: unknown,
	{ label, isList }: AddressPlace,
	taker: AddressTaker,
): Refusal | undefined {
	const found = foundIn({ label, isList });
	if (value === undefined) {
		const advice =
			"Check that the incoming item has the field that the expression names. Where a row may have none, end the expression with ?? ''.";
		return [`${found} comes to nothing: its expression gives undefined`, advice];
	}
	const problem = textProblem(value);
	if (problem) return [`${found} ${problem[0]}`, problem[1]];
	const text = String(value ?? '').trim();
	if (text === '') return undefined;

	const [, scheme, id] = /^(asset|assetId):\/\/(\S+)$/i.exec(text) ?? [];
	if (scheme !== undefined) {
		if (scheme.toLowerCase() === taker.assets?.scheme.toLowerCase()) return undefined;
		return taker.assets
			? [
					`${found} is an asset of another library: ${shown(text)}`,
					`${taker.name} takes assets as ${taker.assets.scheme}:// and their ID. If the asset is in its library, give ${taker.assets.scheme}://${id}.`,
				]
			: [
					`'${label}' can't be an asset with ${taker.name}`,
					'Give an address that starts with https:// and needs no login.',
				];
	}
	const unreviewed = isHttp(text) ? unreviewedRefusal(text, { label, isList }, taker) : undefined;
	if (unreviewed) return unreviewed;
	const [what, advice] = (isHttp(text) ? urlProblem(new URL(text), text) : noUrlProblem(text, taker)) ?? [];
	return what === undefined || advice === undefined
		? undefined
		: [`${found} ${what}: ${shown(text)}`, advice];
}

/**
 * Says that a medium is no asset, where only assets are taken.
 *
 * @param text an address, or the name of a file's field
 * @returns undefined where others are taken too
 */
export function unreviewedRefusal(
	text: string,
	place: AddressPlace,
	{ name, assets }: AddressTaker,
): Refusal | undefined {
	if (!assets?.isRequired) return undefined;
	return [
		`${foundIn(place)} is no asset: ${shown(text)}`,
		`${name} takes only media that were uploaded to your GlobalAI OPC asset library and reviewed. Turn on 'Have Media Reviewed First', or give ${assets.scheme}:// and the ID of the asset.`,
	];
}

/**
 * Says which address leads into a private network, where GlobalAI OPC can't fetch it.
 *
 * @returns undefined where none does
 */
export function localRefusal(fields: Array<AddressPlace & { addresses: string[] }>): Refusal | undefined {
	for (const { addresses, ...place } of fields) {
		const local = addresses.find((url) => isHttp(url) && isLocal(new URL(url)));
		if (local === undefined) continue;
		return [
			`${foundIn(place)} leads into a private network: ${shown(local)}`,
			`${FROM_OUTSIDE} Upload the file to where anyone can fetch it, and ${PUBLIC}.`,
		];
	}
	return undefined;
}

/** How a message names what stands there, at its beginning. */
export function foundIn({ label, isList }: AddressPlace): string {
	return isList ? `A line in '${label}'` : `The '${label}'`;
}

function isHttp(text: string): boolean {
	return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
}

function urlProblem(
	{ hostname, pathname, searchParams, username, password }: URL,
	text: string,
): Problem | undefined {
	if (username !== '' || password !== '') {
		return [
			'contains a login',
			`A password must not be sent to GlobalAI OPC: ${PUBLIC}, for example a signed link.`,
		];
	}
	if (/[,;|]https?:\/\//i.test(text)) return SEVERAL;
	if (hostname !== 'drive.google.com') return undefined;
	const id = DRIVE_FILE.exec(pathname)?.[1] ?? (pathname === '/open' ? searchParams.get('id') : null);
	if (id === null && !pathname.startsWith('/drive/')) return undefined;
	const direct =
		id === null
			? 'https://drive.google.com/uc?export=download&id=… with the ID of the file'
			: `https://drive.google.com/uc?export=download&id=${id}`;
	return [
		'leads to a page of Google Drive, not to a file',
		`Share the file with anyone who has the link, and give ${direct}`,
	];
}

const SEVERAL: Problem = [
	'contains several addresses',
	'A field for one file takes one address; those for references take one a line, or a list from an expression.',
];

function noUrlProblem(text: string, { assets }: AddressTaker): Problem {
	if ((text.match(/https?:\/\//gi)?.length ?? 0) > 1) return SEVERAL;
	const [, ...known] = OTHER_TEXTS.find(([pattern]) => pattern.test(text)) ?? [];
	if (known[0] !== undefined && known[1] !== undefined) return [known[0], known[1]];
	const orAsset = assets ? `, or ${assets.scheme}:// and the ID of an asset` : '';
	return ['is not an http or https address', `GlobalAI OPC fetches the file itself: ${PUBLIC}${orAsset}.`];
}

/** An address as a message shows it: without a login. */
function shown(text: string): string {
	return cut(oneLine(text.replace(/^(\w+:\/\/)?.*@/s, '$1…@')), 100);
}
