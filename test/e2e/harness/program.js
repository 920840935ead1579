const { spawn } = require('node:child_process');
const net = require('node:net');
const path = require('node:path');

const PROGRAM = path.join(__dirname, '..', '..', 'host', 'start.js');

/**
 * The program behind "npm start", run as a process of its own.
 * @typedef {object} Program
 * @property {() => string} output all that it has written so far, errors too
 * @property {(text: string) => Promise<void>} wrote waits until it has written this; rejects when it ends
 *   without
 * @property {() => void} interrupt what Ctrl-C does
 * @property {Promise<number | null>} ended its exit code
 */

/**
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Program}
 */
function startProgram(args, { cwd, env = {} }) {
	const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GLOBALAIOPC_'));
	const child = spawn(process.execPath, [PROGRAM, ...args], {
		cwd,
		// Building empties dist/ for a moment, which the tests that run at the same time pack.
		env: { ...Object.fromEntries(inherited), GLOBALAIOPC_SKIP_BUILD: '1', ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8').on('data', (chunk) => {
			output += chunk;
		});
	}
	/** @type {Promise<number | null>} */
	const ended = new Promise((resolve) => child.once('close', resolve));
	return {
		output: () => output,
		wrote: async (text) =>
			await new Promise((resolve, reject) => {
				const look = () => output.includes(text) && resolve();
				child.stdout.on('data', look);
				child.once('close', () => reject(new Error(`It ended without "${text}":\n${output}`)));
				look();
			}),
		interrupt: () => child.kill('SIGINT'),
		ended,
	};
}

/**
 * Takes a port of this machine.
 * @returns {Promise<{ port: number, release: () => Promise<void> }>}
 */
async function takePort() {
	const server = net.createServer();
	await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
	const { port } = /** @type {net.AddressInfo} */ (server.address());
	return {
		port,
		release: async () => await new Promise((resolve) => server.close(() => resolve(undefined))),
	};
}

module.exports = { startProgram, takePort };
