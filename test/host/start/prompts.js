const fs = require('node:fs');
const path = require('node:path');
const { HostError } = require('../errors');
const { importExample } = require('./example');
const { followRows } = require('./rows');

/** As the example's file name has it. */
const FOLDER_IN_EXAMPLE = '.n8n-files';
/** Longest name that is made of a prompt, in words. */
const MOST_WORDS = 5;

/** @typedef {{ name: string, prompt: string }} Row */

/**
 * Makes videos of prompts and writes them to disk, with the example "Prompts to videos".
 * @param {import('./arguments').Job & { kind: 'prompts' }} job
 * @returns {import('./show').Showing}
 * @throws {HostError} when there can be no folder for the videos
 */
function promptsShowing({ prompts }) {
	const folder = videosFolder();
	/** @type {Row[]} */
	let rows = [];
	return {
		env: {
			N8N_RESTRICT_FILE_ACCESS_TO: folder,
			// Else nothing is known of a run before it ends.
			EXECUTIONS_DATA_SAVE_ON_PROGRESS: 'true',
		},
		async setUp(session, api) {
			return await importExample(session, 'prompts-to-videos.json', api, (node) => {
				const { parameters } = node('Rows');
				if (prompts.length > 0) parameters['jsonOutput'] = JSON.stringify({ rows: prompts.map(rowOf) }, null, 2);
				rows = JSON.parse(parameters['jsonOutput']).rows;
				const get = node('Get Video').parameters;
				get['options'] = { ...get['options'], ...api.options };
				const write = node('Write to Disk').parameters;
				// By a function, because a text would have its dollar signs read as patterns.
				write['fileName'] = write['fileName'].replace(FOLDER_IN_EXAMPLE, () => folder);
			});
		},
		announce({ description, isBilled }, print) {
			print(`\nPrompts to videos, in the folder ${folder}`);
			print(`  GlobalAI OPC: ${description}`);
			if (isBilled) {
				print(`  This is billed: ${rows.length} video(s). Ctrl-C does not undo it; ask later with --task <id>.`);
			}
			print('');
			for (const { name, prompt } of rows) print(`  ${name}: ${prompt}`);
			print('');
		},
		follow: async (run) => await followRows({ ...run, rows }),
	};
}

/** @returns {string} without symbolic links: n8n follows none */
function videosFolder() {
	const folder = path.join(process.cwd(), 'videos');
	try {
		fs.mkdirSync(folder, { recursive: true });
		return fs.realpathSync(folder);
	} catch (error) {
		const { message } = /** @type {Error} */ (error);
		throw new HostError(`The folder ${folder}, for the videos, can't be made: ${message}`, { cause: error });
	}
}

/**
 * @param {string} prompt
 * @returns {Row} named by the prompt's first words
 */
function rowOf(prompt) {
	const words = prompt.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['video'];
	return { name: words.slice(0, MOST_WORDS).join('-').slice(0, 60), prompt };
}

module.exports = { promptsShowing };
