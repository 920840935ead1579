import type { IDataObject, IExecuteFunctions, NodeParameterValue } from 'n8n-workflow';

import {
	ADAPTIVE,
	familyOf,
	idOfModel,
	type ModelFamily,
	needsReferenceVideo,
	type VideoRequest,
} from '../models';
import { InputError } from '../../../core/error';
import { brokenText } from '../../../core/input';
import { cut, isObject } from '../../../core/text';
import { numberOption } from '../../../core/options';
import { numberOf, readBoolean, readChoice, readText } from '../../../core/parameters';
import {
	addressEntries,
	type AddressPlace,
	addressRefusal,
	localRefusal,
	type Refusal,
} from '../../../media/addresses';
import { AUDIO_FIELD, RATIO_FIELD, RESOLUTION_FIELD } from './fields';

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
	const most = numberOption({ maxTasks } as IDataObject, 'maxTasks');
	if (count <= most) return;
	throw new InputError(
		`${count} items came in, and 'Max Videos per Run' allows ${most}`,
		"No video was created. Send fewer items, or raise 'Max Videos per Run' under 'Options'.",
	);
}

/**
 * Reads what one item's video is to be made from.
 *
 * @throws InputError for what the API would refuse, so that nothing is sent
 */
export function readRequest(context: IExecuteFunctions, index: number, options: IDataObject): VideoRequest {
	const refuseIf = (refusal: Refusal | undefined) => {
		if (refusal) throw new InputError(...refusal);
	};
	const given = (name: string, fallback: NodeParameterValue = ''): unknown =>
		context.getNodeParameter(name, index, fallback);

	const model = idOfModel(readText('Model', given('model')));
	if (model === '') refuseIf(["The 'Model' is empty", 'Choose a model, or give the ID of one.']);
	const family = familyOf(model);

	const prompt = given('prompt');
	refuseIf(numberRefusal(prompt));
	const text = readText('Prompt', prompt);
	refuseIf(promptRefusal(text, family));

	const seconds = given('duration');
	refuseIf(durationRefusal(seconds, family));

	const taker = { name: family.name, takesAssets: family.takesReferences };
	const address = (field: AddressField) => {
		const url = given(field);
		refuseIf(addressRefusal(url, placeOf(field), taker));
		return String(url ?? '').trim() || undefined;
	};
	const addresses = (field: AddressField) => {
		const entries = addressEntries(given(field));
		for (const entry of entries) refuseIf(addressRefusal(entry, placeOf(field), taker));
		const urls = entries.map((entry) => String(entry ?? '').trim()).filter((url) => url !== '');
		return urls.length === 0 ? undefined : urls;
	};
	const request: VideoRequest = {
		model,
		prompt: text,
		ratio: readChoice(RATIO_FIELD, given('ratio', ADAPTIVE)),
		duration: Number(seconds),
		generateAudio: readBoolean(AUDIO_FIELD, given('generateAudio', false)),
		firstFrameUrl: address('firstFrameUrl'),
		lastFrameUrl: address('lastFrameUrl'),
		referenceImageUrls: addresses('referenceImageUrls'),
		referenceVideoUrls: addresses('referenceVideoUrls'),
		referenceAudioUrls: addresses('referenceAudioUrls'),
	};
	if (family.resolutions) {
		const resolution = given('resolution', RESOLUTION_FIELD.default as string);
		request.resolution = readChoice(RESOLUTION_FIELD, resolution);
	}
	refuseIf(combinationRefusal(request, family));

	const additionalFields = parsedObject(options.additionalFields);
	refuseIf(additionalRefusal(options.additionalFields, additionalFields));
	if (isObject(additionalFields)) request.additionalFields = additionalFields;
	return request;
}

/** The fields that take addresses, and their labels in the form. */
const ADDRESS_FIELDS = {
	firstFrameUrl: 'First Frame URL',
	lastFrameUrl: 'Last Frame URL',
	referenceImageUrls: 'Reference Image URLs',
	referenceVideoUrls: 'Reference Video URLs',
	referenceAudioUrls: 'Reference Audio URLs',
} as const satisfies Partial<Record<keyof VideoRequest, string>>;

type AddressField = keyof typeof ADDRESS_FIELDS;

function placeOf(field: AddressField): AddressPlace {
	return { label: ADDRESS_FIELDS[field], isList: field.startsWith('reference') };
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

function promptRefusal(prompt: string, { name, promptLimits }: ModelFamily): Refusal | undefined {
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
		`${name} takes ${promptLimits.chineseCharacters} Chinese characters or ${promptLimits.words} English words. Shorten the 'Prompt'.`,
	];
}

function durationRefusal(value: unknown, { name, duration }: ModelFamily): Refusal | undefined {
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
	return [`'Duration' can't be ${found}`, `${name} takes whole seconds from ${min} to ${max}${orChosen}.`];
}

/** The labels of the fields that a video goes by. */
const REFERENCE_FIELDS = "'Reference Image URLs', 'Reference Video URLs' and 'Reference Audio URLs'";

/** What the vendor's pages don't allow together, or not alone. */
function combinationRefusal(request: VideoRequest, family: ModelFamily): Refusal | undefined {
	const { name, takesReferences, takesAudio } = family;
	const { firstFrameUrl, lastFrameUrl, referenceImageUrls, referenceVideoUrls, referenceAudioUrls } = request;
	const hasReferences = [referenceImageUrls, referenceVideoUrls, referenceAudioUrls].some(
		(urls) => urls !== undefined,
	);

	if (lastFrameUrl !== undefined && firstFrameUrl === undefined) {
		return [
			"There is a 'Last Frame URL' but no 'First Frame URL'",
			"Give both, or only the 'First Frame URL'.",
		];
	}
	if (hasReferences && !takesReferences) {
		return [
			`${name} takes no references`,
			`Empty ${REFERENCE_FIELDS}, or choose Seedance 2.0 or X1 in 'Model'.`,
		];
	}
	if (request.generateAudio && !takesAudio) {
		return [`'Generate Audio' can't be on with ${name}`, "Turn 'Generate Audio' off for this item."];
	}
	if (hasReferences && firstFrameUrl !== undefined && family.framesOrReferences) {
		return [
			`${name} takes frames or references, not both`,
			`Empty 'First Frame URL' and 'Last Frame URL', or else ${REFERENCE_FIELDS}.`,
		];
	}
	if (referenceVideoUrls === undefined && needsReferenceVideo(request.model)) {
		return [
			`The model ${request.model} needs a reference video`,
			"Fill in 'Reference Video URLs', or choose Seedance 2.0 Pro or 2.0 Fast Pro in 'Model', which need none.",
		];
	}
	if (family.needsPicture && firstFrameUrl === undefined && !hasReferences) {
		return [
			`${name} needs a first frame or a reference`,
			`Fill in 'First Frame URL', or one of ${REFERENCE_FIELDS}.`,
		];
	}
	return undefined;
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
