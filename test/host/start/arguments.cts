import { parseArgs } from 'node:util';

const DEFAULT_PORT = 5678;
const DEFAULT_BASE_URL = 'https://zcbservice.aizfw.cn/kyyReactApiServer';

export const HELP = `Shows the Seedance node at work in a real n8n: a prompt goes in, a video comes out.

  npm start                       makes two videos by examples/prompts-to-videos.json on a simulator of
                                  GlobalAI OPC, in about 70 seconds: no key and no network needed,
                                  nothing is billed; each video is the same drawn scene
  npm start -- --prompt "..."     makes a video of your own prompt instead; can be given more than once

With your key in GLOBALAIOPC_API_KEY, on the real GlobalAI OPC:

  npm start -- --task <id>        waits for a task that exists, and gets its video; costs nothing
  npm start -- --prompt "..."     makes a real video, which is BILLED to your account

  --port <number>   where n8n listens, on this machine only (default ${DEFAULT_PORT})
  --kill            kill n8n (kill -9) while it waits for the videos, and start it again: no video is lost
  --once            end after the run, with exit code 0 if every video was made, else 1
  --help            show this

Environment:
  GLOBALAIOPC_API_KEY         your API key; it is never shown
  GLOBALAIOPC_BASE_URL        with a key: default ${DEFAULT_BASE_URL}
  GLOBALAIOPC_SKIP_BUILD=1    take the node as it was built the last time

Videos go into the folder "videos" in the current folder and stay there.
The first time, the real n8n is installed into test/host: about 4 minutes and 3 GB.
Press Ctrl-C to end everything that was started; n8n's data goes with it.`;

/** An argument or a setting that does not fit; the message is one line that says what to do instead. */
export class UsageError extends Error {}

/** Access to the real API. */
export type Account = { apiKey: string; baseUrl: string };

/** `prompts`: empty for two of our own; `kills`: whether n8n is killed while it waits for their videos */
export type Job = { kind: 'task'; taskId: string } | { kind: 'prompts'; prompts: string[]; kills: boolean };

export interface Arguments {
	help: boolean;
	once: boolean;
	port: number;
	/** Left out for the simulator */
	account?: Account;
	job: Job;
}

/** @param argv without the program's own name */
export function readArguments(argv: string[], env: NodeJS.ProcessEnv): Arguments {
	const { help, once, kills, port, task, prompts } = parse(argv);
	const common = { help, once, port: readPort(port) };
	const examples: Job = { kind: 'prompts', prompts: [], kills };
	if (help) return { ...common, job: examples };
	const account = readAccount(env);
	const job = readJob(task, prompts, kills);
	if (account && !job) {
		throw new UsageError(
			'GLOBALAIOPC_API_KEY is set, but what to do with it? Say --task <id> to get a task (free) or ' +
				'--prompt "..." to make a video (billed), or unset it for the simulator.',
		);
	}
	if (!account && job?.kind === 'task') {
		throw new UsageError(
			'--task needs the real API: put your key into the environment as GLOBALAIOPC_API_KEY.',
		);
	}
	return { ...common, ...(account && { account }), job: job ?? examples };
}

function parse(argv: string[]) {
	try {
		const { values } = parseArgs({
			args: argv,
			options: {
				help: { type: 'boolean', short: 'h', default: false },
				once: { type: 'boolean', default: false },
				kill: { type: 'boolean', default: false },
				port: { type: 'string' },
				task: { type: 'string' },
				prompt: { type: 'string', multiple: true },
			},
		});
		const { help = false, once = false, kill: kills = false, port, task, prompt: prompts } = values;
		return { help, once, kills, port, task, prompts };
	} catch (error) {
		const [reason] = (error as Error).message.split('. To specify');
		throw new UsageError(`${reason?.replace(/\.$/, '')}. See "npm start -- --help".`);
	}
}

function readPort(text: string | undefined) {
	if (text === undefined) return DEFAULT_PORT;
	const port = /^\d+$/.test(text) ? Number(text) : NaN;
	if (!(port >= 1 && port <= 65_535))
		throw new UsageError(`--port takes a number from 1 to 65535, not "${text}".`);
	return port;
}

function readAccount(env: NodeJS.ProcessEnv): Account | undefined {
	const apiKey = env['GLOBALAIOPC_API_KEY']?.trim();
	if (!apiKey) return undefined;
	return { apiKey, baseUrl: env['GLOBALAIOPC_BASE_URL']?.trim() || DEFAULT_BASE_URL };
}

function readJob(task: string | undefined, prompts: string[] | undefined, kills: boolean): Job | undefined {
	if (task !== undefined && prompts) throw new UsageError('Say --task or --prompt, not both.');
	if (task !== undefined) {
		if (kills)
			throw new UsageError('--kill goes with prompts: --task waits inside the node, which a kill would end.');
		if (!task.trim())
			throw new UsageError('--task needs the id of a video task, such as --task video_abc123def456.');
		return { kind: 'task', taskId: task.trim() };
	}
	if (!prompts) return undefined;
	if (prompts.some((prompt) => !prompt.trim()))
		throw new UsageError('--prompt needs a text, such as --prompt "A cat rides a skateboard".');
	return { kind: 'prompts', prompts: prompts.map((prompt) => prompt.trim()), kills };
}
