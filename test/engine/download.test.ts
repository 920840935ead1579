import type { IBinaryData } from 'n8n-workflow';
import { request } from 'undici';

import { DOWNLOADS, requestTimeoutFor } from '../reliability/cases.cts';
import { readStoredFile, useBinaryStore } from './harness/binaryData.cts';
import { KEY, useSimulator } from './harness/simulator';

const simulator = useSimulator();
useBinaryStore();

const download = simulator.runs({
	parameters: {
		taskId: '={{ $json.id }}',
		waitUntilDone: 'no',
		downloadVideo: true,
		options: { requestTimeout: 5 },
	},
});

/** A finished task whose video is this large. */
function finishedTask(videoBytes = 300_000, more: object = {}) {
	return simulator.api.addTask({ finishAfter: 0, videoBytes, ...more });
}

/** The file as its host serves it to anybody. */
async function served(id: string): Promise<Buffer> {
	const answer = await request(`${simulator.api.filesUrl}/files/${id}.mp4`);
	const bytes = Buffer.from(await answer.body.arrayBuffer());
	simulator.api.resetLog();
	return bytes;
}

function fileRequests() {
	return simulator.api.requests.filter(({ host }) => host === 'files');
}

function stored(binary: IBinaryData | undefined): Buffer {
	expect(binary?.id).toMatch(/^filesystem/);
	return readStoredFile(binary?.id as string);
}

describe('a finished video', () => {
	test('is stored byte for byte, named after its task, without the key on the way', async () => {
		const { id } = finishedTask();
		const bytes = await served(id);
		const { outputs, error } = await download({ items: [{ id }] });
		expect(error).toBeUndefined();
		const [item] = outputs[0] ?? [];
		expect(item?.json).toMatchObject({ id, status: 'completed' });
		expect(item?.binary?.data).toMatchObject({
			fileName: `${id}.mp4`,
			mimeType: 'video/mp4',
			fileExtension: 'mp4',
		});
		expect(stored(item?.binary?.data).equals(bytes)).toBe(true);
		expect(fileRequests()).toHaveLength(1);
		expect(fileRequests()[0]?.authorization).toBeNull();
		expect(JSON.stringify(fileRequests())).not.toContain(KEY);
	});

	test('goes where the user wants it, beside what came in', async () => {
		const { id } = finishedTask();
		const binary = { picture: { data: 'aGk=', mimeType: 'text/plain' } };
		const { outputs } = await download({
			items: [{ json: { id }, binary }],
			parameters: { binaryPropertyName: 'video', options: { includeInput: true } },
		});
		expect(Object.keys(outputs[0]?.[0]?.binary ?? {})).toEqual(['picture', 'video']);
	});

	// Which bytes are what, and what counts where they don't tell, is proven in unit/files/fileKind.test.ts.
	test('is what its bytes are, whatever its type and its address say', async () => {
		const { id } = finishedTask(10_000, { fileType: 'text/plain', fileEnding: 'png' });
		const { outputs } = await download({ items: [{ id }] });
		const kind = { mimeType: 'video/mp4', fileType: 'video', fileExtension: 'mp4', fileName: `${id}.mp4` };
		expect(outputs[0]?.[0]?.binary?.data).toMatchObject(kind);
	});

	test('is what its type says where its bytes tell nothing', async () => {
		const { id } = finishedTask();
		const headers = { 'Content-Type': 'video/webm; codecs=vp9' };
		simulator.api.fault({ host: 'files', kind: 'status', status: 200, body: 'not markup', headers });
		const { outputs } = await download({ items: [{ id }] });
		const kind = { mimeType: 'video/webm', fileType: 'video', fileName: `${id}.webm` };
		expect(outputs[0]?.[0]?.binary?.data).toMatchObject(kind);
	});

	test('a redirect of the file host is followed, without the key', async () => {
		const { id } = finishedTask();
		const to = `${simulator.api.filesUrl}/files/${finishedTask().id}.mp4`;
		simulator.api.fault({ host: 'files', id, kind: 'redirect', to });
		const { outputs } = await download({ items: [{ id }] });
		expect(outputs[0]?.[0]?.binary?.data).toMatchObject({ fileName: `${id}.mp4` });
		expect(fileRequests().map(({ authorization }) => authorization)).toEqual([null, null]);
	});

	test('a redirect to the API itself carries no key either', async () => {
		const { id } = finishedTask();
		const to = `${simulator.api.baseUrl}/v1/result/${id}`;
		simulator.api.fault({ host: 'files', id, kind: 'redirect', to });
		const { error } = await download({ items: [{ id }] });
		expect(error?.message).toContain('dead (HTTP 401)');
		const keys = simulator.api.requests.map(({ authorization }) => authorization);
		expect(keys).toEqual([`Bearer ${KEY}`, null, null]);
	});
});

