import type { INodeParameters } from 'n8n-workflow';

import {
	type Model,
	MODELS,
	type ReferenceKind,
	takesReferences,
} from '../../nodes/Seedance/resources/video/models';
import { useSimulator } from './harness/simulator';

/** Answers what the vendor's pages don't allow with 400. */
const simulator = useSimulator();

beforeAll(() => {
	for (const assetType of ['Image', 'Video', 'Audio'] as const) {
		simulator.api.addAsset({ id: `asset-${assetType}`, assetType, library: 'seedance25', finishAfter: 0 });
	}
});

const VIDEO = 'https://videos.example/dance.mp4';
const PICTURE = 'https://pictures.example/first.png';

const create = simulator.runs({
	items: [{ prompt: 'A cat' }],
	parameters: {
		operation: 'create',
		waitUntilDone: 'no',
		prompt: '={{ $json.prompt }}',
		options: { requestTimeout: 5, maxRetries: 0 },
	},
});

/** A medium as the model takes it. */
function medium({ assets }: Model, kind: ReferenceKind = 'image'): string {
	if (!assets?.isRequired) return kind === 'image' ? PICTURE : VIDEO;
	return `${assets.scheme}://asset-${{ image: 'Image', video: 'Video', audio: 'Audio' }[kind]}`;
}

/** What a model needs at least. */
function needed(model: Model): INodeParameters {
	if (model.needs === 'referenceVideo') return { referenceVideos: VIDEO };
	return model.needs === 'picture' ? { firstFrame: PICTURE } : {};
}

const FIELD = { image: 'referenceImages', video: 'referenceVideos', audio: 'referenceAudios' };

/** As many references as the model takes, three of a kind where there is no limit. */
function mostReferences(model: Model): INodeParameters {
	const kinds = Object.entries(model.references) as Array<[ReferenceKind, number]>;
	return Object.fromEntries(
		kinds.map(([kind, most]) => [
			FIELD[kind],
			Array.from({ length: Math.min(most, 3) }, () => medium(model, kind)).join('\n'),
		]),
	);
}

/** What the form of a model offers, by its row: the simulator knows the models' limits from elsewhere. */
function formsOf(model: Model): INodeParameters[] {
	const { duration, resolutions = [], ratios, frames, audio, settings } = model;
	const least = needed(model);
	const picture = medium(model);
	return [
		least,
		{ ...least, duration: duration.min },
		{ ...least, duration: duration.canBeChosenByModel ? -1 : duration.max },
		...resolutions.map((resolution) => ({ ...least, resolution })),
		...ratios.map((ratio) => ({ ...least, ratio })),
		...(frames ? [{ firstFrame: picture }, { firstFrame: picture, lastFrame: picture }] : []),
		...(takesReferences(model) ? [mostReferences(model)] : []),
		...(audio === false ? [] : [{ ...least, generateAudio: true }]),
		...settings.map((setting) => ({
			...least,
			options: { requestTimeout: 5, maxRetries: 0, [setting]: setting === 'seed' ? 7 : true },
		})),
	];
}

describe.each(MODELS.map((model) => [model.id, model] as const))('%s', (id, model) => {
	test.each(['chosen', 'from an expression'])('takes what the form offers, %s', async (how) => {
		for (const form of formsOf(model)) {
			simulator.api.resetLog();
			const value = how === 'chosen' ? id : '={{ $json.model }}';
			const { outputs, error } = await create({
				items: [{ prompt: 'A cat', model: id }],
				parameters: { model: { __rl: true, mode: 'id', value }, ...form },
			});
			expect([form, error?.message, error?.description]).toEqual([form, undefined, undefined]);
			expect(outputs[0]?.[0]?.json).toMatchObject({ object: 'video', model: id, status: 'queued' });
			expect(simulator.api.requests).toMatchObject([
				{ method: 'POST', path: `/kyyReactApiServer${model.way.path}` },
			]);
		}
	});
});

