import type {
	DisplayCondition,
	IDisplayOptions,
	ILoadOptionsFunctions,
	INodeListSearchResult,
	INodeProperties,
} from 'n8n-workflow';

import {
	ADAPTIVE,
	CHOSEN_BY_MODEL,
	DEFAULT_MODEL,
	type DurationLimits,
	type Group,
	groupsBy,
	type Model,
	modelOf,
	MODELS,
	namesOf,
	type Need,
	NO_LIMIT,
	type ReferenceKind,
	type Setting,
} from '../models';
import { enumeration } from '../../../core/text';

/** Where Create shows anything. */
export const show = { resource: ['video'], operation: ['create'] };

const idsOf = (models: readonly Model[]) => models.map(({ id }) => id);

// Of an expression in Model, n8n sees the text: under `show` it always matches, an ID under `hide` never does. What stands
// here must be cheap too: n8n decides it for every item, and a regular expression times out on a busy machine.

/** Where n8n has how the model was chosen. The slash lets older versions take it for resolved. */
const MODE = '/model.mode';

/** A model that was not chosen from the list; of a workflow that another program wrote it may be a text alone. */
const NOT_LISTED: DisplayCondition = { _cnd: { not: 'list' } };

/** Shows a field for these models, and for any that the list lacks. */
export function shownFor(models: readonly Model[]): IDisplayOptions {
	const others = MODELS.filter((model) => !models.includes(model));
	return others.length === 0 ? { show } : { show, hide: { model: idsOf(others) } };
}

/** Shows a field for these models only, chosen from the list. */
function shownOnlyFor(models: readonly Model[]): IDisplayOptions {
	const others = MODELS.filter((model) => !models.includes(model));
	return {
		show,
		hide: { [MODE]: [NOT_LISTED], model: [...idsOf(others), { _cnd: { startsWith: '=' } }] },
	};
}

/** Shows a required field for one model only. */
function requiredOnlyFor({ id }: Model): IDisplayOptions {
	return { show, hide: { model: [{ _cnd: { not: id } }] } };
}

/** Shows a field for an ID that was given as one, or for one that the list lacks: one of the two at a time. */
const shownForUnlisted: IDisplayOptions[] = [
	{ show, hide: { [MODE]: ['list'] } },
	{ show, hide: { [MODE]: [NOT_LISTED], model: idsOf(MODELS) } },
];

/**
 * Fields of one name whose bounds depend on the model: models of equal bounds share one. Where bounds differ, one more is
 * shown for models that the list lacks.
 *
 * @param boundsOf undefined for a model that does not take the field
 */
function fieldsByBounds<Bounds>(
	boundsOf: (model: Model) => Bounds | undefined,
	fieldOf: (bounds: Bounds) => INodeProperties,
	unlistedOf: (groups: Array<Group<Bounds>>) => INodeProperties,
): INodeProperties[] {
	const groups = groupsBy(MODELS, boundsOf);
	const [first] = groups;
	if (first && groups.length === 1) {
		return [{ ...fieldOf(first.fact), displayOptions: shownFor(first.models) }];
	}
	return [
		...groups.map(({ fact, models }) => ({ ...fieldOf(fact), displayOptions: shownOnlyFor(models) })),
		...shownForUnlisted.map((displayOptions) => ({ ...unlistedOf(groups), displayOptions })),
	];
}

/** All values of several lists, each once. */
function union(groups: Array<Group<readonly string[]>>): string[] {
	return [...new Set(groups.flatMap(({ fact }) => fact))];
}

/** A clause about models, such as "Seedance X1 takes" or "Seedance 2.0 and Seedance X1 take". */
function clause(models: readonly Model[], one: string, several: string): string {
	const names = namesOf(models);
	return `${enumeration(names, 'and')} ${names.length === 1 ? one : several}`;
}

const RATIO_NAMES: Record<string, string> = {
	'1:1': 'Square',
	'3:4': 'Portrait',
	'4:3': 'Landscape',
	'9:16': 'Vertical',
	'16:9': 'Widescreen',
	'21:9': 'Cinema',
};

