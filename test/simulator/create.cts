import { z } from 'zod/v4';

import type { AssetType, LibraryName } from './assets.cts';
import type { Medium } from './media.cts';
import type { TaskOptions } from './tasks.cts';

/** What any create comes down to. */
export interface Order extends TaskOptions {
	prompt: string;
	/** Seconds; null: it has none */
	duration: number | null;
	media: Medium[];
	/** Whose assets it may cite; null: any of the model center's */
	library: LibraryName | null;
}

/** A part of a content; a text has no role. */
interface Part {
	type: string;
	text?: string;
	role?: string;
}

// All figures and names below are from the vendor's public pages, but where it is said otherwise.
const RATIOS = ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9'];
/** Seconds; of Seedance 1.5 */
export const DURATION = { min: 4, max: 12, chosenByModel: -1 };
const LONGEST_PROMPT = { chinese: 500, words: 1000 };
/** They need a reference video. */
const FROM_VIDEO = ['seedance_2_0', 'seedance_2_0_fast'];

/** An address that the vendor can be told to fetch. */
export const LINK = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });
const LINK_OR_ASSET = z.union(
	[LINK, z.string().regex(/^asset:\/\/\S+$/)],
	'must be an http or https address, or asset://<id>',
);
export const PROMPT = z.string().refine((text) => text.trim() !== '', 'must not be empty');
/** Seconds; of Seedance 2.0 and X1 */
const LONG_DURATION = z.int().min(4).max(15).default(5);
const REFERENCES = z.array(LINK_OR_ASSET).min(1).optional();

function fitsLimits(prompt: string) {
	const chinese = prompt.match(/\p{Script=Han}/gu)?.length ?? 0;
	const words = prompt.match(/[\p{Script=Latin}\p{N}][^\s\p{Script=Han}]*/gu)?.length ?? 0;
	return chinese <= LONGEST_PROMPT.chinese && words <= LONGEST_PROMPT.words;
}

const TEXT = z.strictObject({
	type: z.literal('text'),
	text: PROMPT.refine(fitsLimits, 'must not be longer than 500 Chinese characters or 1,000 English words'),
});

/** @param references roles beside the frames */
const image = (url: z.ZodType<string>, ...references: string[]) =>
	z.strictObject({
		type: z.literal('image_url'),
		image_url: z.strictObject({ url }),
		role: z.enum(['first_frame', 'last_frame', ...references]).default('first_frame'),
	});

const VIDEO = z.strictObject({
	type: z.literal('video_url'),
	video_url: z.strictObject({ url: LINK_OR_ASSET }),
	role: z.literal('reference_video'),
});

const AUDIO = z.strictObject({
	type: z.literal('audio_url'),
	audio_url: z.strictObject({ url: LINK_OR_ASSET }),
	role: z.literal('reference_audio'),
});

const usesOf = (parts: Part[]) => parts.map(({ role = 'text' }) => role);

/** @returns the media in fields of these names, each of which holds one or a list */
export function mediaOf(body: object, types: Readonly<Record<string, AssetType>>): Medium[] {
	return Object.entries(types).flatMap(([field, type]) => {
		const value: unknown = (body as Record<string, unknown>)[field];
		const urls: unknown[] = Array.isArray(value) ? value : [value];
		return urls.filter((url) => typeof url === 'string').map((url) => ({ field, type, url }));
	});
}

const PART_TYPES: Record<string, AssetType> = { image_url: 'Image', video_url: 'Video', audio_url: 'Audio' };

function mediaIn(parts: Part[]): Medium[] {
	return parts.flatMap((part, index) => {
		const type = PART_TYPES[part.type];
		const { url } = ((part as unknown as Record<string, unknown>)[part.type] ?? {}) as { url?: string };
		return type === undefined || url === undefined ? [] : [{ field: `content[${index}]`, type, url }];
	});
}

const promptOf = (parts: Part[]) => parts.map(({ text = '' }) => text).join('');

/** Holds one text, one first and one last frame at most; of references there can be more. */
function contentOf(part: z.ZodType<Part>) {
	return z
		.array(part)
		.min(1)
		.superRefine((parts, { addIssue }) => {
			const uses = usesOf(parts);
			const twice = uses.find((use, index) => !use.startsWith('reference_') && uses.indexOf(use) < index);
			if (twice !== undefined) addIssue(`must not hold more than one ${twice}`);
			if (uses.includes('last_frame') && !uses.includes('first_frame'))
				addIssue('last_frame needs a first_frame');
		});
}

const SEEDANCE_1_5 = z.strictObject({
	model: z.enum(['seedance_1_5_pro_480p', 'seedance_1_5_pro_720p', 'seedance_1_5_pro_1080p']),
	content: contentOf(
		z.discriminatedUnion('type', [TEXT, image(LINK)], 'must be a part of type text or image_url'),
	),
	ratio: z.enum([...RATIOS, 'adaptive']).optional(),
	duration: z
		.union(
			[z.int().min(DURATION.min).max(DURATION.max), z.literal(DURATION.chosenByModel)],
			'must be a whole number from 4 to 12, or -1',
		)
		.default(5),
	generate_audio: z.boolean().optional(),
});

