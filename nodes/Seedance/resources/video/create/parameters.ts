import type { IDataObject, IExecuteFunctions, INodeProperties, NodeParameterValue } from 'n8n-workflow';

import {
	ADAPTIVE,
	CHOSEN_BY_MODEL,
	idOfModel,
	type Model,
	modelOf,
	NO_LIMIT,
	RATIOS,
	type Setting,
	type VideoRequest,
} from '../models';
import { InputError } from '../../../core/error';
import { brokenText } from '../../../core/input';
import { cut, isObject } from '../../../core/text';
import { numberOption } from '../../../core/options';
import { numberOf, readBoolean, readChoice, readNumber, readText } from '../../../core/parameters';
import type { AddressTaker, Refusal } from '../../../media/addresses';
import { type Files, type Medium, readMedia, readMedium } from '../../../media/medium';
import { wantsLastFrame } from '../download';
import { DOWNLOAD_LAST_FRAME, MAX_TASKS } from '../options';
import {
	AUDIO_FIELD,
	figure,
	MODELS_OWN_RESOLUTION,
	ratioField,
	REVIEW_FIELD,
	resolutionField,
	SETTINGS,
	usualResolution,
} from './modelFields';
import { type GivenMedia, MEDIA_FIELDS, type MediaField, type MediaOrder, placeOf, textOf } from './media';
import { combinationRefusal, orChoose } from './rules';

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
 * @param files the item's
 * @throws InputError for what the API would refuse, so that nothing is sent
 */
export function readRequest(
	context: IExecuteFunctions,
	index: number,
	options: IDataObject,
	files: Files = {},
): Pick<MediaOrder, 'video' | 'media' | 'reviewMedia'> {
	const given: Given = (name, fallback = '') => context.getNodeParameter(name, index, fallback);
	const id = readModel(given);
	const model = modelOf(id);
	const prompt = readPrompt(given, model);
	const seconds = given('duration');
	refuseIf(durationRefusal(seconds, model));
	const reviewMedia = readReviewMedia(given, model);
	const media = readGivenMedia(given, model, files, reviewMedia);
	const request: VideoRequest = {
		model: id,
		prompt,
		ratio: readRatio(given('ratio', ADAPTIVE), model),
		resolution: readResolution(given('resolution', MODELS_OWN_RESOLUTION), model),
		duration: Number(seconds),
		generateAudio: readBoolean(AUDIO_FIELD, given('generateAudio', false)),
		...readSettings(options, model, given('downloadVideo', false) === true && wantsLastFrame(options)),
		...mediaTexts(media, model, files),
	};
	refuseIf(combinationRefusal(request, model));

	const additionalFields = parsedObject(options.additionalFields);
	refuseIf(additionalRefusal(options.additionalFields, additionalFields));
	if (isObject(additionalFields)) request.additionalFields = additionalFields;
	return { video: request, media, reviewMedia };
}

function refuseIf(refusal: Refusal | undefined): void {
	if (refusal) throw new InputError(...refusal);
}

function readModel(given: Given): string {
	const located: unknown = given('model');
	const chosen: unknown = isObject(located) && 'mode' in located ? located.value : located;
	const model = idOfModel(readText('Model', chosen));
	if (model === '') refuseIf(["The 'Model' is empty", 'Choose a model, or give the ID of one.']);
	return model;
}

function readRatio(given: unknown, { name, ratios, isUnlisted }: Model): string {
	if (isUnlisted && typeof given === 'string' && /^\s*\d+:\d+\s*$/.test(given)) return given.trim();
	return readChoice(ratioField(isUnlisted ? RATIOS : ratios), given, name);
}

/** @returns undefined where none is sent */
function readResolution(given: unknown, model: Model): string | undefined {
	if (model.way.fields.resolution === undefined) return undefined;
	const isOwn = given === '' || given === MODELS_OWN_RESOLUTION;
	if (isOwn) return model.isUnlisted ? undefined : usualResolution(model);
	if (model.isUnlisted) return readText('Resolution', given);
	return readChoice(resolutionField(model.resolutions ?? []), given, model.name);
}

/** A model that takes no assets needs no review. */
function readReviewMedia(given: Given, { name, assets }: Model): boolean {
	const isOn = readBoolean(REVIEW_FIELD, given(REVIEW_FIELD.name, false));
	if (!isOn || !assets) return false;
	if (assets.library === undefined) {
		refuseIf([
			`'${REVIEW_FIELD.displayName}' can't be on with ${name}: which asset library it uses is not known`,
			`Turn it off. Upload the media to the library of the model with the resource 'Asset', and give their references.`,
		]);
	}
	return true;
}

type Settings = Pick<VideoRequest, Setting>;

