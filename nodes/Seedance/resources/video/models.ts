import type { IDataObject } from 'n8n-workflow';

/** What a video is made from. Which of it a model takes and needs, its family says. */
export interface VideoRequest {
	model: string;
	prompt: string;
	/** Width to height, as in `16:9`; `adaptive` leaves it to the model. */
	ratio: string;
	/** Height of the picture, as in `720p`; for models that don't have it in their ID. */
	resolution?: string;
	/** Seconds; -1 lets the model choose. */
	duration: number;
	generateAudio: boolean;
	/** Address of the picture the video begins with: http(s), or `asset://<id>`. Those below are alike. */
	firstFrameUrl?: string;
	/** Address of the picture the video ends with. */
	lastFrameUrl?: string;
	referenceImageUrls?: string[];
	referenceVideoUrls?: string[];
	referenceAudioUrls?: string[];
	/** Merged over the request's body, field by field. */
	additionalFields?: IDataObject;
}

/** A model, as the API and the form know it. */
interface Model {
	id: string;
	/** Its entry in the form. */
	name: string;
	description: string;
	/** Whether it makes videos from reference videos only. */
	needsReferenceVideo?: true;
}

/** Models that are created alike. Each value is that of the vendor's page on the family. */
export interface ModelFamily {
	/** What texts call it. */
	name: string;
	/** What follows the base URL. */
	path: string;
	models: Model[];
	/** Longest prompt: so many Chinese characters, or words of other languages. Left out where none is published. */
	promptLimits?: { chineseCharacters: number; words: number };
	/** In seconds. */
	duration: { min: number; max: number; canBeChosenByModel: boolean };
	/** Left out where the ID says it. */
	resolutions?: string[];
	takesAudio: boolean;
	/** Whether it takes pictures, videos and sound to go by, and addresses as `asset://<id>`. */
	takesReferences: boolean;
	/** Whether frames and references exclude each other. */
	framesOrReferences?: true;
	/** Whether a prompt alone is not enough. */
	needsPicture?: true;
	body: (request: VideoRequest) => IDataObject;
}

/** The ratio that leaves the choice to the model. */
export const ADAPTIVE = 'adaptive';

/** Of all families but for `adaptive`, which X1 doesn't know; those of 2.0 are a guess, since its page can't be read there. */
export const RATIOS = ['1:1', '3:4', '4:3', '9:16', '16:9', '21:9'];

const part = (kind: 'image' | 'video' | 'audio', role: string) => (url: string) => ({
	type: `${kind}_url`,
	[`${kind}_url`]: { url },
	role,
});

/** Prompt, pictures and references as the pages of Seedance 1.5 and X1 have them. */
function contentOf(request: VideoRequest): IDataObject[] {
	const list = (url: string | undefined) => (url === undefined ? [] : [url]);
	return [
		{ type: 'text', text: request.prompt },
		...list(request.firstFrameUrl).map(part('image', 'first_frame')),
		...list(request.lastFrameUrl).map(part('image', 'last_frame')),
		...(request.referenceImageUrls ?? []).map(part('image', 'reference_image')),
		...(request.referenceVideoUrls ?? []).map(part('video', 'reference_video')),
		...(request.referenceAudioUrls ?? []).map(part('audio', 'reference_audio')),
	];
}

const fromPrompt = 'Needs only a prompt; takes frames too';
const fromAnything = 'Needs only a prompt; takes frames or references too';
const fromVideo = 'Needs a prompt and at least one reference video';
const fromPicture = 'Needs a prompt and a first frame or a reference';

export const SEEDANCE_1_5: ModelFamily = {
	name: 'Seedance 1.5',
	path: '/v1/seedance/videos',
	models: ['480p', '720p', '1080p'].map((resolution) => ({
		id: `seedance_1_5_pro_${resolution}`,
		name: `Seedance 1.5 Pro, ${resolution}`,
		description: fromPrompt,
	})),
	promptLimits: { chineseCharacters: 500, words: 1000 },
	duration: { min: 4, max: 12, canBeChosenByModel: true },
	takesAudio: true,
	takesReferences: false,
	body: (request) => ({
		model: request.model,
		content: contentOf(request),
		ratio: request.ratio,
		duration: request.duration,
		generate_audio: request.generateAudio,
	}),
};

