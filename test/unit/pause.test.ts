import { abortion, pause } from '../../nodes/Seedance/api/pause';

describe('a pause', () => {
	test('ends when its time is over', async () => {
		const began = Date.now();
		expect(await pause(30)).toBe(true);
		// Timers may fire a millisecond early.
		expect(Date.now() - began).toBeGreaterThanOrEqual(29);
	});

	test('ends at once when the signal is aborted, before or during it', async () => {
		const controller = new AbortController();
		const during = pause(900, controller.signal);
		controller.abort();
		expect(await during).toBe(false);
		expect(await pause(900, controller.signal)).toBe(false);
	});
});

describe('waiting for a stop', () => {
	test('reaches everybody who waits, and puts one listener on the signal', async () => {
		const controller = new AbortController();
		const listen = jest.spyOn(controller.signal, 'addEventListener');
		const waits = Array.from({ length: 50 }, () => abortion(controller.signal));
		expect(listen).toHaveBeenCalledTimes(1);
		controller.abort();
		await Promise.all(waits.map(async ({ happens }) => await happens));
	});

	test('does not reach those who have forgotten', async () => {
		const controller = new AbortController();
		const [forgetful, patient] = [abortion(controller.signal), abortion(controller.signal)];
		const reached: string[] = [];
		void forgetful.happens.then(() => reached.push('forgetful'));
		void patient.happens.then(() => reached.push('patient'));
		forgetful.forget();
		controller.abort();
		await patient.happens;
		expect(reached).toEqual(['patient']);
	});
});
