import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { withoutTokens } from '../../nodes/Seedance/core/text';
import { FileLinks } from '../../nodes/Seedance/media/link';
import { Looks } from '../../nodes/Seedance/media/look';
import { jpeg, png, tiff } from '../unit/media/pictures';
import { readStoredFile, useBinaryStore } from './harness/binaryData.cts';
import { runNode } from './harness/engine';
import { FileServer } from './harness/fileServer.cts';
import { Container, core } from './harness/n8nCore.cts';
import { helperNode } from './harness/nodeTypes';

useBinaryStore();

const server = new FileServer();
beforeAll(async () => await server.start());
afterAll(() => server.close());
beforeEach(() => {
	server.requests.length = 0;
	server.sent = 0;
});

const KNOWN = { width: 640, height: 480 };
const LOCAL_API = 'http://127.0.0.1:3000';
const API = 'https://api.example.com';

/** What a function gives, inside a node that n8n's engine runs. */
async function within<T>(
	use: (context: IExecuteFunctions) => Promise<T>,
	items: INodeExecutionData[] = [{ json: {} }],
): Promise<T> {
	let result: T | undefined;
	const type = helperNode('seedance', async function () {
		result = await use(this);
		return [this.getInputData()];
	});
	const { error } = await runNode({
		credential: null,
		items,
		otherTypes: { 'n8n-nodes-globalaiopc.seedance': type },
	});
	if (error) throw error;
	return result as T;
}

function serve(path: string, bytes: Buffer, more: object = {}): string {
	server.files.set(path, { bytes, ...more });
	return server.url + path;
}

const whole = (head: Buffer, bytes: number) => Buffer.concat([head, Buffer.alloc(bytes - head.length)]);
const looks = (timeoutMs = 60_000, signal?: AbortSignal) => new Looks({ timeoutMs, signal });

describe('a look at a URL', () => {
	test('takes its first bytes, without a login, and once for many items', async () => {
		const url = serve('/a', whole(png([640, 480]), 5_000_000), { type: 'image/png; x=y' });
		const shared = looks();
		const facts = await within(
			async (context) => await Promise.all([1, 2, 3].map(async () => await shared.url(context, url))),
		);
		const known = { look: { kind: 'png', sides: KNOWN }, bytes: 5_000_000, mimeType: 'image/png' };
		expect(facts).toMatchObject([known, known, known]);
		expect(server.requests).toEqual([{ path: '/a', range: 'bytes=0-65535' }]);
		expect(server.sent).toBe(65_536);
	});

	test.each([
		['JPEG', jpeg([640, 480], { padding: 400_000 }), 7],
		['TIFF', tiff([640, 480], { at: 9_000_000 }), 2],
	])('follows the header of a %s by Range', async (_, bytes, requests) => {
		const url = serve('/far', whole(bytes, 10_000_000));
		const facts = await within(async (context) => await looks().url(context, url));
		expect(facts).toMatchObject({ look: { sides: KNOWN }, bytes: 10_000_000 });
		expect(server.requests.length).toBeLessThanOrEqual(requests);
		expect(server.sent).toBeLessThanOrEqual(requests * 65_536);
	});

	test('reads on where the server knows no Range, up to a limit', async () => {
		const near = serve('/near', whole(jpeg([640, 480], { padding: 400_000 }), 1_000_000), {
			hasRanges: false,
		});
		const far = serve('/far', tiff([640, 480], { at: 9_000_000 }), { hasRanges: false });
		const [found, given] = await within(
			async (context) => await Promise.all([looks().url(context, near), looks().url(context, far)]),
		);
		expect(found).toMatchObject({ look: { sides: KNOWN }, bytes: 1_000_000 });
		expect(given).toEqual({
			look: { kind: 'tiff', name: 'a TIFF picture' },
			bytes: 9_000_042,
			mimeType: 'application/octet-stream',
		});
	});

	test('follows redirects, and tells a page', async () => {
		const page = serve('/page', Buffer.from('<!doctype html><p>Sign in'), {
			type: 'text/html',
			hasRanges: false,
		});
		const url = serve('/moved', Buffer.alloc(0), { redirectTo: page });
		const facts = await within(async (context) => await looks().url(context, url));
		expect(facts).toMatchObject({ look: { kind: 'html' }, mimeType: 'text/html' });
	});

	test('gives nothing for what can not be fetched from here', async () => {
		const refused = serve('/refused', png([640, 480]), { status: 403, hasRanges: false });
		const urls = [`${server.url}/missing`, refused, 'http://127.0.0.1:1/nobody'];
		const facts = await within(
			async (context) => await Promise.all(urls.map(async (url) => await looks().url(context, url))),
		);
		expect(facts).toEqual([undefined, undefined, undefined]);
	});

	test('ends when its time is over, or the run is, and leaves no connection', async () => {
		const slow = serve('/slow', whole(png([640, 480]), 5_000_000), { stallsAfter: 20, hasRanges: false });
		const run = new AbortController();
		const facts = await within(async (context) => {
			const late = await looks(300).url(context, slow);
			const stopped = looks(600_000, run.signal).url(context, slow);
			run.abort();
			return [late, await stopped];
		});
		expect(facts).toEqual([undefined, undefined]);
		await server.idle();
	});
});

/** Puts a file into n8n's store, as an earlier node does. */
const stored = async (
	{ helpers }: IExecuteFunctions,
	bytes: Buffer,
	name = 'photo.png',
	type = 'image/png',
) => await helpers.prepareBinaryData(bytes, name, type);

