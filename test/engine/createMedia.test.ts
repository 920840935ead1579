import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';

import { jpeg, png } from '../unit/media/pictures';
import type { FaultContext } from '../simulator/faultKinds.cts';
import { changeTask } from '../simulator/shapes.cts';
import { readStoredFile, useBinaryStore } from './harness/binaryData.cts';
import { FileServer } from './harness/fileServer.cts';
import { Container, core } from './harness/n8nCore.cts';
import { helperNode } from './harness/nodeTypes';
import { CAN_PARK } from './harness/parking';
import { useSimulator } from './harness/simulator';

const simulator = useSimulator();
useBinaryStore();

const server = new FileServer();
beforeAll(async () => await server.start());
afterAll(() => server.close());
beforeEach(() => server.files.clear());

const create = simulator.runs({
	parameters: {
		operation: 'create',
		prompt: '={{ $json.prompt }}',
		model: { __rl: true, mode: 'list', value: 'sd_2.0_discount' },
		waitUntilDone: 'no',
		options: { requestTimeout: 5, maxRetries: 0 },
	},
});

const whole = (head: Buffer, bytes = 50_000) => Buffer.concat([head, Buffer.alloc(bytes - head.length)]);
const PHOTO = whole(png([640, 480]));

/** A file as a Code node or a form gives it. */
const file = (bytes: Buffer, fileName = 'photo.png', mimeType = 'image/png'): IBinaryData => ({
	mimeType,
	data: bytes.toString('base64'),
	fileName,
});

const item = (binary: INodeExecutionData['binary'] = {}) => ({ json: { prompt: 'A cat' }, binary });

/** The bytes that a link of this n8n leads to, but for n8n's web server. */
function linked(url: unknown): Buffer {
	const { origin, pathname, searchParams } = new URL(String(url));
	expect(origin + pathname).toBe('https://n8n.example.com/rest/binary-data/signed');
	return readStoredFile(
		Container.get(core.BinaryDataService).validateSignedToken(searchParams.get('token') as string),
	);
}

const bodies = () => simulator.api.created.map(({ body }) => body as Record<string, unknown>);

test('files of the item are handed over as links to their bytes', async () => {
	const [first, last] = [PHOTO, whole(jpeg([800, 600]))];
	const { outputs, error } = await create({
		items: [item({ first: file(first), last: file(last, 'last', 'application/octet-stream') })],
		parameters: { firstFrame: 'first', lastFrame: 'last' },
	});
	expect(error).toBeUndefined();
	const [body = {}] = bodies();
	expect(linked(body.first_image).equals(first)).toBe(true);
	expect(linked(body.last_image).equals(last)).toBe(true);
	expect(JSON.stringify(outputs)).not.toContain('token');
});

test('files of a form come in their order, beside addresses', async () => {
	const photos = [0, 1, 2].map((row) => whole(png([640, 480]), 50_000 + row));
	const binary = Object.fromEntries(photos.map((photo, row) => [`photos_${row}`, file(photo)]));
	const url = `${server.url}/gone.png`;
	await create({ items: [item(binary)], parameters: { referenceImages: `photos_*\n${url}` } });
	const images = bodies()[0]?.reference_images as string[];
	expect(images.slice(0, 3).map((image) => linked(image).length)).toEqual([50_000, 50_001, 50_002]);
	expect(images[3]).toBe(url);
});

test('a file that an item may lack is given by an expression, as the error says', async () => {
	const items = [item({ photo: file(PHOTO) }), item(), { json: { prompt: 'A cat' } }];
	const { outputs } = await create({
		items,
		parameters: { firstFrame: 'photo' },
		onError: 'continueErrorOutput',
	});
	expect(outputs.map(({ length }) => length)).toEqual([1, 2]);
	const { description } = outputs[1]?.[0]?.json.details as { description: string };
	const [, expression] = /expression: (.*)$/.exec(description) ?? [];
	simulator.api.created.splice(0);
	const { error } = await create({ items, parameters: { firstFrame: `=${expression}` } });
	expect(error).toBeUndefined();
	expect(bodies().map((body) => 'first_image' in body)).toEqual([true, false, false]);
});

