import type { IBinaryData } from 'n8n-workflow';

import type { ApiClient } from '../../../../nodes/Seedance/http/client';
import { fetchVideo } from '../../../../nodes/Seedance/resources/video/file';
import { failure, success } from '../../../../nodes/Seedance/core/error';
import { Limiter } from '../../../../nodes/Seedance/http/limiter';
import { downloadToStore } from '../../../../nodes/Seedance/files/download';
import { stubContext } from '../../stubContext';

jest.mock('../../../../nodes/Seedance/files/download');

describe("a finished task's video", () => {
	const LINK = 'https://cdn.example/v.mp4';
	const { signal } = new AbortController();
	const settings = { requestTimeoutMs: 30_000, maxRetries: 4, maxConcurrency: 1, signal };
	const client = () => ({ gate: { slots: new Limiter(1) }, settings }) as unknown as ApiClient;
	const task = (fields: object = {}) => ({ id: 'video_1', status: 'completed', video_url: LINK, ...fields });
	const gone = failure({
		kind: 'notFound',
		message: 'The link is dead',
		description: 'It is too late.',
		httpStatus: 404,
	});

	test('is downloaded within the bounds, in one of the slots of the run', async () => {
		const video: IBinaryData = { data: '', mimeType: 'video/mp4' };
		jest.mocked(downloadToStore).mockResolvedValueOnce(success(video));
		const [context, of] = [stubContext(), client()];
		await of.gate.slots.enter();
		const fetched = fetchVideo(context, task({ video_url: ` ${LINK} ` }), of, 1e6);
		expect(downloadToStore).not.toHaveBeenCalled();
		of.gate.slots.leave();
		expect(await fetched).toEqual(success(video));
		const bounds = {
			timeoutMs: 30_000,
			maxRetries: 4,
			maxBytes: 1e6,
			signal,
			words: expect.objectContaining({ one: 'video', sizeOption: 'Max Video Size' }),
		};
		expect(jest.mocked(downloadToStore).mock.calls).toEqual([[context, LINK, 'video_1', bounds]]);
	});

	test.each([
		[
			'its id, its link and its end',
			{ created: 1761635478 },
			`The link: ${LINK} (deleted at 2025-10-29T07:11:18.000Z)`,
		],
		['no end where there is none', {}, `The link: ${LINK}`],
		[
			'a part of a long link',
			{ video_url: `${LINK}${'x'.repeat(1000)}` },
			`The link: ${LINK}${'x'.repeat(1000 - LINK.length)}…`,
		],
		['no link where there is none', { video_url: null }, 'The link: none'],
	])('that can not be had is told with %s', async (_case, fields, words) => {
		jest.mocked(downloadToStore).mockResolvedValueOnce(gone);
		const message = 'Task "video_1" is done, but: The link is dead';
		const error = {
			...gone.error,
			message,
			description: `It is too late. ${words}`,
			details: { task: task(fields) },
		};
		expect(await fetchVideo(stubContext(), task(fields), client(), 1e6)).toEqual({ ok: false, error });
	});
});