describe('a look at a file', () => {
	test.each([
		['PNG', png([640, 480])],
		['JPEG with long segments', jpeg([640, 480], { padding: 400_000 })],
		['TIFF with its header at its end', tiff([640, 480], { at: 3_000_000 })],
	])('reads a %s on disk and in memory', async (_, head) => {
		const bytes = whole(head, 3_500_000);
		const inMemory = { mimeType: 'image/png', data: bytes.toString('base64') };
		const facts = await within(async (context) => {
			const file = await stored(context, bytes);
			return [
				await looks().file(context, file),
				await looks().file(context, { ...file, bytes: undefined }),
				await looks().file(context, inMemory),
			];
		});
		const known = { look: { sides: KNOWN }, bytes: 3_500_000, mimeType: 'image/png' };
		expect(facts).toMatchObject([known, known, known]);
	});
});

describe('a link to a file', () => {
	/** What the link of a test gives to whoever has it, but for n8n's web server. */
	function linked(url: string): { id: string; bytes: Buffer } {
		const { origin, pathname, searchParams } = new URL(url);
		expect(origin + pathname).toBe('https://n8n.example.com/rest/binary-data/signed');
		const id = Container.get(core.BinaryDataService).validateSignedToken(searchParams.get('token') as string);
		return { id, bytes: readStoredFile(id) };
	}

	const BYTES = whole(png([640, 480]), 100_000);

	test('leads to a copy of this execution, made once for a file that is shared', async () => {
		const links = new FileLinks(API);
		const { file, urls } = await within(async (context) => {
			const file = await stored(context, BYTES);
			const both = [links.linkTo(context, file, 'First Frame'), links.linkTo(context, file, 'Last Frame')];
			return { file, urls: await Promise.all(both) };
		});
		expect(new Set(urls).size).toBe(1);
		const { id, bytes } = linked(urls[0] as string);
		expect(id).not.toBe(file.id);
		expect(id).toContain('/executions/execution/');
		expect(bytes.equals(BYTES)).toBe(true);
	});

	test('has the type that the bytes show', async () => {
		const type = await within(async (context) => {
			const file = await stored(context, BYTES, 'photo', 'application/octet-stream');
			const { id } = linked(await new FileLinks(API).linkTo(context, file, 'First Frame', 'png'));
			return (await context.helpers.getBinaryMetadata(id)).mimeType;
		});
		expect(type).toBe('image/png');
	});

	test('is made for a file that a Code node holds in its item', async () => {
		const file = { mimeType: 'image/png', data: BYTES.toString('base64'), fileName: 'photo.png' };
		const url = await within(
			async (context) => await new FileLinks(API).linkTo(context, file, 'First Frame'),
		);
		expect(linked(url).bytes.equals(BYTES)).toBe(true);
	});

	test('is refused for a file that is gone', async () => {
		const gone: IBinaryData = {
			mimeType: 'image/png',
			data: 'x',
			id: 'filesystem-v2:workflows/1/executions/2/binary_data/3',
		};
		const links = new FileLinks(API);
		const again = async () =>
			await within(async (context) => await links.linkTo(context, gone, 'First Frame'));
		const message = "The file in 'First Frame' could not be copied within n8n's storage";
		await expect(again()).rejects.toMatchObject({ message });
		await expect(again()).rejects.toMatchObject({ message });
	});

	test.each([
		'http://localhost:5678/rest',
		'http://127.0.0.1:5678/rest',
		'https://192.168.1.20/rest',
		'http://n8n:5678/rest',
		'',
	])('is refused for an n8n at "%s", unless the API is as near', async (address) => {
		const link = async (baseUrl: string) =>
			await within(async (context) => {
				const file = await stored(context, BYTES);
				context.getRestApiUrl = () => address;
				return await new FileLinks(baseUrl).linkTo(context, file, 'First Frame');
			});
		await expect(link(API)).rejects.toMatchObject({
			description: expect.stringContaining('Set WEBHOOK_URL'),
		});
		const near = link(LOCAL_API);
		if (address === '')
			await expect(near).rejects.toMatchObject({
				message: expect.stringContaining('no http or https address'),
			});
		else expect(await near).toContain('/binary-data/signed?token=');
	});

	test('is refused where n8n keeps files in memory', async () => {
		const service = Container.get(core.BinaryDataService);
		const { mode } = service;
		service.mode = 'default';
		try {
			const link = within(async (context) => {
				const file = await stored(context, BYTES);
				expect(file.id).toBeUndefined();
				return await new FileLinks(API).linkTo(context, file, 'First Frame');
			});
			await expect(link).rejects.toMatchObject({
				description: expect.stringContaining('N8N_DEFAULT_BINARY_DATA_MODE=filesystem'),
			});
		} finally {
			service.mode = mode;
		}
	});

	test('has a token that can be taken out of a text, whole or cut', async () => {
		const url = await within(async (context) => {
			return await new FileLinks(API).linkTo(context, await stored(context, BYTES), 'First Frame');
		});
		const token = new URL(url).searchParams.get('token') as string;
		const text = `can't fetch ${url}, or ${JSON.stringify({ url })}: ${encodeURIComponent(url.slice(0, -60))}`;
		const clean = withoutTokens(text);
		for (const part of token.split('.')) expect(clean).not.toContain(part.slice(0, 30));
		expect(clean).toContain("can't fetch https://n8n.example.com/rest/binary-data/signed?token=***, or");
	});
});