test("the form's defaults are those of the chosen model", async () => {
	const bodies: unknown[] = [];
	for (const [model, more] of [
		['seedance_2_0_pro', {}],
		['seedance_2_0_x1_official', { firstFrame: PICTURE }],
	] as const) {
		await create({ parameters: { model, ...more } });
		bodies.push(simulator.api.created.at(-1)?.body);
	}
	const content = [
		{ type: 'text', text: 'A cat' },
		{ type: 'image_url', image_url: { url: PICTURE }, role: 'first_frame' },
	];
	expect(bodies).toEqual([
		{ model: 'seedance_2_0_pro', prompt: 'A cat', duration: 5, generateAudio: false },
		{ model: 'seedance_2_0_x1_official', content, resolution: '720p', ratio: '16:9', duration: 5 },
	]);
});

test('what the form no longer shows is not sent', async () => {
	const hidden = {
		model: 'seedance_2_0',
		firstFrame: PICTURE,
		resolution: '1080p',
		referenceVideos: 'https://v.example',
	};
	const { error } = await create({ parameters: hidden });
	expect(error).toBeUndefined();
	expect(simulator.api.created.at(-1)?.body).not.toHaveProperty('first_image');
});

describe('Max Videos per Run', () => {
	const items = Array.from({ length: 4 }, (_, row) => ({ prompt: `Row ${row}` }));

	test.each([
		['stopWorkflow', {}],
		['continueRegularOutput', {}],
		['continueErrorOutput', {}],
		['stopWorkflow', { tries: 3 }],
	] as const)('more items than that: nothing is sent, On Error %s %j', async (onError, more) => {
		const parameters = { options: { maxTasks: 3 } };
		const { outputs, error } = await create({ items, parameters, onError, ...more });
		const words = '4 items came in';
		if (onError === 'stopWorkflow') expect(error?.message).toContain(words);
		const failed = outputs[onError === 'continueErrorOutput' ? 1 : 0] ?? [];
		expect(failed.map(({ json }) => String(json.error).includes(words))).toEqual(
			error ? [] : items.map(() => true),
		);
		expect(simulator.api.requests).toHaveLength(0);
	});

	test('as many as that, or fewer, are created; the first item says how many', async () => {
		const parameters = { options: { maxTasks: '={{ $itemIndex === 0 ? 4 : 1 }}' } };
		const { outputs, error } = await create({ items, parameters });
		expect(error).toBeUndefined();
		expect(outputs[0]).toHaveLength(4);
	});

	test.each([{}, { maxTasks: 4 }])(
		'an option that throws for the first row is its error alone, with the options %j',
		async (more) => {
			const parameters = {
				options: { maxRetries: '={{ $itemIndex === 0 ? $("Nowhere").item.json.tries : 1 }}', ...more },
			};
			const { outputs } = await create({ items, parameters, onError: 'continueErrorOutput' });
			expect(outputs.map((leaving) => leaving.map(({ pairedItem }) => pairedItem))).toEqual([
				[1, 2, 3].map((item) => ({ item })),
				[{ item: 0 }],
			]);
			expect(simulator.api.requests).toHaveLength(3);
		},
	);

	test('where it can not be read, nothing is sent for any item', async () => {
		const parameters = {
			options: { maxTasks: '={{ $itemIndex === 0 ? $("Nowhere").item.json.most : 100 }}' },
		};
		const { outputs } = await create({ items, parameters, onError: 'continueRegularOutput' });
		expect(outputs[0]?.map(({ json }) => String(json.error).includes("node doesn't exist"))).toEqual(
			items.map(() => true),
		);
		expect(simulator.api.requests).toHaveLength(0);
	});
});

test('Additional Body Fields are merged over the body, the last', async () => {
	// The simulator holds creates to the pages, which name neither.
	for (const additionalFields of ['{"service_tier": "flex"}', '={{ { seed: 7 } }}']) {
		const { error } = await create({ parameters: { options: { additionalFields } } });
		expect(error?.message).toMatch(/Unrecognized key: "(service_tier|seed)"/);
	}
	await create({ parameters: { options: { additionalFields: '{"duration": 8, "generate_audio": true}' } } });
	expect(simulator.api.created.at(-1)?.body).toMatchObject({
		duration: 8,
		generate_audio: true,
		ratio: 'adaptive',
	});
});
