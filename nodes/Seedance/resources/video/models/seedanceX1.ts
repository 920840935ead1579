import { assetsOf, MEDIA, type Model, NO_LIMIT, PLAIN_PACE, RATIOS } from './model';

/** Seedance X1 by the vendor's page. */
const SERIES = {
	series: 'Seedance X1',
	way: {
		path: '/v1/seedance-x1/videos',
		body: 'content',
		fields: { resolution: 'resolution', ratio: 'ratio', duration: 'duration' },
	},
	duration: { min: 4, max: 15 },
	ratios: RATIOS,
	// It has no adaptive ratio; this is its default.
	adaptiveRatio: '16:9',
	resolutions: ['480p', '720p', '1080p'],
	audio: false,
	frames: true,
	references: { image: NO_LIMIT, video: NO_LIMIT, audio: NO_LIMIT },
	assets: assetsOf('seedance20'),
	media: MEDIA,
	settings: [],
	needs: 'picture',
	pace: PLAIN_PACE,
} satisfies Partial<Model>;

/** The models of Seedance X1. */
export const SEEDANCE_X1: readonly Model[] = [
	{ ...SERIES, id: 'seedance_2_0_x1_discount', name: 'Seedance X1 Discount' },
	{ ...SERIES, id: 'seedance_2_0_x1_official', name: 'Seedance X1 Official' },
	{ ...SERIES, id: 'seedance_fast_2_0_x1_discount', name: 'Seedance X1 Fast Discount' },
	{ ...SERIES, id: 'seedance_fast_2_0_x1_official', name: 'Seedance X1 Fast Official' },
];