/** @param needsLastFrame whether the last frame is downloaded, so that the API has to be told */
function readSettings(options: IDataObject, model: Model, needsLastFrame: boolean): Settings {
	if (needsLastFrame && options.returnLastFrame === undefined) {
		refuseIf(settingRefusal('returnLastFrame', model, DOWNLOAD_LAST_FRAME.displayName));
		return { ...readSettings(options, model, false), returnLastFrame: true };
	}
	const given = (Object.keys(SETTINGS) as Setting[]).filter((setting) => options[setting] !== undefined);
	for (const setting of given) refuseIf(settingRefusal(setting, model));
	return Object.fromEntries(
		given.map((setting) => {
			const field = SETTINGS[setting];
			const value = options[setting];
			return [setting, setting === 'seed' ? readSeed(field, value) : readBoolean(field, value)];
		}),
	);
}

function readSeed(field: INodeProperties, value: unknown): number {
	const seed = readNumber(field, value);
	if (!Number.isInteger(seed)) {
		refuseIf([`'Seed' can't be ${seed}`, 'Give a whole number from -1 to 2147483647.']);
	}
	return seed;
}

function settingRefusal(
	setting: Setting,
	{ name, settings }: Model,
	label = SETTINGS[setting].displayName,
): Refusal | undefined {
	if (settings.includes(setting)) return undefined;
	const others = orChoose((model) => model.settings.includes(setting));
	return [`${name} does not take '${label}'`, `Remove '${label}' under 'Options'${others}.`];
}

function readPrompt(given: Given, model: Model): string {
	const prompt = given('prompt');
	refuseIf(numberRefusal(prompt));
	const text = readText('Prompt', prompt);
	refuseIf(promptRefusal(text, model));
	return text;
}

/**
 * The media of an item, by their fields; none for a field that is empty.
 *
 * @param isReviewed whether they become assets, so that a model that takes nothing else takes them too
 */
function readGivenMedia(
	given: Given,
	{ name, assets }: Model,
	files: Files,
	isReviewed: boolean,
): GivenMedia {
	const taker: AddressTaker = { name, assets: assets && isReviewed ? { scheme: assets.scheme } : assets };
	const fields = (Object.keys(MEDIA_FIELDS) as MediaField[]).map((field): [MediaField, Medium[]] => {
		const [value, place] = [given(field), placeOf(field)];
		if (place.isList) return [field, readMedia(value, place, taker, files)];
		const medium = readMedium(value, place, taker, files);
		return [field, medium ? [medium] : []];
	});
	return Object.fromEntries(fields.filter(([, media]) => media.length > 0));
}

/** The same as the request says them. */
function mediaTexts(media: GivenMedia, model: Model, files: Files): Partial<VideoRequest> {
	const texts = (Object.entries(media) as Array<[MediaField, Medium[]]>).map(([field, list]) => {
		const all = list.map((medium) => textOf(medium, model, files));
		return [field, placeOf(field).isList ? all : all[0]];
	});
	return Object.fromEntries(texts) as Partial<VideoRequest>;
}

/** A number is no description of a video: most often it comes from another column than was meant. */
function numberRefusal(prompt: unknown): Refusal | undefined {
	if (typeof prompt !== 'number' && typeof prompt !== 'bigint') return undefined;
	return [
		`The 'Prompt' is a number: ${prompt}`,
		'Choose the field that holds the description of the video. If the number is meant, make it a text: {{ String($json.prompt) }}.',
	];
}

function promptRefusal(prompt: string, { name, promptLimits }: Model): Refusal | undefined {
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
		`${name} takes ${figure(promptLimits.chineseCharacters)} Chinese characters or ${figure(promptLimits.words)} English words. Shorten the 'Prompt'.`,
	];
}

function durationRefusal(value: unknown, { name, duration, isUnlisted }: Model): Refusal | undefined {
	const { min, max } = duration;
	const canBeChosenByModel = duration.canBeChosenByModel ?? isUnlisted;
	const seconds = numberOf(value) ?? NaN;
	const isChosenByModel = canBeChosenByModel && seconds === CHOSEN_BY_MODEL;
	if (Number.isInteger(seconds) && ((seconds >= min && seconds <= max) || isChosenByModel)) return undefined;
	const shown = typeof value === 'object' ? JSON.stringify(value ?? '') : String(value ?? '').trim();
	const found = ['', '""'].includes(shown) ? 'empty' : cut(shown, 100);
	const bounds = max === NO_LIMIT ? `of ${min} or more` : `from ${min} to ${max}`;
	const orChosen = canBeChosenByModel ? ', or -1 to let the model choose' : '';
	return [`'Duration' can't be ${found}`, `${name} takes whole seconds ${bounds}${orChosen}.`];
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
