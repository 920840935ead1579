import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { HostError } from '../../host/errors.cts';
import { chooseNode, withNodeFirst } from '../../host/install/node.cts';
import { dirOf, isBrought, type ProgramPackage } from '../../host/install/package.cts';
import { loadProfile } from '../../host/profiles.cts';

import type { Need } from '../../host/install/need.cts';

const run = promisify(execFile);

/** One program, without libraries of its own. */
const PACKAGE: ProgramPackage = {
	folder: 'ffmpeg',
	name: '@ffmpeg-installer/linux-x64',
	version: '4.1.0',
	title: 'ffmpeg 4.1',
	megabytes: 23,
};

/** What merges clips in `examples/scenes-to-film.json`. */
export const FFMPEG: Need = {
	name: 'ffmpeg',
	debian: ['ffmpeg'],
	find() {
		const installed = (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean);
		const folders = [...installed, ...(isBrought(PACKAGE) ? [dirOf(PACKAGE)] : [])];
		return folders.map((folder) => path.join(folder, 'ffmpeg')).find((file) => fs.existsSync(file));
	},
	...(process.platform === 'linux' &&
		process.arch === 'x64' && {
			npm: {
				wanted: PACKAGE,
				prepare: async (dir: string) => void (await run(path.join(dir, 'ffmpeg'), ['-version'])),
			},
		}),
};

function findFfmpeg(): string {
	const file = FFMPEG.find();
	if (!file) throw new HostError('There is no ffmpeg: "npm run test:needs" brings one.');
	return file;
}

/** Settings of an n8n whose commands find ffmpeg, and whose home folder this is. It may run commands. */
export function withFfmpeg(home: string): Record<string, string> {
	fs.mkdirSync(home, { recursive: true });
	const folders = [process.env['PATH'], path.dirname(findFfmpeg())].filter(Boolean).join(path.delimiter);
	// n8n starts the process for Code nodes by the name "node".
	const { PATH = '' } = withNodeFirst(chooseNode(loadProfile()), { PATH: folders });
	return { NODES_EXCLUDE: '["n8n-nodes-base.localFileTrigger"]', HOME: home, PATH };
}

/**
 * Decodes a whole film.
 * @returns its length in seconds
 * @throws when it is no film, or a part of it is broken
 */
export async function filmLength(file: string): Promise<number> {
	const args = ['-nostdin', '-xerror', '-i', file, '-f', 'null', '-'];
	const { stderr } = await run(findFfmpeg(), args);
	const [, hours, minutes, seconds] = /Duration: (\d+):(\d+):([\d.]+)/.exec(stderr) ?? [];
	return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
