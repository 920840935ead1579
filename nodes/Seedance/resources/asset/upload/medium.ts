import { InputError } from '../../../core/error';
import type { MediumFacts } from '../../../media/check';
import type { HandOver } from '../../../media/handOver';
import type { Files, Medium } from '../../../media/medium';
import type { AssetType } from '../endpoints';
import { MEDIA_FIELD } from './fields';

/** The field, as messages name it. */
export const MEDIA_PLACE = { label: MEDIA_FIELD.displayName, isList: false };

/** What is handed over of a medium: where the vendor fetches it, and what it is. */
export interface Handed {
	url: string;
	type: AssetType;
}

/**
 * Makes of a medium what an upload takes. What it is, the ending of its address says, else its first bytes.
 *
 * @param files the item's
 * @throws InputError for a medium that the vendor can't fetch or use
 */
export async function handOverMedium(handOver: HandOver, medium: Medium, files: Files): Promise<Handed> {
	if (medium.kind === 'asset') {
		throw new InputError(
			`The '${MEDIA_PLACE.label}' is an asset already`,
			'Give it to Create as it is, or give a file or an address to upload.',
		);
	}
	const known = medium.kind === 'url' ? typeByEnding(medium.url) : undefined;
	const { url, facts } = await handOver.handOver(medium, MEDIA_PLACE, files, { looks: known === undefined });
	return { url, type: known ?? typeByLook(facts) };
}

/** Endings of what the vendor takes, by its page, and of what people take for the same. */
const ENDINGS: Record<AssetType, readonly string[]> = {
	Image: ['jpg', 'jpeg', 'png', 'webp', 'bmp', 'tif', 'tiff', 'gif'],
	Video: ['mp4', 'm4v', 'mov', 'webm'],
	Audio: ['wav', 'mp3', 'm4a', 'aac'],
};

function typeByEnding(url: string): AssetType | undefined {
	const ending = /\.(\w+)$/.exec(new URL(url).pathname)?.[1]?.toLowerCase() ?? '';
	return TYPES.find((type) => ENDINGS[type].includes(ending));
}

/** What the name of a kind, or a media type, says of a medium. */
const WORDS: Record<AssetType, RegExp> = {
	Image: / picture\b|^image\//,
	Video: / video\b|^video\//,
	Audio: / sound\b|^audio\//,
};

const TYPES = Object.keys(WORDS) as AssetType[];

/** What can't be fetched from here is most likely a picture: the vendor may see it, and its review decides. */
function typeByLook(facts: MediumFacts | undefined): AssetType {
	if (!facts) return 'Image';
	const { look, mimeType } = facts;
	const words = look.kind === undefined || look.kind === 'ogg' ? [mimeType] : [look.name];
	const type = TYPES.find((one) => words.some((word) => WORDS[one].test(word)));
	if (type) return type;
	throw new InputError(
		`The '${MEDIA_PLACE.label}' is no picture, video or sound: it is ${look.name}`,
		'Open the address in a private browser window: it has to give the file itself, without a login.',
	);
}
