import {
	ADAPTIVE,
	assetsOf,
	everySeconds,
	type Model,
	MEDIA,
	NO_LIMIT,
	PLAIN_PACE,
	RATIOS,
	type Way,
} from './model';

// The vendor's pages on the model center could not be read. All of this file was seen in public clients of the real API,
// in a dozen of which it agrees.

const WAY: Way = {
	path: '/v2/model-center/tasks',
	body: 'flat',
	fields: {
		prompt: 'prompt',
		duration: 'duration',
		ratio: 'aspect_ratio',
		resolution: 'resolution',
		firstFrame: 'first_image',
		lastFrame: 'last_image',
		referenceImages: 'reference_images',
		referenceVideos: 'reference_videos',
		referenceAudios: 'reference_audios',
		generateAudio: 'generate_audio',
		seed: 'seed',
		watermark: 'watermark',
		// A guess: ByteDance's own API calls it so.
		returnLastFrame: 'return_last_frame',
	},
	constants: { tools: [] },
};

/** The model center's pace: clients check a task every 5 to 30 s; nothing is published. */
export const CENTER_PACE = everySeconds(20);

/** What all models of the model center share. */
const CENTER = {
	way: WAY,
	adaptiveRatio: ADAPTIVE,
	ratios: RATIOS,
	audio: true,
	frames: true,
	soundNeedsPicture: true,
	media: MEDIA,
	settings: [],
	pace: CENTER_PACE,
} satisfies Partial<Model>;

const SEEDANCE_2_5_SERIES = {
	...CENTER,
	series: 'Seedance 2.5',
	duration: { min: 4, max: 30 },
	references: { image: 30, video: 10, audio: 10 },
	assets: assetsOf('seedance25'),
} satisfies Partial<Model>;

/** What the models take that take nothing but assets. */
const ASSETS_ONLY = { ...SEEDANCE_2_5_SERIES.assets, isRequired: true as const };

/** The ratios of the models that have few of them; what is left to the model is not sent. */
const FEW_RATIOS = { ratios: ['1:1', '9:16', '16:9'], adaptiveRatio: undefined };

/** The models of Seedance 2.5. */
export const SEEDANCE_2_5: readonly Model[] = [
	{
		...SEEDANCE_2_5_SERIES,
		...FEW_RATIOS,
		id: 'seedance-2.5-c1',
		name: 'Seedance 2.5 C1',
		resolutions: ['480p', '720p'],
		audio: false,
	},
	{
		...SEEDANCE_2_5_SERIES,
		...FEW_RATIOS,
		id: 'seedance-2.5-c3',
		name: 'Seedance 2.5 C3',
		duration: { min: 4, max: 29 },
		resolutions: ['720p'],
		references: { image: 30, audio: 10 },
	},
	{
		...SEEDANCE_2_5_SERIES,
		id: 'sd_2.5_discount_v1',
		name: 'Seedance 2.5 Discount',
		resolutions: ['480p', '720p'],
		assets: ASSETS_ONLY,
		settings: ['seed'],
	},
	{
		...SEEDANCE_2_5_SERIES,
		id: 'sd_2.5_special_v1',
		name: 'Seedance 2.5 Special',
		resolutions: ['720p', '1080p'],
		framesOrReferences: true,
		assets: ASSETS_ONLY,
		settings: ['seed'],
	},
	{
		...SEEDANCE_2_5_SERIES,
		adaptiveRatio: undefined,
		id: 'video_30_10_10',
		name: 'Seedance 2.5 Video 30-10-10',
		resolutions: ['720p'],
		frames: false,
	},
];

const SEEDANCE_2_0_SERIES = {
	...CENTER,
	duration: { min: 4, max: 15 },
	references: { image: 9, video: 3, audio: 3 },
	framesOrReferences: true,
	assets: assetsOf('specialDiscount'),
} satisfies Partial<Model>;

const SPECIAL = {
	...SEEDANCE_2_0_SERIES,
	series: 'Seedance 2.0 Special',
	settings: ['seed', 'watermark'],
} satisfies Partial<Model>;

// Only answers of the discount models were seen with a last frame.
const DISCOUNT = {
	...SEEDANCE_2_0_SERIES,
	series: 'Seedance 2.0 Discount',
	settings: ['seed', 'watermark', 'returnLastFrame'],
} satisfies Partial<Model>;

/** The models of Seedance 2.0 that the model center has. */
export const SEEDANCE_2_0_CENTER: readonly Model[] = [
	{
		...SPECIAL,
		id: 'sd_2.0_special',
		name: 'Seedance 2.0 Special',
		resolutions: ['720p', '1080p', '2k', '4k'],
	},
	{ ...SPECIAL, id: 'sd_2.0_fast_special', name: 'Seedance 2.0 Fast Special', resolutions: ['720p'] },
	{
		...DISCOUNT,
		id: 'sd_2.0_discount',
		name: 'Seedance 2.0 Discount',
		resolutions: ['480p', '720p', '1080p'],
	},
	{
		...DISCOUNT,
		id: 'sd_2.0_fast_discount',
		name: 'Seedance 2.0 Fast Discount',
		resolutions: ['480p', '720p'],
	},
];

/** A model of the model center of which nothing is known: what is left to it is not sent. */
export const UNKNOWN_OF_CENTER: Model = {
	...CENTER,
	id: '',
	name: '',
	series: '',
	duration: { min: 1, max: NO_LIMIT },
	adaptiveRatio: undefined,
	audio: 'asked',
	soundNeedsPicture: undefined,
	references: { image: NO_LIMIT, video: NO_LIMIT, audio: NO_LIMIT },
	assets: { scheme: 'assetId' },
	media: undefined,
	settings: ['seed', 'watermark', 'returnLastFrame'],
	pace: PLAIN_PACE,
};
