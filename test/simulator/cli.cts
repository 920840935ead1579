import { parseArgs } from 'node:util';
import { CREATES } from './create.cts';
import { startSimulator } from './index.cts';

import type { SimulatorOptions } from './index.cts';
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
${Object.keys(CREATES)
	.map((path) => `  POST   ${path}`)
	.join('\n')}
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

type Flag = 'port' | 'files-port' | 'speed' | 'retention';

/** What does not fit is left to the simulator, which says so in one line. */
function parse(args: string[]) {
	const { values } = parseArgs({ args, options: FLAGS });
	const { 'rate-limit': limit, task = [], quiet = false, help = false } = values;
	const number = (flag: Flag) => (values[flag] === undefined ? undefined : Number(values[flag]));
	const [requests, seconds] = (limit ?? '').split('/').map(Number);
	const options = {
		port: number('port'),
		filesPort: number('files-port'),
		apiKeys: values.key,
		speed: number('speed'),
		retention: number('retention'),
		rateLimit: limit === undefined ? undefined : { requests, seconds, retryAfter: true },
	} as SimulatorOptions;
	return { options, tasks: task.map(taskFrom), quiet, help };
}

function taskFrom(text: string) {
	const [id, model, ...outcome] = text.split(':');
	return { id, model: model || undefined, outcome: outcome.join(':') || undefined } as TaskOptions;
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
	print(`Base URL  ${simulator.baseUrl}`);
	for (const key of simulator.apiKeys) print(`API key   ${key}`);
	print(`Videos    ${simulator.filesUrl}`);
	try {
		for (const { id, model, outcome } of tasks.map(simulator.addTask))
			print(`Task      ${id}  ${model}  ${outcome}`);
	} catch (cause) {
		await simulator.close();
		throw cause;
	}
	print('Ctrl-C ends it.');
}

main(process.argv.slice(2)).catch((cause) => {
	const [line] = String(cause instanceof Error ? cause.message : cause).split('\n');
	process.stderr.write(`error: ${line}\n`);
	process.exitCode = cause instanceof TypeError ? 2 : 1;
});