/** What becomes of the ratio Adaptive where a model has none. */
const FIXED_RATIOS = groupsBy(MODELS, ({ adaptiveRatio }) =>
	adaptiveRatio === ADAPTIVE ? undefined : adaptiveRatio,
).map(({ fact, models }) => ` ${clause(models, 'makes', 'make')} ${fact}.`);

/** Ratio. All models have Adaptive: n8n marks a stored value in red that the list of another model doesn't have. */
export function ratioField(ratios: readonly string[]): INodeProperties {
	return {
		displayName: 'Ratio',
		name: 'ratio',
		type: 'options',
		default: ADAPTIVE,
		options: [
			...ratios.map((value) => ({
				name: value in RATIO_NAMES ? `${value} (${RATIO_NAMES[value]})` : value,
				value,
			})),
			{
				name: 'Adaptive',
				value: ADAPTIVE,
				description: `The model chooses, to fit prompt and pictures.${FIXED_RATIOS.join('')}`,
			},
		],
		description: 'Width to height of the video',
	};
}

/** Ratio, for every model. */
export const ratioFields = fieldsByBounds(
	({ ratios }) => ratios,
	ratioField,
	(groups) => ratioField(union(groups)),
);

const USUAL_RESOLUTION = '720p';

/** The resolution that leaves the choice to a model that the list lacks. */
export const MODELS_OWN_RESOLUTION = 'auto';

/** The resolution that a model makes where none is chosen; undefined where it has no choice of it. */
export function usualResolution({ resolutions = [] }: Model): string | undefined {
	return resolutions.includes(USUAL_RESOLUTION) ? USUAL_RESOLUTION : resolutions[0];
}

/** Resolution, with these values. */
export function resolutionField(resolutions: readonly string[]): INodeProperties {
	return {
		displayName: 'Resolution',
		name: 'resolution',
		type: 'options',
		default: USUAL_RESOLUTION,
		options: resolutions.map((value) => ({ name: value, value })),
		description: 'Height of the picture',
	};
}

function anyResolutionField(resolutions: readonly string[]): INodeProperties {
	const field = resolutionField(resolutions);
	return {
		...field,
		default: MODELS_OWN_RESOLUTION,
		options: [
			...(field.options ?? []),
			{
				name: "The Model's Own",
				value: MODELS_OWN_RESOLUTION,
				description: 'Send none with a model that is not in the list; 720p with one that is',
			},
		],
	};
}

/** Resolution, for every model that has a choice of it. */
export const resolutionFields = fieldsByBounds(
	({ resolutions = [] }) => (resolutions.length > 1 ? resolutions : undefined),
	resolutionField,
	(groups) => anyResolutionField(union(groups)),
);

/** The seconds that a model takes, as a text says it. */
export function secondsOf({ min, max, canBeChosenByModel }: DurationLimits): string {
	return `${min} to ${max} seconds${canBeChosenByModel ? ', or -1 to let the model choose' : ''}`;
}

function durationField(typeOptions: INodeProperties['typeOptions'], description: string): INodeProperties {
	return {
		displayName: 'Duration (Seconds)',
		name: 'duration',
		type: 'number',
		default: 5,
		typeOptions,
		description,
	};
}

/** Duration, for every model. */
export const durationFields = fieldsByBounds(
	({ duration }) => duration,
	(limits) =>
		durationField(
			{ minValue: limits.canBeChosenByModel ? CHOSEN_BY_MODEL : limits.min, maxValue: limits.max },
			`How long the video is: ${secondsOf(limits)}`,
		),
	(groups) =>
		durationField(
			{ minValue: CHOSEN_BY_MODEL },
			[
				'How long the video is. -1 lets a model choose that is not in the list.',
				...groups.map(({ fact, models }) => `${enumeration(namesOf(models), 'and')}: ${secondsOf(fact)}.`),
			].join(' '),
		),
);

/** Generate Audio, of the models that make sound. */
export const AUDIO_FIELD: INodeProperties = {
	displayName: 'Generate Audio',
	name: 'generateAudio',
	type: 'boolean',
	default: false,
	description: 'Whether the video gets sound that fits the picture',
	displayOptions: shownFor(MODELS.filter(({ audio }) => audio)),
};

