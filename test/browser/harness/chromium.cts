import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createBrotliDecompress } from 'node:zlib';
import { chromium, type Browser } from 'playwright-core';
import { HostError } from '../../host/errors.cts';
import { dirOf, isBrought, type ProgramPackage } from '../../host/install/package.cts';

import type { Need } from '../../host/install/need.cts';

const run = promisify(execFile);

/** Where the usual packages put it. */
const PLACES = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A headless Chromium, with the libraries and a font that a bare Linux lacks, all of it compressed. */
const PACKAGE: ProgramPackage = {
	folder: 'chromium',
	name: '@sparticuz/chromium',
	version: '153.0.0',
	title: 'Chromium 153',
	megabytes: 70,
};

/** Starts it with what came with it; fonts of the machine go first. */
const STARTER = `#!/bin/sh
here=$(dirname "$0")
export LD_LIBRARY_PATH="$here/lib" FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/bin/chromium" "$@"
`;
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
	<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
	<dir prefix="relative">fonts</dir>
	<cachedir prefix="relative">fonts-cache</cachedir>
</fontconfig>
`;

/** In a container there is no sandbox and no graphics card; the rest keeps it from calling anybody. */
const FLAGS = [
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	// Hinting moves each letter to whole pixels, so that they stand unevenly.
	'--font-render-hinting=none',
];

/** What the browser suite and the screenshots need. */
export const CHROMIUM: Need = {
	name: 'Chromium',
	debian: ['chromium', 'fonts-liberation'],
	find() {
		const places = [process.env['CHROMIUM_PATH'], ...PLACES, isBrought(PACKAGE) ? starter() : undefined];
		return places.find((place) => place && fs.existsSync(place));
	},
	...(process.platform === 'linux' &&
		process.arch === 'x64' && { npm: { wanted: PACKAGE, prepare: unpack } }),
};

function starter(dir = dirOf(PACKAGE)) {
	return path.join(dir, 'chromium');
}

/** @param dir the npm package */
async function unpack(dir: string): Promise<void> {
	const program = await decompressed(path.join(dir, 'bin', 'chromium'));
	await fs.promises.chmod(program, 0o755);
	for (const name of ['al2023.tar', 'fonts.tar']) {
		const tarball = await decompressed(path.join(dir, 'bin', name));
		await run('tar', ['-xf', tarball, '-C', dir, '--no-same-owner']);
	}
	await fs.promises.writeFile(path.join(dir, 'fonts.conf'), FONTS);
	await fs.promises.writeFile(starter(dir), STARTER, { mode: 0o755 });
	await run(starter(dir), ['--version']);
}

/** @returns the file, which takes the place of its compressed form */
async function decompressed(file: string) {
	await pipeline(fs.createReadStream(`${file}.br`), createBrotliDecompress(), fs.createWriteStream(file));
	await fs.promises.rm(`${file}.br`);
	return file;
}

/** Starts a headless Chromium with a new, empty profile. */
export async function launchChromium(): Promise<Browser> {
	const executablePath = CHROMIUM.find();
	if (!executablePath)
		throw new HostError('There is no Chromium: "npm run test:needs" brings one, or set CHROMIUM_PATH.');
	return await chromium.launch({ executablePath, args: FLAGS });
}
