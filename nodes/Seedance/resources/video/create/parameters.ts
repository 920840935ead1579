import type { IDataObject, IExecuteFunctions, NodeParameterValue } from 'n8n-workflow';

import {
	ADAPTIVE,
	idOfModel,
	type Model,
	modelOf,
	MODELS,
	namesOf,
	type ReferenceKind,
	takesReferences,
	type VideoRequest,
} from '../models';
import { InputError } from '../../../core/error';
import { brokenText } from '../../../core/input';
import { cut, enumeration, isObject } from '../../../core/text';
import { numberOption } from '../../../core/options';
import { numberOf, readBoolean, readChoice, readText } from '../../../core/parameters';
import {
	addressEntries,
	type AddressPlace,
	addressRefusal,
	type AddressTaker,
	localRefusal,
	type Refusal,
} from '../../../media/addresses';
import { MAX_TASKS } from '../options';
import { AUDIO_FIELD, figure, ratioField, resolutionField } from './modelFields';

/** The length of a prompt as the API counts it: Chinese by the character, everything else by the word. */
export function promptLength(prompt: string): { chineseCharacters: number; words: number } {
	const chineseCharacters = prompt.match(/\p{Script=Han}/gu)?.length ?? 0;
	const rest = prompt.replace(/\p{Script=Han}/gu, ' ');
	const words = rest.match(/[\p{L}\p{N}][^\s]*/gu)?.length ?? 0;
	return { chineseCharacters, words };
}

/**
 * Holds the number of items to the option that bounds it.
 *
 * @throws InputError where more came in, and whatever reading the option throws
 */
export function checkItemCount(context: IExecuteFunctions, count: number): void {
	const options: unknown = context.getNode().parameters.options;
	if (!isObject(options) || options.maxTasks === undefined) return;
	// By itself: another option that can't be read is an error of the first item alone.
	const maxTasks = context.getNodeParameter('options.maxTasks', 0, null) ?? null;
	const most = numberOption({ maxTasks } as IDataObject, MAX_TASKS);
	if (count <= most) return;
	throw new InputError(
		`${count} items came in, and 'Max Videos per Run' allows ${most}`,
		"No video was created. Send fewer items, or raise 'Max Videos per Run' under 'Options'.",
	);
}

/** Reads a parameter of one item; the fallback is for one that the node doesn't have. */
type Given = (name: string, fallback?: NodeParameterValue) => unknown;

/**
 * Reads what one item's video is to be made from.
 *
 * @throws InputError for what the API would refuse, so that nothing is sent
 */
export function readRequest(context: IExecuteFunctions, index: number, options: IDataObject): VideoRequest {
	const given: Given = (name, fallback = '') => context.getNodeParameter(name, index, fallback);
	const id = readModel(given);
	const model = modelOf(id);
	const prompt = readPrompt(given, model);
	const seconds = given('duration');
	refuseIf(durationRefusal(seconds, model));
	const request: VideoRequest = {
		model: id,
		prompt,
		ratio: readChoice(ratioField(model.ratios), given('ratio', ADAPTIVE)),
		duration: Number(seconds),
		generateAudio: readBoolean(AUDIO_FIELD, given('generateAudio', false)),
		firstFrameUrl: readAddress(given, 'firstFrameUrl', model),
		lastFrameUrl: readAddress(given, 'lastFrameUrl', model),
		referenceImageUrls: readAddresses(given, 'referenceImageUrls', model),
		referenceVideoUrls: readAddresses(given, 'referenceVideoUrls', model),
		referenceAudioUrls: readAddresses(given, 'referenceAudioUrls', model),
	};
	if (model.resolutions) {
		const field = resolutionField(model.resolutions);
		request.resolution = readChoice(field, given('resolution', field.default as string));
	}
	refuseIf(combinationRefusal(request, model));

	const additionalFields = parsedObject(options.additionalFields);
	refuseIf(additionalRefusal(options.additionalFields, additionalFields));
	if (isObject(additionalFields)) request.additionalFields = additionalFields;
	return request;
}

function refuseIf(refusal: Refusal | undefined): void {
	if (refusal) throw new InputError(...refusal);
}

function readModel(given: Given): string {
	const model = idOfModel(readText('Model', given('model')));
	if (model === '') refuseIf(["The 'Model' is empty", 'Choose a model, or give the ID of one.']);
	return model;
}

function readPrompt(given: Given, model: Model): string {
	const prompt = given('prompt');
	refuseIf(numberRefusal(prompt));
	const text = readText('Prompt', prompt);
	refuseIf(promptRefusal(text, model));
	return text;
}

function readAddress(given: Given, field: FrameField, model: Model): string | undefined {
	const url = given(field);
	refuseIf(addressRefusal(url, placeOf(field), takerOf(model)));
	return String(url ?? '').trim() || undefined;
}

