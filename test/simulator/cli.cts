// `npm run simulator`: simulates the GlobalAI OPC API and its video host on 127.0.0.1, until Ctrl-C.
import { parseArgs } from 'node:util';
import { startSimulator } from './index.cts';

import type { LogEntry } from './http.cts';

const HELP = `Usage: npm run simulator -- [options]

  --port N    port of the API; default: any that is free
  --key K     accepted API key, may be repeated; default: sk-simulator
  --speed N   simulated seconds a real second; default: 1

A prompt that contains [fail], [cancel] or [never] makes a task that fails, is cancelled, or never ends.
An asset whose name or address contains [refuse] is refused; with [fail], [never] or [expire], so ends its review.
`;

const FLAGS = {
	port: { type: 'string' },
	key: { type: 'string', multiple: true },
	speed: { type: 'string' },
	help: { type: 'boolean' },
} as const;

const print = (line: string) => process.stdout.write(`${line}\n`);

function printRequest({ at, endedAt, host, method, path, status }: LogEntry): void {
	const time = new Date(at).toISOString().slice(11, 19);
	print(
		`${time}  ${host.padEnd(5)}  ${method} ${path}  ${status ?? 'no answer'}  ${(endedAt ?? at) - at} ms`,
	);
}

async function main(): Promise<void> {
	const { port = '0', speed = '1', key: apiKeys, help } = parseArgs({ options: FLAGS }).values;
	if (help) return void print(HELP);
	const options = { port: Number(port), speed: Number(speed), apiKeys, onRequest: printRequest };
	const simulator = await startSimulator(options);
	const stop = () => void simulator.close();
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
	print(`Base URL  ${simulator.baseUrl}`);
	for (const one of simulator.apiKeys) print(`API key   ${one}`);
	print('Ctrl-C ends it.');
}

main().catch((cause: unknown) => {
	process.stderr.write(`error: ${cause instanceof Error ? cause.message : String(cause)}\n`);
	process.exitCode = 1;
});
