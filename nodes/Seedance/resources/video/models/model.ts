import type { MediumLimits } from '../../../media/check';
import { type LibraryId, libraryOf } from '../../asset/libraries';

/** The ratio that leaves the choice to the model. */
export const ADAPTIVE = 'adaptive';

/** Width to height, as most models take it. */
export const RATIOS = ['1:1', '3:4', '4:3', '9:16', '16:9', '21:9'];

/** The duration that leaves the choice to the model. */
export const CHOSEN_BY_MODEL = -1;

/** Where a model takes any number, or none is published. */
export const NO_LIMIT = Infinity;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A model: facts only. Form, refusals, request, pace and the tables in docs are derived from them. */
export interface Model {
	/** What a create names it by. */
	id: string;
	/** What the form and messages call it. */
	name: string;
	/** What texts call it together with the models like it. */
	series: string;
	way: Way;
	/** Whether the list lacks it: only the API knows its bounds, so none is checked. */
	isUnlisted?: true;
	/** Longest prompt: so many Chinese characters, or words of other languages. Left out where none is published. */
	promptLimits?: PromptLimits;
	duration: DurationLimits;
	/** Width to height. The form also offers `ADAPTIVE`, which is sent as `adaptiveRatio`. */
	ratios: readonly string[];
	/** What is sent where the ratio is left to the model; nothing where this is left out. */
	adaptiveRatio?: string;
	/** Heights of the picture. Left out where the ID says it, or the model has no choice of it. */
	resolutions?: readonly string[];
	/** Whether it can make sound; `asked` sends the field only where sound is wanted. */
	audio: boolean | 'asked';
	/** Whether it takes a picture to begin with, and one to end with. */
	frames: boolean;
	/** How many references it takes of each kind; none of those left out. */
	references: Partial<Record<ReferenceKind, number>>;
	/** Whether frames and references exclude each other. */
	framesOrReferences?: true;
	/** Whether a reference sound needs a picture or a video beside it. */
	soundNeedsPicture?: true;
	/** How it takes media of the vendor's asset library; left out where it takes none. */
	assets?: AssetUse;
	/** What media have to be; left out where nothing is known. */
	media?: Partial<Record<ReferenceKind, MediumLimits>>;
	/** What it needs beside a prompt. */
	needs?: Need;
	/** Which further settings it takes. */
	settings: readonly Setting[];
	pace: Pace;
}

/** How a model takes media of an asset library. */
export interface AssetUse {
	/** What stands before `://` and the asset's ID. */
	scheme: 'asset' | 'assetId';
	/** Whose assets it takes; left out where that is not known. */
	library?: LibraryId;
	/** Whether it takes nothing else: every medium must be in the library. */
	isRequired?: true;
}

/** How models take the media of a library. */
export function assetsOf(library: LibraryId): AssetUse {
	return { library, scheme: libraryOf(library).scheme };
}

/**
 * What the vendor takes, as public clients found it on its pages. Pictures outside these bounds were seen to fail after
 * the credits were taken. Of videos and sounds no bound can be told by their first bytes but what they are.
 */
export const MEDIA: Record<ReferenceKind, MediumLimits> = {
	image: {
		medium: 'picture',
		types: ['jpeg', 'png', 'webp', 'bmp', 'tiff', 'gif'],
		maxBytes: 30e6,
		minSide: 300,
		maxSide: 6000,
		minRatio: 0.4,
		maxRatio: 2.5,
	},
	video: { medium: 'video', types: ['mp4', 'mov', '3gp', 'webm', 'mkv', 'avi'] },
	audio: { medium: 'sound', types: ['wav', 'mp3'] },
};

/** A setting that only some models take, by its name in the form. */
export type Setting = 'seed' | 'watermark' | 'returnLastFrame';

/** Kinds of media that a video can be modeled on. */
export type ReferenceKind = 'image' | 'video' | 'audio';

/** What a prompt alone lacks: a reference video; or a picture, which is a first frame or any reference. */
export type Need = 'referenceVideo' | 'picture';

/** See `Model.promptLimits`. */
export interface PromptLimits {
	chineseCharacters: number;
	words: number;
}

/** Whole seconds. */
export interface DurationLimits {
	min: number;
	max: number;
	/** Whether -1 leaves it to the model. */
	canBeChosenByModel?: true;
}

/** How long its videos take, in milliseconds. */
export interface Pace {
	/** How often to check a task when nothing better is known. */
	everyMs: number;
	/** When a video is likely done, counted from `created`. Left out where nothing is published. */
	likelyFinish?: { earliestMs: number; latestMs: number };
}

/** How often tasks are checked of which nothing is published. */
export const PLAIN_PACE: Pace = { everyMs: 30 * SECOND };

/** The pace of a model whose checks the vendor recommends so often. */
export function everySeconds(seconds: number): Pace {
	return { everyMs: seconds * SECOND };
}

/** The pace of a model whose videos take so long. */
export function likelyAfterMinutes(earliest: number, latest: number): Pace {
	return { ...PLAIN_PACE, likelyFinish: { earliestMs: earliest * MINUTE, latestMs: latest * MINUTE } };
}

/** How creates are sent: where to, and what the body calls each part of a video. */
export interface Way {
	/** What follows the base URL. */
	path: string;
	/** Whether prompt and media are entries of a list named `content`, each with its role, or fields like all others. */
	body: 'flat' | 'content';
	/** Names in the body; a part without one is not sent as a field. */
	fields: Partial<Record<VideoPart, string>>;
	/** Fields that are the same in every body. */
	constants?: Readonly<Record<string, unknown>>;
}

/** What the body of a create can hold beside the model. */
export type VideoPart =
	| 'prompt'
	| 'ratio'
	| 'resolution'
	| 'duration'
	| 'generateAudio'
	| Setting
	| 'firstFrame'
	| 'lastFrame'
	| 'referenceImages'
	| 'referenceVideos'
	| 'referenceAudios';
