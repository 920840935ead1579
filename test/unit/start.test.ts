import { request } from 'undici';
import { adaptiveDelayMs } from '../../nodes/Seedance/resources/video/pace';
import { openTarget } from '../host/start/target.cts';

test.each(['seedance_1_5_pro_480p', 'seedance_1_5_pro_720p', 'seedance_1_5_pro_1080p'])(
	'on the simulator of npm start, a new video of %s is checked after 30 s, not after minutes',
	async (model) => {
		const { baseUrl, apiKey, close } = await openTarget();
		try {
			const answer = await request(`${baseUrl}/v1/seedance/videos`, {
				method: 'POST',
				headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
				body: JSON.stringify({ model, content: [{ type: 'text', text: 'A cat' }] }),
			});
			const task = (await answer.body.json()) as { id: string; status: string; created: number };
			expect(task).toMatchObject({ model, status: 'queued' });
			expect(adaptiveDelayMs(task, Date.now(), 'online')).toBe(30_000);
		} finally {
			await close();
		}
	},
);
