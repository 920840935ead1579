/** The kind of a file, for n8n and the nodes after this one. */
export interface FileKind {
	mimeType: string;
	/** Of a file name, without the dot. */
	ending: string;
}

/** How many bytes are enough to tell the kind of a file. */
export const HEAD_BYTES = 64;

/** File endings of what the vendor's models make, and their types. Videos are MP4, by the vendor's page. */
const TYPES: Record<string, string> = {
	mp4: 'video/mp4',
	mov: 'video/quicktime',
	webm: 'video/webm',
	mkv: 'video/x-matroska',
	avi: 'video/x-msvideo',
	'3gp': 'video/3gpp',
	png: 'image/png',
	jpg: 'image/jpeg',
	jpeg: 'image/jpeg',
	webp: 'image/webp',
	gif: 'image/gif',
	bmp: 'image/bmp',
	tiff: 'image/tiff',
	avif: 'image/avif',
	heic: 'image/heic',
	mp3: 'audio/mpeg',
	wav: 'audio/wav',
	m4a: 'audio/mp4',
	aac: 'audio/aac',
	ogg: 'audio/ogg',
	flac: 'audio/flac',
};

/** Other names of these types that servers give. */
const ALIASES: Record<string, string> = {
	'application/mp4': 'video/mp4',
	'video/x-mp4': 'video/mp4',
	'video/x-m4v': 'video/mp4',
	'image/jpg': 'image/jpeg',
	'image/pjpeg': 'image/jpeg',
	'image/x-png': 'image/png',
	'audio/mp3': 'audio/mpeg',
	'audio/x-mp3': 'audio/mpeg',
	'audio/mpeg3': 'audio/mpeg',
	'audio/x-wav': 'audio/wav',
	'audio/wave': 'audio/wav',
	'audio/vnd.wave': 'audio/wav',
	'audio/m4a': 'audio/mp4',
	'audio/x-m4a': 'audio/mp4',
	'audio/x-aac': 'audio/aac',
	'audio/x-flac': 'audio/flac',
	'application/ogg': 'audio/ogg',
};

/** Types that say nothing: storage services often give no better one. */
const NAMELESS_TYPES = ['', 'application/octet-stream', 'binary/octet-stream'];

/** Of a file of which nothing tells more: most of them are films. */
const LIKELY_ENDING = 'mp4';

/**
 * First bytes of files, as Latin-1 text: the list "File signatures" of Wikipedia, and each format's own page. A dot stands
 * for control characters too, which n8n's linter allows in no pattern.
 */
const SIGNATURES: Array<[RegExp, ending: string]> = [
	// ISO base media: a box `ftyp` with a brand. A brand that is not listed below counts as MP4.
	[/^.{4}ftypqt {2}/s, 'mov'],
	[/^.{4}ftypM4[ABP] /s, 'm4a'],
	[/^.{4}ftyp3g/s, '3gp'],
	[/^.{4}ftypavi[fs]/s, 'avif'],
	[/^.{4}ftyp(hei|hev|mif1|msf1)/s, 'heic'],
	[/^.{4}ftyp/s, 'mp4'],
	// EBML, and the document's type within its head.
	[/^.E\xdf\xa3.*webm/s, 'webm'],
	[/^.E\xdf\xa3/s, 'mkv'],
	[/^RIFF.{4}AVI /s, 'avi'],
	[/^\x89PNG\r\n.\n/s, 'png'],
	[/^\xff\xd8\xff/, 'jpg'],
	[/^GIF8[79]a/, 'gif'],
	[/^RIFF.{4}WEBP/s, 'webp'],
	[/^BM.{4}\0{4}/s, 'bmp'],
	[/^(II\*\0|MM\0\*)/, 'tiff'],
	[/^RIFF.{4}WAVE/s, 'wav'],
	[/^OggS/, 'ogg'],
	[/^fLaC/, 'flac'],
	[/^ID3/, 'mp3'],
	// A frame of MPEG audio: eleven bits of sync, then version and layer; layer 3 is MP3, layer 0 is AAC (ADTS).
	[/^\xff[\xf0\xf1\xf8\xf9]/, 'aac'],
	[/^\xff[\xe2\xe3\xf2\xf3\xfa\xfb][^\xf0-\xff]/s, 'mp3'],
];

/** What the first bytes of an answer tell. */
export type Head = { media: FileKind } | { text: 'a web page' | 'JSON' } | undefined;

/**
 * Reads the kind of a file from its first bytes.
 *
 * @param bytes the first `HEAD_BYTES`, or all of a shorter file
 * @returns undefined if they don't tell
 */
export function readHead(bytes: Uint8Array): Head {
	const head = Buffer.from(bytes).toString('latin1');
	const ending = SIGNATURES.find(([signature]) => signature.test(head))?.[1];
	if (ending !== undefined) return { media: { mimeType: TYPES[ending] as string, ending } };
	// A byte order mark, as Latin-1 shows it.
	const text = head.replace(/^\xef\xbb\xbf/, '').trimStart();
	if (/^<[!?a-z]/i.test(text)) return { text: 'a web page' };
	return /^(\{\s*["}]|\[\s*["{[\]])/.test(text) ? { text: 'JSON' } : undefined;
}

/**
 * The kind of a file whose bytes don't tell it, by the server's media type, else by its address.
 *
 * @param type the media type without parameters, in lower case; '' for none
 */
export function kindByServer(type: string, url: string): FileKind {
	const ofAddress = /\.([a-z0-9]{2,4})$/i.exec(new URL(url).pathname)?.[1]?.toLowerCase() ?? '';
	const addressType = Object.hasOwn(TYPES, ofAddress) ? TYPES[ofAddress] : undefined;
	const mimeType = Object.hasOwn(ALIASES, type) ? (ALIASES[type] as string) : type;
	if (NAMELESS_TYPES.includes(type)) {
		return addressType
			? { mimeType: addressType, ending: ofAddress }
			: { mimeType: TYPES[LIKELY_ENDING] as string, ending: LIKELY_ENDING };
	}
	if (addressType === mimeType) return { mimeType, ending: ofAddress };
	const ofType = Object.keys(TYPES).find((ending) => TYPES[ending] === mimeType);
	if (ofType) return { mimeType, ending: ofType };
	if (mimeType.startsWith('video/')) return { mimeType, ending: LIKELY_ENDING };
	if (addressType === undefined) return { mimeType, ending: ofAddress || 'bin' };
	return /^(image|audio)\//.test(mimeType)
		? { mimeType, ending: 'bin' }
		: { mimeType: addressType, ending: ofAddress };
}