export const SEEDANCE_2_0: ModelFamily = {
	name: 'Seedance 2.0',
	path: '/v1/kyyvideo2/videos',
	models: [
		{ id: 'seedance_2_0', name: 'Seedance 2.0', description: fromVideo, needsReferenceVideo: true },
		{ id: 'seedance_2_0_fast', name: 'Seedance 2.0 Fast', description: fromVideo, needsReferenceVideo: true },
		{ id: 'seedance_2_0_fast_pro', name: 'Seedance 2.0 Fast Pro', description: fromAnything },
		{ id: 'seedance_2_0_pro', name: 'Seedance 2.0 Pro', description: fromAnything },
	],
	duration: { min: 4, max: 15, canBeChosenByModel: false },
	takesAudio: true,
	takesReferences: true,
	framesOrReferences: true,
	body: (request) => ({
		model: request.model,
		prompt: request.prompt,
		duration: request.duration,
		first_image: request.firstFrameUrl,
		last_image: request.lastFrameUrl,
		aspect_ratio: request.ratio === ADAPTIVE ? undefined : request.ratio,
		generateAudio: request.generateAudio,
		referenceImages: request.referenceImageUrls,
		referenceVideos: request.referenceVideoUrls,
		referenceAudios: request.referenceAudioUrls,
	}),
};

export const SEEDANCE_X1: ModelFamily = {
	name: 'Seedance X1',
	path: '/v1/seedance-x1/videos',
	models: [
		{ id: 'seedance_2_0_x1_discount', name: 'Seedance X1, Discount', description: fromPicture },
		{ id: 'seedance_2_0_x1_official', name: 'Seedance X1, Official', description: fromPicture },
		{ id: 'seedance_fast_2_0_x1_discount', name: 'Seedance X1 Fast, Discount', description: fromPicture },
		{ id: 'seedance_fast_2_0_x1_official', name: 'Seedance X1 Fast, Official', description: fromPicture },
	],
	duration: { min: 4, max: 15, canBeChosenByModel: false },
	resolutions: ['480p', '720p', '1080p'],
	takesAudio: false,
	takesReferences: true,
	needsPicture: true,
	body: (request) => ({
		model: request.model,
		content: contentOf(request),
		resolution: request.resolution,
		ratio: request.ratio === ADAPTIVE ? '16:9' : request.ratio,
		duration: request.duration,
	}),
};

/** Every family whose IDs are known by their pattern; all others go as Seedance 1.5. */
const FAMILIES_BY_PATTERN: Array<[pattern: RegExp, family: ModelFamily]> = [
	[/_x1(_|$)/i, SEEDANCE_X1],
	[/^seedance(_fast)?_2_/i, SEEDANCE_2_0],
];

/** The family of any model's ID: unknown ones too have to go somewhere. */
export function familyOf(model: string): ModelFamily {
	const [, family = SEEDANCE_1_5] = FAMILIES_BY_PATTERN.find(([pattern]) => pattern.test(model)) ?? [];
	return family;
}

/** Every model of the list, by its ID and by its name in the form, in small letters. */
const IDS = new Map(
	[SEEDANCE_1_5, SEEDANCE_2_0, SEEDANCE_X1]
		.flatMap(({ models }) => models)
		.flatMap(({ id, name }) => [[id.toLowerCase(), id] as const, [name.toLowerCase(), id] as const]),
);

/** The ID that is meant: one of the list in another case, or by its name there; else the text itself. */
export function idOfModel(text: string): string {
	return IDS.get(text.toLowerCase()) ?? text;
}

/** Whether a model makes videos from reference videos only. */
export function needsReferenceVideo(model: string): boolean {
	return familyOf(model).models.some(({ id, needsReferenceVideo: needs }) => id === model && needs === true);
}

/** What a create sends: the path after the base URL, and the JSON body. What is undefined in it is not sent. */
export function createRequest(request: VideoRequest): { path: string; body: IDataObject } {
	const { path, body } = familyOf(request.model);
	return { path, body: { ...body(request), ...request.additionalFields } };
}