const withFrames = MODELS.filter(({ frames }) => frames);

const FILE_OR_ADDRESS = 'The name of a binary field of the item, or an address';

/** First and last frame, of the models that take them. */
export const frameFields: INodeProperties[] = [
	{
		displayName: 'First Frame',
		name: 'firstFrame',
		type: 'string',
		default: '',
		placeholder: 'e.g. photo or https://example.com/first.png',
		hint: FILE_OR_ADDRESS,
		description:
			'A picture that the video begins with. A file of the item is handed over by a link of this n8n, which ends after a day. For an uploaded asset, give the reference that its upload outputs.',
		displayOptions: shownFor(withFrames),
	},
	{
		displayName: 'Last Frame',
		name: 'lastFrame',
		type: 'string',
		default: '',
		placeholder: 'e.g. photo or https://example.com/last.png',
		hint: FILE_OR_ADDRESS,
		description: 'A picture that the video ends with. It needs a first frame too.',
		displayOptions: shownFor(withFrames),
	},
];

const REFERENCES = {
	image: { word: 'Image', ending: 'png', what: 'pictures' },
	video: { word: 'Video', ending: 'mp4', what: 'videos' },
	audio: { word: 'Audio', ending: 'mp3', what: 'sound' },
} as const satisfies Record<ReferenceKind, object>;

function referenceField(kind: ReferenceKind, most: number): INodeProperties {
	const { word, ending, what } = REFERENCES[kind];
	return {
		displayName: `Reference ${word}s`,
		name: `reference${word}s`,
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		placeholder: `e.g. https://example.com/reference.${ending}`,
		hint: `One per line${most === NO_LIMIT ? '' : `, up to ${most}`}: binary field (photos* for several) or address`,
		description: `Files of the item, or addresses of ${what}, that the video is modeled on. For an uploaded asset, give the reference that its upload outputs.`,
	};
}

const needsVideo = ({ needs }: Model) => needs === 'referenceVideo';

const optionalReferences = (kind: ReferenceKind) =>
	fieldsByBounds(
		(model) => (kind === 'video' && needsVideo(model) ? undefined : model.references[kind]),
		(most) => referenceField(kind, most),
		(groups) => referenceField(kind, Math.max(...groups.map(({ fact }) => fact))),
	);

/** References, of the models that take them; first those that a model needs. */
export const referenceFields: INodeProperties[] = [
	...MODELS.filter(needsVideo).map((model) => ({
		...referenceField('video', model.references.video ?? NO_LIMIT),
		required: true,
		displayOptions: requiredOnlyFor(model),
	})),
	...optionalReferences('image'),
	...optionalReferences('video'),
	...optionalReferences('audio'),
];

/** Have Media Reviewed First, of the models that take assets. */
export const REVIEW_FIELD: INodeProperties = {
	displayName: 'Have Media Reviewed First',
	name: 'reviewMedia',
	type: 'boolean',
	default: false,
	description:
		'Whether to upload these pictures, videos and sounds to your GlobalAI OPC asset library and wait until they pass its review, before the video is created. Faces need it. It is free and can take minutes.',
	displayOptions: shownFor(MODELS.filter(({ assets }) => assets)),
};

function notice(name: string, models: readonly Model[], message: string): INodeProperties {
	return { displayName: message, name, type: 'notice', default: '', displayOptions: shownOnlyFor(models) };
}

const withPicture = MODELS.filter(({ needs }) => needs === 'picture');
const exclusive = MODELS.filter(({ framesOrReferences, frames }) => framesOrReferences && frames);
const reviewedOnly = MODELS.filter(({ assets }) => assets?.isRequired);

/** What a form with these fields can't show by itself. */
export const mediaNotices: INodeProperties[] = [
	notice(
		'pictureNotice',
		withPicture,
		`${clause(withPicture, 'needs', 'need')} a first frame or a reference`,
	),
	notice('framesNotice', exclusive, 'This model takes frames or references, not both'),
	notice(
		'assetsNotice',
		reviewedOnly,
		'This model takes only reviewed media. Turn on Have Media Reviewed First below, or name uploaded assets.',
	),
];

