const { parseArgs } = require('node:util');

const DEFAULT_PORT = 5678;
const DEFAULT_BASE_URL = 'https://zcbservice.aizfw.cn/kyyReactApiServer';

const HELP = `Shows the Seedance node at work in a real n8n: is my video done, and where is it?

  npm start                       asks a simulator of GlobalAI OPC: no key and no network needed
  npm start -- --task <id>        asks GlobalAI OPC for this task, with the key in GLOBALAIOPC_API_KEY

  --port <number>   where n8n listens, on this machine only (default ${DEFAULT_PORT})
  --once            end after the run, with exit code 0 if it gave a video and 1 if not
  --help            show this

Environment, with --task:
  GLOBALAIOPC_API_KEY    your API key; it is never shown
  GLOBALAIOPC_BASE_URL   default ${DEFAULT_BASE_URL}

The first time, the real n8n is installed into test/host: some minutes and 2.9 GB.
Press Ctrl-C to end everything that was started; n8n's data goes with it.`;

/** An argument or a setting that does not fit; the message is one line that says what to do instead. */
class UsageError extends Error {}

/**
 * @typedef {{ kind: 'simulator' } | { kind: 'api', taskId: string, apiKey: string, baseUrl: string }} Target
 * @typedef {{ help: boolean, once: boolean, port: number, target: Target }} Arguments
 */

/**
 * @param {string[]} argv without the program's own name
 * @param {NodeJS.ProcessEnv} env
 * @returns {Arguments}
 * @throws {UsageError}
 */
function readArguments(argv, env) {
	const { help, once, port, task } = parse(argv);
	const apiKey = env['GLOBALAIOPC_API_KEY']?.trim();
	const common = { help, once, port: readPort(port) };
	if (help) return { ...common, target: { kind: 'simulator' } };
	if (task === undefined && !apiKey) return { ...common, target: { kind: 'simulator' } };
	if (task === undefined) {
		throw new UsageError(
			'GLOBALAIOPC_API_KEY is set, but which task? Say "npm start -- --task <id>", ' +
				'or unset it for the simulator.',
		);
	}
	if (!task.trim())
		throw new UsageError('--task needs the id of a video task, such as --task video_abc123def456.');
	if (!apiKey) {
		throw new UsageError(
			'--task asks the real API: put your key into the environment as GLOBALAIOPC_API_KEY.',
		);
	}
	const baseUrl = env['GLOBALAIOPC_BASE_URL']?.trim() || DEFAULT_BASE_URL;
	return { ...common, target: { kind: 'api', taskId: task.trim(), apiKey, baseUrl } };
}

/** @param {string[]} argv */
function parse(argv) {
	try {
		const { values } = parseArgs({
			args: argv,
			options: {
				help: { type: 'boolean', short: 'h', default: false },
				once: { type: 'boolean', default: false },
				port: { type: 'string' },
				task: { type: 'string' },
			},
		});
		const { help = false, once = false, port, task } = values;
		return { help, once, port, task };
	} catch (error) {
		const [reason] = /** @type {Error} */ (error).message.split('. To specify');
		throw new UsageError(`${reason?.replace(/\.$/, '')}. See "npm start -- --help".`);
	}
}

/** @param {string | undefined} text */
function readPort(text) {
	if (text === undefined) return DEFAULT_PORT;
	const port = /^\d+$/.test(text) ? Number(text) : NaN;
	if (!(port >= 1 && port <= 65_535))
		throw new UsageError(`--port takes a number from 1 to 65535, not "${text}".`);
	return port;
}

module.exports = { HELP, readArguments, UsageError };
