import type { LibraryName } from './assets.cts';

/** What the model center takes for a model. */
export interface CenterModel {
	/** Seconds */
	seconds: readonly [min: number, max: number];
	/** Whether -1 lets the model choose the seconds */
	choosesSeconds?: true;
	/** None: the field is refused */
	resolutions: readonly string[];
	ratios: readonly string[];
	ratioField: 'aspect_ratio' | 'size';
	/** How many reference images, videos and audios; 0: the field is refused */
	references: readonly [images: number, videos: number, audios: number];
	/** First and last frame: refused, only without references, or with them too */
	frames: 'no' | 'alone' | 'withReferences';
	/** Fields beside those that every model takes */
	takes: ReadonlyArray<'generate_audio' | 'seed' | 'watermark' | 'return_last_frame'>;
	/** Whether plain addresses are refused */
	assetsOnly?: true;
	/** Whose assets it takes; null: of any of the model center's libraries */
	library: LibraryName | null;
}

const THREE = ['16:9', '9:16', '1:1'];
const SIX = [...THREE, '4:3', '3:4', '21:9'];
const SEVEN = [...SIX, 'adaptive'];

const V25 = {
	seconds: [4, 30],
	ratios: SEVEN,
	ratioField: 'aspect_ratio',
	references: [30, 10, 10],
	frames: 'withReferences',
	takes: ['generate_audio', 'seed'],
	library: 'seedance25',
} as const;

const V20 = {
	...V25,
	seconds: [4, 15],
	references: [9, 3, 3],
	frames: 'alone',
	// That a create asks for the last frame by `return_last_frame` is a guess.
	takes: ['generate_audio', 'seed', 'watermark', 'return_last_frame'],
	library: 'specialDiscount',
} as const;

/** Whether the model center names them as `/v1` does is a guess. */
const V15 = {
	...V25,
	seconds: [4, 12],
	choosesSeconds: true,
	resolutions: [],
	ratioField: 'size',
	references: [0, 0, 0],
	library: null,
} as const;

/** The model center's Seedance models: facts that public clients agree on. */
export const CENTER_MODELS: Readonly<Record<string, CenterModel>> = {
	'seedance-2.5-c1': { ...V25, resolutions: ['480p', '720p'], ratios: THREE, takes: [] },
	'seedance-2.5-c3': {
		...V25,
		seconds: [4, 29],
		resolutions: ['720p'],
		ratios: THREE,
		references: [30, 0, 10],
		takes: ['generate_audio'],
	},
	'sd_2.5_discount_v1': { ...V25, resolutions: ['480p', '720p'], assetsOnly: true },
	'sd_2.5_special_v1': { ...V25, resolutions: ['720p', '1080p'], frames: 'alone', assetsOnly: true },
	video_30_10_10: { ...V25, resolutions: ['720p'], ratios: SIX, frames: 'no', takes: ['generate_audio'] },
	'sd_2.0_special': { ...V20, resolutions: ['720p', '1080p', '2k', '4k'] },
	'sd_2.0_fast_special': { ...V20, resolutions: ['720p'] },
	'sd_2.0_discount': { ...V20, resolutions: ['480p', '720p', '1080p'] },
	'sd_2.0_fast_discount': { ...V20, resolutions: ['480p', '720p'] },
	seedance_1_5_pro_480p: V15,
	seedance_1_5_pro_720p: V15,
	seedance_1_5_pro_1080p: V15,
};

/** Others of the model center, taken with a prompt and nothing checked. The last makes pictures. */
export const OTHER_MODELS = [
	'minimax-h3',
	'MiniMax-H3-c1',
	'KlingO3',
	'wan2.7-t2v',
	'happyhorse-1.1-r2v',
	'videos_933_c1',
	'videos_stable',
	'nano-banana-2',
];
