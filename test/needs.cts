// `npm run test:needs`: brings what the browser, e2e and queue suites need beside n8n.
import { CHROMIUM } from './browser/harness/chromium.cts';
import { FFMPEG } from './e2e/harness/ffmpeg.cts';
import { HostError } from './host/errors.cts';
import { provide } from './host/install/need.cts';
import { POSTGRES, REDIS } from './queue/programs.cts';

/** Makes sure that all programs are there that tests need beside Node.js and n8n; at once when they are. */
export async function provideNeeds(): Promise<void> {
	await provide([CHROMIUM, FFMPEG, POSTGRES, REDIS], { log: console.log });
}

if (require.main === module) {
	provideNeeds().catch((error) => {
		console.error(error instanceof HostError ? error.message : error);
		process.exitCode = 1;
	});
}