function readAddresses(given: Given, field: ReferenceField, model: Model): string[] | undefined {
	const entries = addressEntries(given(field));
	for (const entry of entries) refuseIf(addressRefusal(entry, placeOf(field), takerOf(model)));
	const urls = entries.map((entry) => String(entry ?? '').trim()).filter((url) => url !== '');
	return urls.length === 0 ? undefined : urls;
}

function takerOf({ series, assets }: Model): AddressTaker {
	return { name: series, takesAssets: assets };
}

/** The fields that take frames, and their labels in the form. */
const FRAME_FIELDS = {
	firstFrameUrl: 'First Frame URL',
	lastFrameUrl: 'Last Frame URL',
} as const satisfies Partial<Record<keyof VideoRequest, string>>;

/** The fields that take references, and their labels in the form. */
const REFERENCE_FIELDS = {
	referenceImageUrls: 'Reference Image URLs',
	referenceVideoUrls: 'Reference Video URLs',
	referenceAudioUrls: 'Reference Audio URLs',
} as const satisfies Partial<Record<keyof VideoRequest, string>>;

const ADDRESS_FIELDS = { ...FRAME_FIELDS, ...REFERENCE_FIELDS };

type FrameField = keyof typeof FRAME_FIELDS;
type ReferenceField = keyof typeof REFERENCE_FIELDS;
type AddressField = FrameField | ReferenceField;

function placeOf(field: AddressField): AddressPlace {
	return { label: ADDRESS_FIELDS[field], isList: field in REFERENCE_FIELDS };
}

/**
 * Says which address of a request leads into a private network, where GlobalAI OPC can't fetch it.
 *
 * @returns undefined where none does
 */
export function localAddressRefusal(video: VideoRequest): Refusal | undefined {
	const fields = Object.keys(ADDRESS_FIELDS) as AddressField[];
	return localRefusal(fields.map((field) => ({ ...placeOf(field), addresses: [video[field] ?? []].flat() })));
}

/** A number is no description of a video: most often it comes from another column than was meant. */
function numberRefusal(prompt: unknown): Refusal | undefined {
	if (typeof prompt !== 'number' && typeof prompt !== 'bigint') return undefined;
	return [
		`The 'Prompt' is a number: ${prompt}`,
		'Choose the field that holds the description of the video. If the number is meant, make it a text: {{ String($json.prompt) }}.',
	];
}

function promptRefusal(prompt: string, { series, promptLimits }: Model): Refusal | undefined {
	if (prompt === '') {
		return [
			"The 'Prompt' is empty",
			"Describe the video in 'Prompt'. If it is an expression, check that the incoming item has that field.",
		];
	}
	if (!promptLimits) return undefined;
	const { chineseCharacters, words } = promptLength(prompt);
	const isTooChinese = chineseCharacters > promptLimits.chineseCharacters;
	if (!isTooChinese && words <= promptLimits.words) return undefined;
	return [
		`The 'Prompt' is too long: ${isTooChinese ? `${chineseCharacters} Chinese characters` : `${words} words`}`,
		`${series} takes ${figure(promptLimits.chineseCharacters)} Chinese characters or ${figure(promptLimits.words)} English words. Shorten the 'Prompt'.`,
	];
}

function durationRefusal(value: unknown, { series, duration }: Model): Refusal | undefined {
	const { min, max, canBeChosenByModel } = duration;
	const seconds = numberOf(value) ?? NaN;
	if (
		Number.isInteger(seconds) &&
		((seconds >= min && seconds <= max) || (canBeChosenByModel && seconds === -1))
	)
		return undefined;
	const orChosen = canBeChosenByModel ? ', or -1 to let the model choose' : '';
	const shown = typeof value === 'object' ? JSON.stringify(value ?? '') : String(value ?? '').trim();
	const found = ['', '""'].includes(shown) ? 'empty' : cut(shown, 100);
	return [`'Duration' can't be ${found}`, `${series} takes whole seconds from ${min} to ${max}${orChosen}.`];
}

/** A request as the rules look at it. */
interface Media {
	request: VideoRequest;
	hasFirst: boolean;
	hasLast: boolean;
	/** Kinds of references that it has. */
	references: ReferenceKind[];
}

type Rule = (media: Media, model: Model) => Refusal | undefined;

/** What the vendor's pages don't allow together, or not alone; the first rule that is broken. */
const RULES: Rule[] = [
	lastAloneRefusal,
	noReferencesRefusal,
	kindRefusal,
	audioRefusal,
	exclusionRefusal,
	videoNeededRefusal,
	pictureNeededRefusal,
	noFramesRefusal,
];

/**
 * Says what a model does not take, or needs, of what a video is to be made from.
 *
 * @returns undefined where all is well
 */
export function combinationRefusal(request: VideoRequest, model: Model): Refusal | undefined {
	const media: Media = {
		request,
		hasFirst: request.firstFrameUrl !== undefined,
		hasLast: request.lastFrameUrl !== undefined,
		references: KINDS.filter((kind) => request[FIELD_OF[kind]] !== undefined),
	};
	for (const rule of RULES) {
		const refusal = rule(media, model);
		if (refusal) return refusal;
	}
	return undefined;
}

