import { MEDIA, ADAPTIVE, likelyAfterMinutes, type Model, type Pace, RATIOS } from './model';

/** Seedance 1.5 by the vendor's pages; how long its videos take is from "Seedance1.5 Query Video Task". */
const SERIES = {
	series: 'Seedance 1.5',
	way: {
		path: '/v1/seedance/videos',
		body: 'content',
		fields: { ratio: 'ratio', duration: 'duration', generateAudio: 'generate_audio' },
	},
	promptLimits: { chineseCharacters: 500, words: 1000 },
	duration: { min: 4, max: 12, canBeChosenByModel: true },
	ratios: RATIOS,
	adaptiveRatio: ADAPTIVE,
	audio: true,
	frames: true,
	references: {},
	media: MEDIA,
	settings: [],
} satisfies Partial<Model>;

const pro = (resolution: string, pace: Pace): Model => ({
	...SERIES,
	id: `seedance_1_5_pro_${resolution}`,
	name: `Seedance 1.5 Pro ${resolution}`,
	pace,
});

/** The models of Seedance 1.5. */
export const SEEDANCE_1_5: readonly Model[] = [
	// The page has no times of 480p, which takes no longer than 720p.
	pro('480p', likelyAfterMinutes(2, 5)),
	pro('720p', likelyAfterMinutes(2, 5)),
	pro('1080p', likelyAfterMinutes(3, 8)),
];
