import fs from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Where the usual packages put it. */
const PLACES = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** In a container there is no sandbox and no graphics card; the rest keeps it from calling anybody. */
const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/**
 * @returns absolute path of a Chromium
 * @throws one line that says what to install
 */
export function findChromium(): string {
	const wanted = process.env['CHROMIUM_PATH'];
	const found = [wanted, ...PLACES].find((place) => place && fs.existsSync(place));
	if (found) return found;
	throw new Error(
		'No Chromium was found. Install it (on Debian: apt-get install chromium fonts-liberation), or set CHROMIUM_PATH.',
	);
}

/** Starts a headless Chromium with a new, empty profile. */
export async function launchChromium(): Promise<Browser> {
	return await chromium.launch({ executablePath: findChromium(), args: FLAGS });
}