describe('comes whole', () => {
	const CUT_EARLY = { kind: 'cutBody', at: 10 };
	const NO_PARTS = { kind: 'noRange' };
	test.each<[string, number, object[], number?]>([
		['its length is not announced', 1, [{ kind: 'noLength' }]],
		['its first bytes come one by one', 1, [{ kind: 'slowBody', interval: 0, chunkBytes: 7 }], 5_000],
		['the connection breaks within its first bytes', 2, [CUT_EARLY]],
		['it breaks there, and the server sends no parts', 2, [CUT_EARLY, NO_PARTS]],
		['it breaks later, and the server sends no parts', 2, [{ kind: 'cutBody', at: 100_000 }, NO_PARTS]],
		['the server stops sending', 2, [{ kind: 'slowBody', interval: 60_000 }]],
		['the connection breaks before it began', 2, [{ kind: 'reset' }]],
		['the server fails', 2, [{ kind: 'status', status: 500 }]],
		['the server limits requests', 2, [{ kind: 'status', status: 429 }]],
		['no answer comes', 2, [{ kind: 'hang' }]],
	])('where %s, after %d request(s)', async (_case, requests, faults, videoBytes = 300_000) => {
		const { id } = finishedTask(videoBytes);
		const bytes = await served(id);
		for (const fault of faults) simulator.api.fault({ host: 'files', ...fault } as never);
		const { outputs } = await download({ items: [{ id }] });
		expect(stored(outputs[0]?.[0]?.binary?.data).equals(bytes)).toBe(true);
		expect(fileRequests()).toHaveLength(requests);
	});

	test('where the connection breaks: taken up where it broke', async () => {
		const { id } = finishedTask(5_000_000);
		const bytes = await served(id);
		simulator.api.fault({ host: 'files', kind: 'cutBody', at: 2_000_000 });
		simulator.api.fault({ host: 'files', kind: 'cutBody', at: 1_000_000 });
		const { outputs } = await download({ items: [{ id }] });
		expect(stored(outputs[0]?.[0]?.binary?.data).equals(bytes)).toBe(true);
		const [whole, ...parts] = fileRequests().map(({ range }) => range);
		expect(whole).toBeNull();
		expect(parts).toHaveLength(2);
		// Node.js drops what it holds of a connection that breaks, some hundred kB.
		const [first, second] = parts.map((range) => Number(/^bytes=(\d+)-$/.exec(String(range))?.[1])) as [
			number,
			number,
		];
		expect(first).toBeGreaterThan(1_000_000);
		expect(first).toBeLessThanOrEqual(2_000_000);
		expect(second).toBeGreaterThan(first);
		expect(second).toBeLessThanOrEqual(first + 1_000_000);
	});
});

describe('what is refused, with the task kept', () => {
	test.each(DOWNLOADS)('$what', async (one) => {
		const { fault, words, retried = false, maxVideoSize } = one;
		const { id } = finishedTask(2_500_000);
		simulator.api.fault({ host: 'files', id, ...fault, times: Infinity } as never);
		const { outputs } = await download({
			items: [{ id }],
			onError: 'continueErrorOutput',
			parameters: {
				options: {
					maxRetries: 1,
					requestTimeout: requestTimeoutFor(one),
					...(maxVideoSize && { maxVideoSize }),
				},
			},
		});
		expect(fileRequests()).toHaveLength(retried ? 2 : 1);
		expect(outputs[0]).toHaveLength(0);
		const [item] = outputs[1] ?? [];
		expect(item?.json.error).toContain(`Task "${id}" is done, but: `);
		expect(item?.json.error).toContain(words);
		expect(item?.json.details).toMatchObject({
			task: { id, status: 'completed', video_url: expect.stringContaining(id) },
			description: expect.stringContaining(`The link: ${simulator.api.filesUrl}`),
		});
		expect(JSON.stringify(item)).not.toContain(KEY);
	});

	test.each(['ftp://files.example/v.mp4', 'file:///etc/passwd', 'data:video/mp4;base64,AAAA', 'v.mp4'])(
		'the address %s',
		async (videoUrl) => {
			const { id } = finishedTask(1000, { videoUrl });
			const { error } = await download({ items: [{ id }] });
			expect(error?.message).toContain('not an http or https address');
			expect(error?.description).toContain(videoUrl);
			expect(fileRequests()).toHaveLength(0);
		},
	);
});
