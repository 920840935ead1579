import { isCancelled, taskState } from '../../../nodes/Seedance/polling/taskStatus';

test.each([
	['completed', ['completed', 'succeeded', 'success', 'COMPLETED', ' Completed\n']],
	['ended', ['failed', 'cancelled', 'canceled', 'expired', 'error', 'FAILED']],
	['running', ['queued', 'processing', 'pending', 'submitted', 'running', 'Running']],
	['unknown', ['', ' ', 'paused', 'complete', 'notcompleted', 'constructor', '__proto__', 'unknown']],
])('%s: %j', (kind, words) => {
	expect(words.map(taskState)).toEqual(words.map(() => kind));
});

test.each([
	['cancelled', true],
	['canceled', true],
	[' CANCELLED ', true],
	['failed', false],
	['not cancelled', false],
])('%j says that somebody called it off: %s', (status, expected) => {
	expect(isCancelled(status)).toBe(expected);
});
