import { parseArgs } from 'node:util';
import { CREATES } from './create.cts';
import { startSimulator } from './index.cts';

import type { Simulator, SimulatorOptions } from './index.cts';
import type { LogEntry } from './log.cts';
import type { TaskOptions } from './tasks.cts';

const HELP = `Usage: npm run simulator -- [options]

Simulates the GlobalAI OPC API and its video host on 127.0.0.1.

  --port N                    port of the API; default: any that is free
  --files-port N              port of the video host; default: any that is free
  --key K                     accepted API key, may be repeated; default: sk-simulator
  --speed N                   simulated seconds a real second; default: 1
  --retention S               simulated seconds until tasks and videos are gone; default: 86400
  --rate-limit REQ/SEC        requests a key in so many seconds, then 429 with Retry-After; default: none
  --task ID[:model[:outcome]] adds a task, may be repeated; outcome: completed, failed, cancelled or never
  --quiet                     no line for every request
  --help                      this text

A prompt that contains [fail], [cancel] or [never] makes a task that fails, is cancelled, or never ends.

Below the base URL it answers:
${Object.keys(CREATES).map((path) => `  POST   ${path}`).join('\n')}
  GET    /v1/result/{id}

Other processes can steer it, without a key, at the API's port:
  GET    /__simulator/health
  GET    /__simulator/requests
  POST   /__simulator/tasks    {"id": "video_a", "finishAfter": 5, ...}
  POST   /__simulator/faults   {"kind": "status", "status": 503, "times": 3, ...}
  DELETE /__simulator/faults
`;

const FLAGS = {
	port: { type: 'string' },
	'files-port': { type: 'string' },
	key: { type: 'string', multiple: true },
	speed: { type: 'string' },
	retention: { type: 'string' },
	'rate-limit': { type: 'string' },
	task: { type: 'string', multiple: true },
	quiet: { type: 'boolean' },
	help: { type: 'boolean' },
} as const;

/** Something on the command line does not fit; the message is one line. */
class UsageError extends Error {}

function numberFrom(flag: string, text: string) {
	const value = text.trim() === '' ? NaN : Number(text);
	if (Number.isNaN(value)) throw new UsageError(`${flag} needs a number, not "${text}"`);
	return value;
}

function rateLimitFrom(text: string) {
	const [, requests, seconds] = /^([^/]+)\/([^/]+)$/.exec(text) ?? [];
	if (requests === undefined || seconds === undefined) {
		throw new UsageError(`--rate-limit needs requests/seconds such as 10/60, not "${text}"`);
	}
	return {
		requests: numberFrom('--rate-limit', requests),
		seconds: numberFrom('--rate-limit', seconds),
		retryAfter: true,
	};
}

function taskFrom(text: string): TaskOptions {
	const [id, model, outcome, ...rest] = text.split(':');
	if (id === undefined || id === '' || rest.length > 0) {
		throw new UsageError(`--task needs ID[:model[:outcome]], not "${text}"`);
	}
	// addTask looks at the outcome.
	return { id, model: model || undefined, outcome: (outcome || undefined) as TaskOptions['outcome'] };
}

function valuesFrom(args: string[]) {
	try {
		return parseArgs({ args, options: FLAGS }).values;
	} catch (cause) {
		const [line = ''] = String(cause instanceof Error ? cause.message : cause).split('\n');
		throw new UsageError(line);
	}
}

function parse(args: string[]) {
	const values = valuesFrom(args);
	const { 'rate-limit': limit, task = [], quiet = false, help = false } = values;
	const number = (flag: 'port' | 'files-port' | 'speed' | 'retention') => {
		const text = values[flag];
		return text === undefined ? undefined : numberFrom(`--${flag}`, text);
	};
	const options: SimulatorOptions = {
		port: number('port'),
		filesPort: number('files-port'),
		apiKeys: values.key,
		speed: number('speed'),
		retention: number('retention'),
		rateLimit: limit === undefined ? undefined : rateLimitFrom(limit),
	};
	return { options, tasks: task.map(taskFrom), quiet, help };
}

function lineFor({ at, endedAt, host, method, path, status, fault }: LogEntry) {
	const time = new Date(at).toISOString().slice(11, 19);
	const took = `${(endedAt ?? at) - at} ms`;
	const trouble = fault === null ? '' : `  [${fault}]`;
	return `${time}  ${host.padEnd(5)}  ${method} ${path}  ${status ?? 'no answer'}  ${took}${trouble}`;
}

function print(line: string) {
	process.stdout.write(`${line}\n`);
}

/** @param simulator closed when a task is refused */
async function addTasks(simulator: Simulator, tasks: TaskOptions[]) {
	try {
		return tasks.map((task) => simulator.addTask(task));
	} catch (cause) {
		await simulator.close();
		throw new UsageError(cause instanceof Error ? cause.message : String(cause));
	}
}

async function main(args: string[]) {
	const { options, tasks, quiet, help } = parse(args);
	if (help) {
		process.stdout.write(HELP);
		return;
	}
	const simulator = await startSimulator({
		...options,
		...(quiet ? {} : { onRequest: (entry) => print(lineFor(entry)) }),
	});
	const stop = () => void simulator.close();
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
	const added = await addTasks(simulator, tasks);
	print(`Base URL  ${simulator.baseUrl}`);
	for (const key of simulator.apiKeys) print(`API key   ${key}`);
	print(`Videos    ${simulator.filesUrl}`);
	for (const { id, model, outcome } of added) print(`Task      ${id}  ${model}  ${outcome}`);
	print('Ctrl-C ends it.');
}

/** @returns 2: bad arguments, 1: anything else */
function failure(cause: unknown): { line: string; code: number } {
	if (!(cause instanceof Error)) return { line: String(cause), code: 1 };
	const { code, port } = cause as NodeJS.ErrnoException & { port?: number };
	if (code === 'EADDRINUSE') return { line: `port ${port} is taken`, code: 1 };
	if (code === 'EACCES') return { line: `port ${port} may not be used by this user`, code: 1 };
	return { line: cause.message, code: cause instanceof UsageError || cause instanceof TypeError ? 2 : 1 };
}

main(process.argv.slice(2)).catch((cause) => {
	const { line, code } = failure(cause);
	process.stderr.write(`error: ${line}\n`);
	process.exitCode = code;
});