describe('a picture outside the bounds costs nothing', () => {
	test.each([
		['too small', file(whole(png([100, 100]))), '100 × 100'],
		['too wide', file(whole(png([3000, 1000]))), '3000 × 1000'],
		['no picture', file(whole(Buffer.from('%PDF-1.4'))), 'PDF'],
		['too large', file(whole(png([640, 480]), 31e6)), '31 MB'],
	])('%s', async (_case, photo, words) => {
		const { outputs } = await create({
			items: [item({ photo }), item({ photo: file(PHOTO) })],
			parameters: { firstFrame: 'photo' },
			onError: 'continueErrorOutput',
		});
		expect(outputs[0]).toHaveLength(1);
		expect(outputs[1]).toHaveLength(1);
		expect(JSON.stringify(outputs[1]?.[0]?.json)).toContain(words);
		expect(outputs[1]?.[0]?.json.error).toContain("The 'First Frame'");
		expect(simulator.api.created).toHaveLength(1);
	});

	test('behind an address too, and one look serves all items', async () => {
		server.files.set('/small.png', { bytes: whole(png([100, 100])), type: 'image/png' });
		const { outputs } = await create({
			items: [item(), item(), item()],
			parameters: { firstFrame: `${server.url}/small.png` },
			onError: 'continueErrorOutput',
		});
		expect(outputs[1]).toHaveLength(3);
		expect(server.requests.filter(({ path }) => path === '/small.png')).toHaveLength(1);
		expect(server.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
		expect(simulator.api.requests).toEqual([]);
	});

	test.each([
		['unless it is not to be looked at', { checkMedia: false }, 'sd_2.0_discount'],
		['unless only the model knows its bounds', {}, 'minimax-h3'],
	])('%s', async (_case, options, value) => {
		const model = { __rl: true, mode: 'id', value };
		const { error } = await create({
			items: [item({ photo: file(whole(png([100, 100]))) })],
			parameters: { firstFrame: 'photo', model, options },
		});
		expect(error).toBeUndefined();
		expect(simulator.api.created).toHaveLength(1);
	});
});

test('what can not be fetched from here is passed on: the vendor may see it', async () => {
	const url = `${server.url}/nowhere.png`;
	const { error } = await create({ items: [item()], parameters: { firstFrame: url } });
	expect(error).toBeUndefined();
	expect(bodies()[0]).toMatchObject({ first_image: url });
});

test('an API that repeats a link leaves no token in output, errors or what n8n stores', async () => {
	const repeated = (shown: object) => ({ ...shown, ...bodies()[0], video_url: OTHER_LINK });
	const OTHER_LINK = 'https://files.example.com/a.mp4?token=eyJhbGciOi.other.link';
	const reply = ({ answer }: FaultContext) => changeTask(answer(), repeated);
	simulator.api.fault({ method: 'POST', kind: 'custom', reply });
	simulator.api.fault({ method: 'POST', kind: 'reset', times: 1 });
	const { outputs, run } = await create({
		items: [item({ photo: file(PHOTO) }), item({ photo: file(PHOTO) })],
		parameters: { firstFrame: 'photo', options: { maxConcurrency: 1 } },
		onError: 'continueErrorOutput',
	});
	const [{ first_image: link = '' } = {}] = bodies();
	const path = 'https://n8n.example.com/rest/binary-data/signed?token=';
	expect(outputs[0]?.[0]?.json).toMatchObject({ first_image: `${path}***`, video_url: OTHER_LINK });
	expect(outputs[1]).toHaveLength(1);
	// n8n stores what may exist with the execution, for another attempt.
	expect(run.data.executionData?.contextData).toMatchObject({ 'node:Seedance': { sentCreates: {} } });
	expect(JSON.stringify([run, outputs])).not.toContain(String(link).slice(path.length + 40, -20));
});

if (CAN_PARK) {
	test('a parked wait that creates later stores no token, and signs the links again', async () => {
		const repeated = (shown: object) => ({ ...shown, ...bodies().at(-1), status: 'failed' });
		const reply = ({ answer }: FaultContext) => changeTask(answer(), repeated);
		simulator.api.fault({ method: 'POST', kind: 'custom', reply, times: 3 });
		const address = `${server.url}/other.png`;
		const wait = helperNode('wait', async function () {
			return [this.getInputData()];
		});
		const { run, outputs, children } = await create({
			otherTypes: { 'n8n-nodes-base.wait': wait },
			items: [1, 2, 3].map((row) => item({ photo: file(whole(png([640, 480]), 50_000 + row)) })),
			parameters: {
				referenceImages: `photo\n${address}`,
				waitUntilDone: 'parked',
				options: { maxConcurrency: 1 },
			},
			onError: 'continueErrorOutput',
		});
		expect(outputs.map(({ length }) => length)).toEqual([0, 3]);
		expect(children.length).toBeGreaterThan(1);
		const images = bodies().map((body) => body.reference_images as string[]);
		expect(images.map(([image]) => linked(image).length)).toEqual([50_001, 50_002, 50_003]);
		expect(images.map(([, image]) => image)).toEqual([address, address, address]);
		const ended = await Promise.all(children.map(async (child) => (await child.run).data));
		const left = JSON.stringify([run, outputs, children, ended]);
		expect(left).toContain('signed?token=***');
		expect(left).not.toContain('eyJhbGciOi');
	});
}

test('run again by n8n, a create with a file is known again, although its link is another', async () => {
	simulator.api.fault({ method: 'POST', kind: 'reset', times: 1 });
	const { outputs, error } = await create({
		items: [item({ photo: file(PHOTO) }), item({ photo: file(PHOTO) })],
		parameters: { firstFrame: 'photo', options: { maxConcurrency: 1 } },
		onError: 'continueErrorOutput',
		tries: 3,
	});
	expect(error).toBeUndefined();
	expect(JSON.stringify(outputs[1])).toContain('may exist and be billed');
	const sent = simulator.api.requests.filter(({ method }) => method === 'POST');
	expect(sent).toHaveLength(2);
});

test('run again by n8n, a create that was sent is known before its media are looked at again', async () => {
	const isSent = () => simulator.api.requests.some(({ method }) => method === 'POST');
	server.files.set('/changed.png', {
		get bytes() {
			return whole(png(isSent() ? [100, 100] : [640, 480]));
		},
		type: 'image/png',
	});
	simulator.api.fault({ method: 'POST', kind: 'reset', times: 1 });
	const { error } = await create({
		items: [item()],
		parameters: { firstFrame: `${server.url}/changed.png` },
		tries: 2,
	});
	expect(error?.description).toContain('may exist and be billed');
	expect(simulator.api.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
});
