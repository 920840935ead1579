import { assetsOf, MEDIA, everySeconds, type Model, NO_LIMIT, PLAIN_PACE, RATIOS } from './model';

/** Seedance 2.0 by the vendor's page. Its ratios are a guess: the page can't be read there. */
const SERIES = {
	series: 'Seedance 2.0',
	way: {
		path: '/v1/kyyvideo2/videos',
		body: 'flat',
		fields: {
			prompt: 'prompt',
			duration: 'duration',
			firstFrame: 'first_image',
			lastFrame: 'last_image',
			ratio: 'aspect_ratio',
			generateAudio: 'generateAudio',
			referenceImages: 'referenceImages',
			referenceVideos: 'referenceVideos',
			referenceAudios: 'referenceAudios',
		},
	},
	duration: { min: 4, max: 15 },
	ratios: RATIOS,
	audio: true,
	references: { image: NO_LIMIT, video: NO_LIMIT, audio: NO_LIMIT },
	framesOrReferences: true,
	assets: assetsOf('seedance20'),
	media: MEDIA,
	settings: [],
} satisfies Partial<Model>;

// The page recommends a check every 20 to 40 s, and less for the fast models.
const FAST = everySeconds(20);

const fromReferenceVideo = { ...SERIES, frames: false, needs: 'referenceVideo' } satisfies Partial<Model>;
const fromAnything = { ...SERIES, frames: true } satisfies Partial<Model>;

/** The models of Seedance 2.0. */
export const SEEDANCE_2_0: readonly Model[] = [
	{ ...fromReferenceVideo, id: 'seedance_2_0', name: 'Seedance 2.0', pace: PLAIN_PACE },
	{ ...fromReferenceVideo, id: 'seedance_2_0_fast', name: 'Seedance 2.0 Fast', pace: FAST },
	{ ...fromAnything, id: 'seedance_2_0_fast_pro', name: 'Seedance 2.0 Fast Pro', pace: FAST },
	{ ...fromAnything, id: 'seedance_2_0_pro', name: 'Seedance 2.0 Pro', pace: PLAIN_PACE },
];
