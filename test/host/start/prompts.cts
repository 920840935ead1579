import fs from 'node:fs';
import path from 'node:path';
import { HostError } from '../errors.cts';
import { promptsTable, promptsToVideos, type PromptRow } from '../examples.cts';
import { followRows } from './rows.cts';

import type { Job } from './arguments.cts';
import type { Showing } from './show.cts';

/** Where no prompt is given. */
const ROWS: PromptRow[] = [
	{ name: 'cat', prompt: 'A cat rides a skateboard through Paris at sunset' },
	{ name: 'city', prompt: 'A city in the rain, neon lights, slow camera pan' },
];

/** Longest name that is made of a prompt, in words. */
const MOST_WORDS = 5;

/**
 * Makes videos of prompts and writes them to disk, with the example "Prompts to videos".
 * @throws when there can be no folder for the videos
 */
export function promptsShowing({ prompts, kills }: Job & { kind: 'prompts' }): Showing {
	const folder = videosFolder();
	const rows = prompts.length > 0 ? prompts.map(rowOf) : ROWS;
	return {
		env: { N8N_RESTRICT_FILE_ACCESS_TO: folder },
		workflow: promptsToVideos(folder),
		prepare: async (session, workflowId) => await (await promptsTable(session, workflowId)).add(rows),
		announce({ description, isBilled }, print) {
			print(`\nPrompts to videos, in the folder ${folder}`);
			print(`  GlobalAI OPC: ${description}`);
			print(
				'  n8n parks the run between two status checks, for 66 s or more; all rows are output together at the end',
			);
			if (isBilled) {
				print(
					`  This is billed: ${rows.length} video(s). Ctrl-C does not undo it; get the videos later with --task <id>.`,
				);
			}
			print('');
			for (const { name, prompt } of rows) print(`  ${name}: ${prompt}`);
		},
		follow: async (run) => await followRows({ ...run, rows, kills }),
	};
}

/** @returns without symbolic links: n8n follows none */
function videosFolder(): string {
	const folder = path.join(process.cwd(), 'videos');
	try {
		fs.mkdirSync(folder, { recursive: true });
		return fs.realpathSync(folder);
	} catch (error) {
		const { message } = error as Error;
		throw new HostError(`The folder ${folder}, for the videos, can't be made: ${message}`, { cause: error });
	}
}

/** @returns named by the prompt's first words */
function rowOf(prompt: string): PromptRow {
	const words = prompt.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['video'];
	return { name: words.slice(0, MOST_WORDS).join('-').slice(0, 60), prompt };
}
