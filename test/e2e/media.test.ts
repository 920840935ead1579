import { example } from '../host/examples.cts';
import { itemsOf, type SentFile, type WorkflowJson } from '../host/session.cts';
import { nodeOf } from '../host/session/workflow.cts';
import { until } from '../host/until.cts';
import { chain, form, n8nNode, rowsNode, seedance, START, webhook } from '../host/workflows.cts';
import { jpeg, png } from '../unit/media/pictures';
import { hash, hashOf } from './harness/folder.cts';
import { CAN_PARK, KEY, useHost } from './harness/host';
import { begin, NODE, over, publish, SHORTEST, waiting } from './harness/runs';

// n8n 2 keeps files on disk by itself; n8n 1.x has to be told.
const host = useHost(CAN_PARK ? {} : { N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem' });

beforeEach(() => {
	host.api.resetLog();
	host.api.created.splice(0);
	host.api.media.mode = 'atOnce';
});

/** A photo of so many bytes: the node and the API read no more than its head. */
const photo = (head: Buffer, bytes: number) => Buffer.concat([head, Buffer.alloc(bytes - head.length, 7)]);
const PNG = photo(png([640, 480]), 300_001);
const JPEG = photo(jpeg([800, 600]), 200_002);
const file = (bytes: Buffer, name: string, type: string): SentFile => ({ bytes, name, type });

/** The node under test, which outputs the new task at once. */
const create = (media: Record<string, string>) =>
	seedance(
		{
			operation: 'create',
			prompt: 'A cat rides a skateboard',
			model: { __rl: true, mode: 'list', value: 'sd_2.0_discount' },
			...media,
		},
		{ name: NODE },
	);

/** Publishes a workflow and starts it by what is sent. */
async function start(workflow: WorkflowJson, ...sent: Parameters<typeof host.session.submit>) {
	const workflowId = await publish(host, workflow);
	expect(await host.session.submit(...sent)).toMatchObject({ status: 200 });
	return workflowId;
}

/** The execution that a workflow was started for. */
async function executionOf(workflowId: string): Promise<string> {
	return await until(async () => (await host.session.executions({ workflowId }))[0]?.id, {
		what: `workflow ${workflowId} runs`,
		withinMs: 60_000,
	});
}

/** The links that the only create was sent with, as soon as it was. */
async function links(): Promise<string[]> {
	await until(() => host.api.created.length > 0, { what: 'a task is created', withinMs: 60_000 });
	expect(host.api.created).toHaveLength(1);
	const body = JSON.stringify(host.api.created[0]?.body);
	return [...body.matchAll(/"(http[^"]+signed\?token=[^"]+)"/g)].map(([, link]) => String(link));
}

/**
 * Expects an execution to succeed and to leave no part of a link in n8n.
 * @returns the links
 */
async function succeeded(id: string): Promise<string[]> {
	const execution = await over(host, id);
	expect(execution.data.error).toBeUndefined();
	expect(execution.status).toBe('success');
	const left = JSON.stringify(execution) + host.n8n.logText();
	const given = await links();
	for (const link of given) expect(left).not.toContain(tokenOf(link).slice(40, 80));
	expect(left).not.toContain(KEY);
	return given;
}

const tokenOf = (link: string) => String(new URL(link).searchParams.get('token'));

/** Expects what the API fetched for a create, before it answered it. */
function expectFetched(...media: Array<[link: string | undefined, bytes: Buffer, contentType: string]>) {
	expect(host.api.media.fetched).toEqual(
		media.map(([url, bytes, contentType]) => {
			return expect.objectContaining({
				url,
				status: 200,
				contentType,
				size: bytes.length,
				sha256: hash(bytes),
			});
		}),
	);
}

/** Links to files of executions that have ended, and the hash of each file. */
const kept = new Map<string | undefined, string>();

test('two photos of a form', async () => {
	const fields = [
		{ fieldLabel: 'Title', fieldType: 'text' },
		{ fieldLabel: 'My photos', fieldType: 'file', multipleFiles: true },
	];
	const workflow = chain([form('photos', fields), create({ referenceImages: 'My_photos*' })]);
	const photos = [file(PNG, 'one.png', 'image/png'), file(JPEG, 'two.jpg', 'image/jpeg')];
	const id = await start(workflow, 'form/photos', { 'field-0': 'Cat', 'field-1': photos });
	const [one, two] = await succeeded(await executionOf(id));
	expectFetched([one, PNG, 'image/png'], [two, JPEG, 'image/jpeg']);
	kept.set(one, hash(PNG)).set(two, hash(JPEG));
});

test('one photo where a form takes several', async () => {
	const fields = [{ fieldLabel: 'Photos', fieldType: 'file', multipleFiles: true }];
	const workflow = chain([form('photo', fields), create({ referenceImages: 'Photos*' })]);
	const id = await start(workflow, 'form/photo', { 'field-0': file(PNG, 'one.png', 'image/png') });
	const [link] = await succeeded(await executionOf(id));
	expectFetched([link, PNG, 'image/png']);
});

test('the example "Form to video" takes a photo, and does without', async () => {
	const workflow = example('form-to-video.json', { 'Make Video': { options: SHORTEST } });
	const id = await publish(host, workflow);
	const address = `form/${nodeOf(workflow, 'On form submission').webhookId}`;
	for (const photos of [[JPEG], []]) {
		host.api.created.splice(0);
		host.api.media.fetched.splice(0);
		const files = photos.map((photo) => file(photo, 'photo.jpg', 'image/jpeg'));
		const submitted = await host.session.submit(address, { 'field-0': 'A cat', 'field-1': files });
		expect(submitted.status).toBe(200);
		expect(await links()).toHaveLength(photos.length);
		expect(host.api.media.fetched.map(({ sha256 }) => sha256)).toEqual(photos.map(hash));
		host.api.finishTask(String(host.api.created[0]?.id));
		// Its last page is there for whoever waits for it.
		const execution = await waiting(host, await executionOf(id));
		expect(itemsOf(execution, 'Make Video')[0]?.binary?.['data']).toMatchObject({ mimeType: 'video/mp4' });
	}
});

test('a file that is posted to a webhook, named as in Google Drive: without an ending', async () => {
	const workflow = chain([webhook('frame'), create({ firstFrame: 'photo' })]);
	const photo = file(JPEG, 'IMG 0042', 'application/octet-stream');
	const id = await start(workflow, 'webhook/frame', { photo });
	const [link] = await succeeded(await executionOf(id));
	expectFetched([link, JPEG, 'image/jpeg']);
	kept.set(link, hash(JPEG));
});

test('files that earlier nodes made', async () => {
	const toFile = {
		operation: 'toBinary',
		sourceProperty: 'base64',
		binaryPropertyName: 'first',
		options: {},
	};
	const options = { response: { response: { responseFormat: 'file', outputPropertyName: 'last' } } };
	const run = await begin(
		host,
		chain([
			START,
			rowsNode([{ base64: JPEG.toString('base64') }]),
			n8nNode('Made', 'convertToFile', 1.1, toFile),
			n8nNode('Fetched', 'httpRequest', 4.2, { url: [...kept.keys()][0], options }),
			create({ firstFrame: 'first', lastFrame: 'last' }),
		]),
	);
	const execution = await over(host, run.id);
	expect(execution.data.error).toBeUndefined();
	const [first, last] = await links();
	expectFetched([first, JPEG, 'image/jpeg'], [last, PNG, 'image/png']);
	kept.set(first, hash(JPEG)).set(last, hash(PNG));
});

test('links work on when their executions have ended, and after a restart of n8n', async () => {
	const found = async () =>
		await Promise.all([...kept.keys()].map(async (link) => [link, await hashOf(String(link))]));
	expect(await found()).toEqual([...kept]);
	await host.n8n.restart();
	expect(await found()).toEqual([...kept]);
	expect(kept.size).toBe(5);
});

test('a link ends with its execution: when it is deleted, or is over and not saved', async () => {
	const sent = { photo: file(PNG, 'photo.png', 'image/png') };
	const saved = chain([webhook('saved'), create({ firstFrame: 'photo' })]);
	const id = await executionOf(await start(saved, 'webhook/saved', sent));
	const [link] = await succeeded(id);
	expect(await hashOf(String(link))).toBe(hash(PNG));
	await host.session.rest.request('POST', '/executions/delete', { ids: [id] });
	await expect(hashOf(String(link))).rejects.toThrow('was answered 404');

	host.api.created.splice(0);
	host.api.media.fetched.splice(0);
	const settings = { saveDataSuccessExecution: 'none' };
	await start(
		chain([webhook('unsaved'), create({ firstFrame: 'photo' })], { settings }),
		'webhook/unsaved',
		sent,
	);
	const [unsaved] = await links();
	expectFetched([unsaved, PNG, 'image/png']);
	const status = async () => (await fetch(String(unsaved))).status;
	await until(async () => (await status()) === 404, { what: 'the link is dead', withinMs: 60_000 });
});