const KINDS: ReferenceKind[] = ['image', 'video', 'audio'];

const FIELD_OF: Record<ReferenceKind, ReferenceField> = {
	image: 'referenceImageUrls',
	video: 'referenceVideoUrls',
	audio: 'referenceAudioUrls',
};

const ALL_REFERENCES = enumeration(
	Object.values(REFERENCE_FIELDS).map((label) => `'${label}'`),
	'and',
);

/** Models to choose instead, as the end of a sentence; nothing where there is none. */
function orChoose(isFit: (model: Model) => boolean): string {
	const names = namesOf(MODELS.filter(isFit));
	return names.length === 0 ? '' : `, or choose ${enumeration(names, 'or')} in 'Model'`;
}

function lastAloneRefusal({ hasFirst, hasLast }: Media): Refusal | undefined {
	if (!hasLast || hasFirst) return undefined;
	return [
		"There is a 'Last Frame URL' but no 'First Frame URL'",
		"Give both, or only the 'First Frame URL'.",
	];
}

function noReferencesRefusal({ references }: Media, model: Model): Refusal | undefined {
	if (references.length === 0 || takesReferences(model)) return undefined;
	return [`${model.series} takes no references`, `Empty ${ALL_REFERENCES}${orChoose(takesReferences)}.`];
}

function kindRefusal(
	{ request, references }: Media,
	{ series, references: most }: Model,
): Refusal | undefined {
	for (const kind of references) {
		const field = FIELD_OF[kind];
		const count = request[field]?.length ?? 0;
		const label = `'${REFERENCE_FIELDS[field]}'`;
		const limit = most[kind];
		if (limit === undefined) {
			const advice = `Empty ${label}${orChoose((model) => model.references[kind] !== undefined)}.`;
			return [`${series} takes no reference ${kind}s`, advice];
		}
		if (count > limit) {
			const advice = `Give fewer${orChoose((model) => (model.references[kind] ?? 0) >= count)}.`;
			return [`${label} holds ${count} addresses, and ${series} takes ${limit} at most`, advice];
		}
	}
	return undefined;
}

function audioRefusal({ request }: Media, { series, audio }: Model): Refusal | undefined {
	if (!request.generateAudio || audio) return undefined;
	return [`'Generate Audio' can't be on with ${series}`, "Turn 'Generate Audio' off for this item."];
}

function exclusionRefusal({ hasFirst, references }: Media, model: Model): Refusal | undefined {
	if (!hasFirst || references.length === 0 || !model.framesOrReferences) return undefined;
	return [
		`${model.series} takes frames or references, not both`,
		`Empty 'First Frame URL' and 'Last Frame URL', or else ${ALL_REFERENCES}.`,
	];
}

function videoNeededRefusal({ request, references }: Media, { needs, series }: Model): Refusal | undefined {
	if (needs !== 'referenceVideo' || references.includes('video')) return undefined;
	const others = orChoose((model) => model.series === series && !model.needs);
	return [
		`The model ${request.model} needs a reference video`,
		`Fill in 'Reference Video URLs'${others && `${others}, which need none`}.`,
	];
}

function pictureNeededRefusal(
	{ hasFirst, references }: Media,
	{ needs, series }: Model,
): Refusal | undefined {
	if (needs !== 'picture' || hasFirst || references.length > 0) return undefined;
	return [
		`${series} needs a first frame or a reference`,
		`Fill in 'First Frame URL', or one of ${ALL_REFERENCES}.`,
	];
}

function noFramesRefusal({ request, hasFirst }: Media, { frames }: Model): Refusal | undefined {
	if (!hasFirst || frames) return undefined;
	return [
		`The model ${request.model} takes no frames`,
		`Empty 'First Frame URL' and 'Last Frame URL'${orChoose((model) => model.frames)}.`,
	];
}

function additionalRefusal(given: unknown, parsed: IDataObject | string | undefined): Refusal | undefined {
	const problem = brokenText(typeof given === 'string' ? given : (JSON.stringify(given) ?? ''));
	if (problem) return [`'Additional Body Fields' ${problem[0]}`, problem[1]];
	if (typeof parsed !== 'string') return undefined;
	return [
		`'Additional Body Fields' is not a JSON object: ${parsed}`,
		'Give an object such as {"seed": 7}, with double quotes around names and texts, or remove the option.',
	];
}

/** @returns the object; undefined where nothing is given; words on what else it is */
function parsedObject(given: unknown): IDataObject | string | undefined {
	let value = given;
	if (typeof given === 'string') {
		if (given.trim() === '') return undefined;
		try {
			value = JSON.parse(given);
		} catch (error) {
			return (error as Error).message;
		}
	}
	if (value === undefined || value === null) return undefined;
	if (!isObject(value)) return `it is ${Array.isArray(value) ? 'a list' : `a ${typeof value}`}`;
	return Object.keys(value).length === 0 ? undefined : (value as IDataObject);
}
