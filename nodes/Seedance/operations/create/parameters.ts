import { NodeOperationError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';

import { ADAPTIVE, familyOf, type ModelFamily, needsReferenceVideo, type VideoRequest } from '../../api/models';
import { isObject } from '../../shared/text';
import { numberOption } from '../shared/options';
import { readChoice } from '../shared/parameters';
import { RATIO_FIELD, RESOLUTION_FIELD } from './description';

/** What is wrong with a request, and what to do about it. */
type Refusal = [message: string, description: string];

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
 * @throws NodeOperationError where more came in, and whatever reading the option throws
 */
export function checkItemCount(context: IExecuteFunctions, count: number): void {
	const options: unknown = context.getNode().parameters.options;
	if (!isObject(options) || options.maxTasks === undefined) return;
	// By itself: another option that can't be read is an error of the first item alone.
	const maxTasks = context.getNodeParameter('options.maxTasks', 0, null) ?? null;
	const most = numberOption(context, 0, { maxTasks } as IDataObject, 'maxTasks');
	if (count <= most) return;
	throw new NodeOperationError(context.getNode(), `${count} items came in, and 'Max Videos per Run' allows ${most}`, {
		description: "No video was created. Send fewer items, or raise 'Max Videos per Run' under 'Options'.",
	});
}

/**
 * Reads what one item's video is to be made from.
 *
 * @throws NodeOperationError for what the API would refuse, so that nothing is sent
 */
export function readRequest(context: IExecuteFunctions, index: number, options: IDataObject): VideoRequest {
	const refuseIf = (refusal: Refusal | undefined) => {
		if (!refusal) return;
		const [message, description] = refusal;
		throw new NodeOperationError(context.getNode(), message, { itemIndex: index, description });
	};
	const text = (name: string) => String(context.getNodeParameter(name, index, '') ?? '').trim();

	const model = text('model');
	if (model === '') refuseIf(["The 'Model' is empty", 'Choose a model, or give the ID of one.']);
	const family = familyOf(model);

	const prompt = text('prompt');
	refuseIf(promptRefusal(prompt, family));

	const duration = text('duration');
	refuseIf(durationRefusal(duration, family));

	const address = (name: string, label: string) => {
		const url = text(name);
		refuseIf(addressRefusal(url, label, family));
		return url || undefined;
	};
	/** One address a line, or a list of an expression. */
	const addresses = (name: string, label: string) => {
		const value: unknown = context.getNodeParameter(name, index, '') ?? '';
		const lines = Array.isArray(value) ? value.map(String) : String(value).split(/[\r\n]+/);
		const urls = lines.map((line) => line.trim()).filter((line) => line !== '');
		for (const url of urls) refuseIf(addressRefusal(url, label, family));
		return urls.length === 0 ? undefined : urls;
	};
	const request: VideoRequest = {
		model,
		prompt,
		ratio: readChoice(context, index, RATIO_FIELD, context.getNodeParameter('ratio', index, ADAPTIVE)),
		duration: Number(duration),
		generateAudio: context.getNodeParameter('generateAudio', index, false) === true,
		firstFrameUrl: address('firstFrameUrl', 'First Frame URL'),
		lastFrameUrl: address('lastFrameUrl', 'Last Frame URL'),
		referenceImageUrls: addresses('referenceImageUrls', 'Reference Image URLs'),
		referenceVideoUrls: addresses('referenceVideoUrls', 'Reference Video URLs'),
		referenceAudioUrls: addresses('referenceAudioUrls', 'Reference Audio URLs'),
	};
	if (family.resolutions) {
		const resolution = context.getNodeParameter('resolution', index, RESOLUTION_FIELD.default);
		request.resolution = readChoice(context, index, RESOLUTION_FIELD, resolution);
	}
	refuseIf(combinationRefusal(request, family));

	const additionalFields = parsedObject(options.additionalFields);
	if (typeof additionalFields === 'string') {
		refuseIf([
			`'Additional Body Fields' is not a JSON object: ${additionalFields}`,
			'Give an object such as {"seed": 7}, with double quotes around names and texts, or remove the option.',
		]);
	} else if (additionalFields) {
		request.additionalFields = additionalFields;
	}
	return request;
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

function durationRefusal(text: string, { name, duration }: ModelFamily): Refusal | undefined {
	const { min, max, canBeChosenByModel } = duration;
	const seconds = Number(text || NaN);
	if (Number.isInteger(seconds) && ((seconds >= min && seconds <= max) || (canBeChosenByModel && seconds === -1))) return undefined;
	const orChosen = canBeChosenByModel ? ', or -1 to let the model choose' : '';
	return [`'Duration' can't be ${text || 'empty'}`, `${name} takes whole seconds from ${min} to ${max}${orChosen}.`];
}

function addressRefusal(url: string, label: string, { name, takesReferences }: ModelFamily): Refusal | undefined {
	const isAsset = /^asset:\/\/\S+$/i.test(url);
	if (url === '' || (takesReferences && isAsset) || (/^https?:\/\/\S+$/i.test(url) && URL.canParse(url))) return undefined;
	if (isAsset) return [`'${label}' can't be an asset with ${name}`, 'Give an address that starts with https:// and needs no login.'];
	const found = label.endsWith('s') ? `A line in '${label}'` : `The '${label}'`;
	return [
		`${found} is not an http or https address: ${url.slice(0, 100)}`,
		`The API fetches it itself: give an address that starts with https:// and needs no login${takesReferences ? ', or asset:// and the ID of an asset' : ''}.`,
	];
}

/** The labels of the fields that a video goes by. */
const REFERENCE_FIELDS = "'Reference Image URLs', 'Reference Video URLs' and 'Reference Audio URLs'";

/** What the vendor's pages don't allow together, or not alone. */
function combinationRefusal(request: VideoRequest, family: ModelFamily): Refusal | undefined {
	const { name, takesReferences, takesAudio } = family;
	const { firstFrameUrl, lastFrameUrl, referenceImageUrls, referenceVideoUrls, referenceAudioUrls } = request;
	const hasReferences = [referenceImageUrls, referenceVideoUrls, referenceAudioUrls].some((urls) => urls !== undefined);

	if (lastFrameUrl !== undefined && firstFrameUrl === undefined) {
		return ["There is a 'Last Frame URL' but no 'First Frame URL'", "Give both, or only the 'First Frame URL'."];
	}
	if (hasReferences && !takesReferences) {
		return [`${name} takes no references`, `Empty ${REFERENCE_FIELDS}, or choose Seedance 2.0 or X1 in 'Model'.`];
	}
	if (request.generateAudio && !takesAudio) {
		return [`'Generate Audio' can't be on with ${name}`, "Turn 'Generate Audio' off for this item."];
	}
	if (hasReferences && firstFrameUrl !== undefined && family.framesOrReferences) {
		return [`${name} takes frames or references, not both`, `Empty 'First Frame URL' and 'Last Frame URL', or else ${REFERENCE_FIELDS}.`];
	}
	if (referenceVideoUrls === undefined && needsReferenceVideo(request.model)) {
		return [
			`The model ${request.model} needs a reference video`,
			"Fill in 'Reference Video URLs', or choose Seedance 2.0 Pro or 2.0 Fast Pro in 'Model', which need none.",
		];
	}
	if (family.needsPicture && firstFrameUrl === undefined && !hasReferences) {
		return [`${name} needs a picture or a reference`, `Fill in 'First Frame URL', or one of ${REFERENCE_FIELDS}.`];
	}
	return undefined;
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
