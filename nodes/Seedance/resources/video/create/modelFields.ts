import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import {
	ADAPTIVE,
	type DurationLimits,
	type Group,
	groupsBy,
	type Model,
	MODELS,
	namesOf,
	type Need,
	NO_LIMIT,
	type ReferenceKind,
	takesReferences,
} from '../models';
import { enumeration } from '../../../core/text';

/** Where Create shows anything. */
export const show = { resource: ['video'], operation: ['create'] };

const idsOf = (models: readonly Model[]) => models.map(({ id }) => id);

// The editor evaluates an expression in Model before it decides what to show; the result may be nothing, or an ID that is
// not in the list. Everything else in n8n sees the expression itself: `show` then always matches, and an ID under `hide` never does.

/** Shows a field for these models, and for any that the list lacks. */
export function shownFor(models: readonly Model[]): IDisplayOptions {
	const others = MODELS.filter((model) => !models.includes(model));
	return others.length === 0 ? { show } : { show, hide: { model: idsOf(others) } };
}

/** Shows a field for these models only. */
function shownOnlyFor(models: readonly Model[]): IDisplayOptions {
	return { show: { ...show, model: idsOf(models) } };
}

/** Shows a required field for one model only. Under `show`, n8n would demand it for every expression. */
function requiredOnlyFor({ id }: Model): IDisplayOptions {
	return { show, hide: { model: [{ _cnd: { not: id } }] } };
}

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
		{ ...unlistedOf(groups), displayOptions: shownFor([]) },
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

/** Resolution, of the models that don't have it in their ID. */
export function resolutionField(resolutions: readonly string[]): INodeProperties {
	const takers = MODELS.filter((model) => model.resolutions);
	const usual = resolutions.includes(USUAL_RESOLUTION) ? USUAL_RESOLUTION : (resolutions[0] ?? '');
	return {
		displayName: 'Resolution',
		name: 'resolution',
		type: 'options',
		default: usual,
		options: resolutions.map((value) => ({ name: value, value })),
		description: `Height of the picture. Only ${clause(takers, 'takes', 'take')} it.`,
	};
}

/** Resolution, for every model that takes one. */
export const resolutionFields = fieldsByBounds(
	({ resolutions }) => resolutions,
	resolutionField,
	(groups) => resolutionField(union(groups)),
);

function secondsOf({ min, max, canBeChosenByModel }: DurationLimits): string {
	return `${min} to ${max} seconds${canBeChosenByModel ? ', or -1 to let the model choose' : ''}`;
}

function durationField(minValue: number, maxValue: number, description: string): INodeProperties {
	return {
		displayName: 'Duration (Seconds)',
		name: 'duration',
		type: 'number',
		default: 5,
		typeOptions: { minValue, maxValue },
		description,
	};
}

const shortest = ({ min, canBeChosenByModel }: DurationLimits) => (canBeChosenByModel ? -1 : min);

/** Duration, for every model. */
export const durationFields = fieldsByBounds(
	({ duration }) => duration,
	(limits) => durationField(shortest(limits), limits.max, `How long the video is: ${secondsOf(limits)}`),
	(groups) =>
		durationField(
			Math.min(...groups.map(({ fact }) => shortest(fact))),
			Math.max(...groups.map(({ fact }) => fact.max)),
			[
				'How long the video is.',
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

/** First and last frame, of the models that take them. */
export const frameFields: INodeProperties[] = [
	{
		displayName: 'First Frame URL',
		name: 'firstFrameUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/first.png',
		description: 'Address of a picture that the video begins with',
		displayOptions: shownFor(withFrames),
	},
	{
		displayName: 'Last Frame URL',
		name: 'lastFrameUrl',
		type: 'string',
		default: '',
		placeholder: 'e.g. https://example.com/last.png',
		description: 'Address of a picture that the video ends with. It needs a first frame too.',
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
		displayName: `Reference ${word} URLs`,
		name: `reference${word}Urls`,
		type: 'string',
		typeOptions: { rows: 2 },
		default: '',
		placeholder: `e.g. https://example.com/reference.${ending}`,
		hint: `One URL per line${most === NO_LIMIT ? '' : `, ${most} at most`}`,
		description: `Addresses of ${what} that the video is modeled on. An asset that you uploaded to GlobalAI OPC is asset:// and its ID.`,
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

function notice(name: string, models: readonly Model[], message: string): INodeProperties {
	return { displayName: message, name, type: 'notice', default: '', displayOptions: shownFor(models) };
}

const withPicture = MODELS.filter(({ needs }) => needs === 'picture');
const exclusive = MODELS.filter(({ framesOrReferences }) => framesOrReferences);

/** What a form with these fields can't show by itself. */
export const mediaNotices: INodeProperties[] = [
	notice(
		'pictureNotice',
		withPicture,
		`${clause(withPicture, 'needs', 'need')} a first frame or a reference`,
	),
	notice(
		'framesNotice',
		exclusive.filter(({ frames }) => frames),
		`${clause(exclusive, 'takes', 'take')} frames or references, not both`,
	),
];

/** What a model needs beside a prompt, as the list of models says it. */
export const NEEDS: Record<Need, string> = {
	referenceVideo: 'at least one reference video',
	picture: 'a first frame or a reference',
};

function explanationOf(model: Model): string {
	if (model.needs) return `Needs a prompt and ${NEEDS[model.needs]}`;
	const media = [...(model.frames ? ['frames'] : []), ...(takesReferences(model) ? ['references'] : [])];
	const more =
		media.length === 0 ? '' : `; takes ${enumeration(media, model.framesOrReferences ? 'or' : 'and')} too`;
	return `Needs only a prompt${more}`;
}

/** The list of models, as the form has it. */
export const modelOptions = MODELS.map((model) => ({
	name: model.name,
	value: model.id,
	description: explanationOf(model),
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