/** What a model needs beside a prompt, as texts say it. */
export const NEEDS: Record<Need, string> = {
	referenceVideo: 'a reference video',
	picture: 'a first frame or a reference',
};

/** What a model needs, in a few words. */
export function needsOf({ needs, assets }: Model): string[] {
	return [
		...(needs ? [`needs ${NEEDS[needs]}`] : []),
		...(assets?.isRequired ? ['media only from your asset library'] : []),
	];
}

/** The same in the list of models, which has room for some 55 characters. */
const SHORT_NEEDS: Record<Need, string> = {
	referenceVideo: 'needs a reference video',
	picture: 'needs a picture',
};

/** An entry of the list. n8n shows nothing but its name, so that has to say what sets the model apart. */
export function entryOf({ id, name, needs, assets, duration: { min, max }, resolutions = [] }: Model) {
	const facts = [
		needs && SHORT_NEEDS[needs],
		assets?.isRequired && 'assets only',
		`${min}–${max} s`,
		resolutions.length > 2 ? `${resolutions[0]}–${resolutions.at(-1)}` : resolutions.join(', '),
	];
	return { name: `${name}: ${facts.filter(Boolean).join('; ')}`, value: id };
}

/** Model. A locator, so that an ID that the list lacks can be given as it is. */
export const MODEL_FIELD: INodeProperties = {
	displayName: 'Model',
	name: 'model',
	type: 'resourceLocator',
	required: true,
	default: {
		mode: 'list',
		value: DEFAULT_MODEL,
		cachedResultName: entryOf(modelOf(DEFAULT_MODEL)).name,
	},
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchModels', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. seedance-2.5-c1',
			hint: "An ID that the list lacks goes to GlobalAI OPC's model center",
		},
	],
	description: 'The model that makes the video',
	displayOptions: { show },
};

/**
 * The entries of the list that have all words of a search, by name or ID.
 *
 * @param filter what the user typed
 */
export async function searchModels(this: ILoadOptionsFunctions, filter = ''): Promise<INodeListSearchResult> {
	const words = filter.toLowerCase().split(/\s+/);
	const results = MODELS.map(entryOf).filter(({ name, value }) =>
		words.every((word) => `${name} ${value}`.toLowerCase().includes(word)),
	);
	return { results };
}

/** Options that only some models take, by their names. */
export const SETTINGS: Record<Setting, INodeProperties> = {
	seed: {
		displayName: 'Seed',
		name: 'seed',
		type: 'number',
		default: -1,
		typeOptions: { minValue: -1, maxValue: 2147483647 },
		description: 'The same seed with the same settings makes similar videos. -1 is a random one.',
	},
	watermark: {
		displayName: 'Watermark',
		name: 'watermark',
		type: 'boolean',
		default: false,
		description: 'Whether the video gets a watermark',
	},
	returnLastFrame: {
		displayName: 'Return Last Frame',
		name: 'returnLastFrame',
		type: 'boolean',
		default: true,
		description:
			'Whether the finished task also has a link to the last picture of the video, to begin the next video with',
	},
};

const isHiddenFor = (setting: Setting) => idsOf(MODELS.filter(({ settings }) => !settings.includes(setting)));

/** The same as entries of Options. */
export const settingOptions = (Object.keys(SETTINGS) as Setting[]).map((setting) => ({
	...SETTINGS[setting],
	displayOptions: {
		show: { '/resource': ['video'], '/operation': ['create'] },
		hide: { '/model': isHiddenFor(setting) },
	},
}));

/** How long a prompt may be, for those models of which that is known. */
export const promptLimits = groupsBy(MODELS, (model) => model.promptLimits)
	.map(
		({ fact: { chineseCharacters, words }, models }) =>
			` ${clause(models, 'takes', 'take')} up to ${figure(chineseCharacters)} Chinese characters or ${figure(words)} English words.`,
	)
	.join('');

/** A number with a comma between thousands. */
export function figure(value: number): string {
	return value.toLocaleString('en-US');
}