const FLAT_MEDIA = {
	first_image: 'Image',
	last_image: 'Image',
	referenceImages: 'Image',
	referenceVideos: 'Video',
	referenceAudios: 'Audio',
} as const;

/** Which values `aspect_ratio` takes is a guess. */
const SEEDANCE_2_0 = z
	.strictObject({
		model: z.enum([...FROM_VIDEO, 'seedance_2_0_pro', 'seedance_2_0_fast_pro']),
		prompt: PROMPT,
		duration: LONG_DURATION,
		first_image: LINK_OR_ASSET.optional(),
		last_image: LINK_OR_ASSET.optional(),
		aspect_ratio: z.enum(RATIOS).optional(),
		generateAudio: z.boolean().optional(),
		referenceImages: REFERENCES,
		referenceVideos: REFERENCES,
		referenceAudios: REFERENCES,
	})
	.superRefine((body, { addIssue }) => {
		const { model, first_image: first, last_image: last } = body;
		const { referenceImages, referenceVideos, referenceAudios } = body;
		const refuse = (field: keyof typeof body, message: string) =>
			addIssue({ code: 'custom', path: [field], message });
		if (last !== undefined && first === undefined) refuse('last_image', 'needs first_image');
		if (first !== undefined && (referenceImages ?? referenceVideos ?? referenceAudios)) {
			refuse('first_image', 'must not come with references');
		}
		if (FROM_VIDEO.includes(model) && !referenceVideos) refuse('referenceVideos', `needed by ${model}`);
	});

/** Frames together with references pass: the page does not say that they exclude each other. */
const SEEDANCE_X1 = z.strictObject({
	model: z.enum([
		'seedance_2_0_x1_official',
		'seedance_2_0_x1_discount',
		'seedance_fast_2_0_x1_official',
		'seedance_fast_2_0_x1_discount',
	]),
	content: contentOf(
		z.discriminatedUnion(
			'type',
			[TEXT, image(LINK_OR_ASSET, 'reference_image'), VIDEO, AUDIO],
			'must be a part of type text, image_url, video_url or audio_url',
		),
	).superRefine((parts, { addIssue }) => {
		const texts = usesOf(parts).filter((use) => use === 'text');
		if (texts.length === 0) addIssue('must hold a text');
		if (texts.length === parts.length) addIssue('must hold a picture or a reference');
	}),
	resolution: z.enum(['480p', '720p', '1080p']).default('720p'),
	ratio: z.enum(RATIOS).default('16:9'),
	duration: LONG_DURATION,
});

/** Pictures. No page: public clients of the API were seen to ask so. Which sizes there are is a guess. */
const BANANA = z.strictObject({
	model: z.string().startsWith('nano-banana'),
	prompt: PROMPT,
	resolution: z.enum(['1k', '2k', '4k']).optional(),
	size: z.string().optional(),
	image_urls: z.array(LINK).optional(),
});

/** Assets that creates under `/v1` may cite. */
const OF_V1: LibraryName = 'seedance20';

/**
 * The endpoints that create under `/v1`, by their paths below the base URL, and what each makes of a body. Bodies are
 * held to the vendor's pages, and more strictly than those: fields they do not name, a second prompt, a second picture
 * for the same role and a last one alone are refused, so that a misspelt field does not pass unseen.
 */
export const CREATES: Record<string, z.ZodType<Order>> = {
	'/v1/seedance/videos': SEEDANCE_1_5.transform(({ model, content, duration }) => ({
		model,
		prompt: promptOf(content),
		duration,
		media: mediaIn(content),
		library: OF_V1,
	})),
	'/v1/kyyvideo2/videos': SEEDANCE_2_0.transform((body) => ({
		model: body.model,
		prompt: body.prompt,
		duration: body.duration,
		media: mediaOf(body, FLAT_MEDIA),
		library: OF_V1,
	})),
	'/v1/seedance-x1/videos': SEEDANCE_X1.transform(({ model, content, duration, resolution }) => ({
		model,
		prompt: promptOf(content),
		duration,
		resolution,
		media: mediaIn(content),
		library: OF_V1,
	})),
	'/v1/banana/images': BANANA.transform(({ model, prompt }) => ({
		model,
		prompt,
		duration: null,
		media: [],
		library: OF_V1,
		object: 'nanobanana',
		linkField: 'image_url',
		fileType: 'image/png',
		fileEnding: 'png',
	})),
};

/** @returns what is wrong in one line, such as `duration: must be a whole number from 4 to 12, or -1` */
export function problemIn(error: z.ZodError): string {
	return error.issues
		.map(({ path, message }) => (path.length === 0 ? message : `${z.core.toDotPath(path)}: ${message}`))
		.join('; ');
}
