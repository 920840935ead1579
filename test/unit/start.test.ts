import { request } from 'undici';
import { nextDelayMs } from '../../nodes/Seedance/waiting/schedule';
import { openTarget } from '../host/start/target.cts';

const MINUTE = 60_000;

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
			const now = Date.now();
			const task = (await answer.body.json()) as { id: string; status: string; created: number };
			expect(task).toMatchObject({ model, status: 'queued' });
			expect(nextDelayMs({ task, now, giveUpAt: now + 30 * MINUTE }, { tier: 'online' })).toBe(30_000);
		} finally {
			await close();
		}
	},
);
