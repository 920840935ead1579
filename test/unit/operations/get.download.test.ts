import type { IBinaryData, IDataObject } from 'n8n-workflow';

import type { ApiClient } from '../../../nodes/Seedance/api/client';
import { failure, success } from '../../../nodes/Seedance/api/fault';
import { Limiter } from '../../../nodes/Seedance/api/limiter';
import { fetchVideo, readDownload } from '../../../nodes/Seedance/operations/get.download';
import { downloadVideo } from '../../../nodes/Seedance/video/download';
import { refusal, stubContext } from '../stubContext';

jest.mock('../../../nodes/Seedance/video/download');

const TOOL = 'n8n-nodes-globalaiopc.seedanceTool';

function read(form: IDataObject, options: IDataObject = {}, type?: string) {
	return readDownload(stubContext({ parameters: form, ...(type && { node: { type } }) }), 4, options);
}

test.each<[string, IDataObject, IDataObject, object]>([
	['as the form has it', {}, {}, { field: 'data', maxBytes: 500e6 }],
	['into another field', { binaryPropertyName: ' video ' }, {}, { field: 'video' }],
	['of 1 MB', {}, { maxVideoSize: 1 }, { maxBytes: 1e6 }],
	['of 100 GB', {}, { maxVideoSize: 100_000 }, { maxBytes: 1e11 }],
	['of no whole bytes', {}, { maxVideoSize: 1.0000019 }, { maxBytes: 1_000_001 }],
])('a download %s', (_case, form, options, expected) => {
	expect(read({ downloadVideo: true, ...form }, options)).toMatchObject(expected);
});

test.each([
	['where none is wanted', { downloadVideo: false }, undefined],
	['where nothing says so', {}, undefined],
	['where words say so', { downloadVideo: 'true' }, undefined],
	['for an AI agent', { downloadVideo: true }, TOOL],
])('nothing is downloaded %s', (_case, form, type) => {
	expect(read(form, { maxVideoSize: 'bad' }, type)).toBeUndefined();
});

test.each<[IDataObject, IDataObject, string, string]>([
	[{ binaryPropertyName: ' ' }, {}, 'The name of the output file field is empty', 'Give Put Output File in Field a name'],
	[{ binaryPropertyName: 7 }, {}, 'The name of the output file field is empty', 'Give Put Output File in Field a name'],
	[{}, { maxVideoSize: 0 }, "Max Video Size can't be 0", 'Give a number from 1 to 100000 MB.'],
	[{}, { maxVideoSize: 100_001 }, "Max Video Size can't be 100001", 'Give a number from 1 to 100000 MB.'],
])('a download with %j %j is refused', (form, options, message, description) => {
	expect(refusal(() => read({ downloadVideo: true, ...form }, options))).toEqual({
		message,
		description: expect.stringContaining(description) as unknown,
		itemIndex: 4,
	});
});

describe("a finished task's video", () => {
	const LINK = 'https://cdn.example/v.mp4';
	const { signal } = new AbortController();
	const settings = { requestTimeoutMs: 30_000, maxRetries: 4, maxConcurrency: 1, signal };
	const client = () => ({ places: new Limiter(1), settings }) as unknown as ApiClient;
	const task = (fields: object = {}) => ({ id: 'video_1', status: 'completed', video_url: LINK, ...fields });
	const gone = failure({ kind: 'notFound', message: 'The link is dead', description: 'It is too late.', httpStatus: 404 });

	test('is downloaded within the bounds, in one of the places of the run', async () => {
		const video: IBinaryData = { data: '', mimeType: 'video/mp4' };
		jest.mocked(downloadVideo).mockResolvedValueOnce(success(video));
		const [context, of] = [stubContext(), client()];
		await of.places.enter();
		const fetched = fetchVideo(context, task({ video_url: ` ${LINK} ` }), of, 1e6);
		expect(downloadVideo).not.toHaveBeenCalled();
		of.places.leave();
		expect(await fetched).toEqual({ video });
		expect(jest.mocked(downloadVideo).mock.calls).toEqual([
			[context, LINK, 'video_1', { timeoutMs: 30_000, maxRetries: 4, maxBytes: 1e6, signal }],
		]);
	});

	test.each([
		['its id, its link and its end', { created: 1761635478 }, `The link: ${LINK} (deleted at 2025-10-29T07:11:18.000Z)`],
		['no end where there is none', {}, `The link: ${LINK}`],
		['a part of a long link', { video_url: `${LINK}${'x'.repeat(1000)}` }, `The link: ${LINK}${'x'.repeat(1000 - LINK.length)}…`],
		['no link where there is none', { video_url: null }, 'The link: none'],
	])('that can not be had is told with %s', async (_case, fields, words) => {
		jest.mocked(downloadVideo).mockResolvedValueOnce(gone);
		expect(await fetchVideo(stubContext(), task(fields), client(), 1e6)).toEqual({
			problem: {
				message: 'Task "video_1" is done, but: The link is dead',
				description: `It is too late. ${words}`,
				httpStatus: 404,
				task: task(fields),
				canceled: false,
			},
		});
	});
});
