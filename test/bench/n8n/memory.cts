import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../host/until.cts';

import type { N8n } from '../../host/n8n.cts';

/** What n8n's main process holds once garbage is collected. */
export interface Memory {
	/** What its code still refers to, buffers included */
	liveBytes: number;
	/** Resident: what the operating system has given it and it has not given back */
	rssBytes: number;
}

/** Linux says resident memory in pages of this size, in bytes. */
const PAGE = 4096;

/** A collection of a heap of some hundred MB takes a second or two, longer on a busy machine. */
const COLLECTED_WITHIN_MS = 30_000;

/** n8n gives back what is no longer needed some seconds after the work. */
const SETTLE_MS = 5_000;

/** V8 gives memory back to the operating system some time after a collection. */
const GIVEN_BACK_MS = 3_000;

/** Lets n8n come to rest, collects its garbage and says what is left; see preload.js. */
export async function settledMemory(n8n: N8n): Promise<Memory> {
	await sleep(SETTLE_MS);
	const file = join(n8n.userFolder, 'bench-memory.json');
	rmSync(file, { force: true });
	process.kill(pidOf(n8n), 'SIGUSR2');
	await until(() => existsSync(file), {
		what: 'n8n says what memory it uses',
		withinMs: COLLECTED_WITHIN_MS,
	});
	const { liveBytes } = JSON.parse(readFileSync(file, 'utf8'));
	await sleep(GIVEN_BACK_MS);
	return { liveBytes, rssBytes: residentBytes(pidOf(n8n)) };
}

/**
 * Samples n8n's resident memory until told to stop.
 *
 * @returns `growth`: the most in that time (ms since 1970) beyond what there was at its start, in bytes
 */
export function watchMemory(
	n8n: N8n,
	everyMs: number,
): { stop: () => void; growth: (from: number, to: number) => number } {
	const pid = pidOf(n8n);
	const samples: Array<{ at: number; rss: number }> = [];
	const sample = () => samples.push({ at: Date.now(), rss: residentBytes(pid) });
	sample();
	const timer = setInterval(sample, everyMs);
	return {
		stop: () => {
			clearInterval(timer);
			sample();
		},
		growth: (from, to) => {
			const start = samples.findLast(({ at }) => at <= from) ?? samples[0];
			const within = samples.filter(({ at }) => at >= from && at <= to).map(({ rss }) => rss);
			return Math.max(0, ...within) - (start?.rss ?? 0);
		},
	};
}

function pidOf({ pid }: N8n) {
	if (pid === undefined) throw new Error('n8n has ended by itself');
	return pid;
}

function residentBytes(pid: number) {
	return PAGE * Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
}

/** Processor time of a process, user and system, in milliseconds. Linux counts in hundredths of a second. */
export function processorMs(pid: number) {
	// The name in brackets may hold blanks, so that fields are counted from its end.
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
		.replace(/^.*\) /s, '')
		.split(' ');
	return 10 * (Number(fields[11]) + Number(fields[12]));
}
