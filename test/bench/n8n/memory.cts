import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sleep, until } from './host.cts';

import type { N8n } from '../../host/n8n.cts';

/** Bytes in a page of Linux. */
const PAGE = 4096;
/** A collection of some hundred MB takes a second or two, longer on a busy machine. */
const COLLECTED_WITHIN_MS = 30_000;
/** n8n frees what it no longer needs some seconds after the work. */
const SETTLE_MS = 5_000;
/** V8 gives memory back to the operating system some time after a collection. */
const GIVEN_BACK_MS = 3_000;
const SAMPLE_EVERY_MS = 20;

/** Lets n8n come to rest and collects its garbage (preload.js); returns its resident memory in bytes. */
export async function settledMemory(n8n: N8n): Promise<number> {
	await sleep(SETTLE_MS);
	const file = join(n8n.userFolder, 'bench-collected');
	rmSync(file, { force: true });
	process.kill(Number(n8n.pid), 'SIGUSR2');
	await until(() => existsSync(file), { what: 'n8n collected garbage', withinMs: COLLECTED_WITHIN_MS });
	await sleep(GIVEN_BACK_MS);
	return residentBytes(n8n);
}

/** By how many bytes n8n's resident memory grows at most during some work. Lets n8n come to rest first. */
export async function memoryGrowth<Result>(
	n8n: N8n,
	work: () => Promise<Result>,
): Promise<{ growth: number; result: Result }> {
	const before = await settledMemory(n8n);
	let most = before;
	const timer = setInterval(() => (most = Math.max(most, residentBytes(n8n))), SAMPLE_EVERY_MS);
	try {
		const result = await work();
		return { growth: Math.max(most, residentBytes(n8n)) - before, result };
	} finally {
		clearInterval(timer);
	}
}

function residentBytes({ pid }: N8n) {
	return PAGE * Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
}
