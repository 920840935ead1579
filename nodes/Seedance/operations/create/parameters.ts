import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';

import { DURATION_SECONDS, PROMPT_LIMITS, type VideoRequest } from '../../api/models';
import { readChoice } from '../shared/parameters';
import { RATIO_FIELD } from './description';

/** The length of a prompt as the API counts it: Chinese by the character, everything else by the word. */
export function promptLength(prompt: string): { chineseCharacters: number; words: number } {
	const chineseCharacters = prompt.match(/\p{Script=Han}/gu)?.length ?? 0;
	const rest = prompt.replace(/\p{Script=Han}/gu, ' ');
	const words = rest.match(/[\p{L}\p{N}][^\s]*/gu)?.length ?? 0;
	return { chineseCharacters, words };
}

/**
 * Reads what one item's video is to be made from.
 *
 * @throws NodeOperationError for what the API would refuse, so that nothing is sent
 */
export function readRequest(context: IExecuteFunctions, index: number): VideoRequest {
	const refuse = (message: string, description: string) =>
		new NodeOperationError(context.getNode(), message, { itemIndex: index, description });
	const text = (name: string) => String(context.getNodeParameter(name, index, '') ?? '').trim();

	const prompt = text('prompt');
	if (prompt === '') {
		throw refuse(
			'The Prompt is empty',
			'Describe the video in Prompt. If it is an expression, check that the incoming item has that field.',
		);
	}
	const { chineseCharacters, words } = promptLength(prompt);
	if (chineseCharacters > PROMPT_LIMITS.chineseCharacters || words > PROMPT_LIMITS.words) {
		const length = chineseCharacters > PROMPT_LIMITS.chineseCharacters ? `${chineseCharacters} Chinese characters` : `${words} words`;
		throw refuse(
			`The Prompt is too long: ${length}`,
			`Shorten it to ${PROMPT_LIMITS.chineseCharacters} Chinese characters or ${PROMPT_LIMITS.words} English words.`,
		);
	}

	const model = text('model');
	if (model === '') throw refuse('The Model is empty', 'Choose a model, or give the ID of one.');

	const duration = Number(text('duration') || NaN);
	if (!Number.isInteger(duration) || (duration !== -1 && (duration < DURATION_SECONDS.min || duration > DURATION_SECONDS.max))) {
		throw refuse(
			`The Duration can't be ${text('duration') || 'empty'}`,
			`Give whole seconds from ${DURATION_SECONDS.min} to ${DURATION_SECONDS.max}, or -1 to let the model choose.`,
		);
	}

	const frame = (name: string, label: string) => {
		const url = text(name);
		if (url === '') return undefined;
		if (/^https?:\/\//i.test(url) && URL.canParse(url)) return url;
		throw refuse(
			`The ${label} is not an http or https address`,
			'The API fetches the picture itself: give an address that starts with https:// and needs no login.',
		);
	};
	const firstFrameUrl = frame('firstFrameUrl', 'First Frame URL');
	const lastFrameUrl = frame('lastFrameUrl', 'Last Frame URL');
	if (lastFrameUrl !== undefined && firstFrameUrl === undefined) {
		throw refuse(
			'There is a Last Frame URL but no First Frame URL',
			'Give both, or only the first frame.',
		);
	}

	return {
		model,
		prompt,
		firstFrameUrl,
		lastFrameUrl,
		ratio: readChoice(context, index, RATIO_FIELD, context.getNodeParameter('ratio', index, 'adaptive')),
		duration,
		generateAudio: context.getNodeParameter('generateAudio', index, false) === true,
	};
}
