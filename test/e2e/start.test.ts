import { freePort, isPortFree } from '../host/n8n/ports.cts';
import { startSimulator, type Simulator } from '../simulator/index.cts';
import { filesIn, removeFolder, temporaryFolder } from './harness/folder.cts';
import { CAN_PARK } from './harness/host';
import { startProgram, takePort, type Program } from './harness/program.cts';

const LIMIT_MS = 10 * 60_000;
const KEY = ['sk', 'npm', 'start', '0123456789'].join('-');

let folder: string;
const programs: Program[] = [];

beforeEach(() => {
	folder = temporaryFolder();
});

afterEach(async () => {
	for (const program of programs.splice(0)) {
		program.interrupt();
		await program.ended;
	}
	removeFolder(folder);
}, 60_000);

/** Begins the program; it is ended with the test, whatever becomes of that. */
function begin(args: string[], env: Record<string, string> = {}) {
	const program = startProgram(args, { cwd: folder, env });
	programs.push(program);
	return program;
}

/** Runs the program to its end. */
async function run(args: string[], env: Record<string, string> = {}) {
	const program = begin(args, env);
	const code = await program.ended;
	return { code, output: program.output() };
}

/** The statuses printed for a row, in their order, each once. */
const wayOf = (name: string, output: string) => {
	const line = new RegExp(`^  [\\d:]{8}  ${name} +(created|queued|processing|completed|no video)`, 'gm');
	return [...new Set([...output.matchAll(line)].map(([, status]) => status))];
};

describe('on the simulator', () => {
	if (CAN_PARK)
		test(
			'--once shows the way from the prompts to the files, and leaves nothing behind',
			async () => {
				const port = await freePort();
				const { code, output } = await run(['--once', '--port', String(port)]);
				expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('On your disk now:') });
				expect(output).toMatch(
					/^Starts n8n [\d.]+ with this node, in about half a minute, and makes videos, .* 70 seconds\.\n/,
				);
				for (const name of ['cat', 'city']) {
					// What the first status check finds is up to how fast this machine is.
					expect(wayOf(name, output).join(' ')).toMatch(/^created (queued )?(processing )?completed$/);
				}
				const files = filesIn(`${folder}/videos`);
				expect(files).toHaveLength(2);
				for (const { path, size, isMp4 } of files) {
					expect(isMp4).toBe(true);
					expect(output).toContain(`${path}  (${size} bytes)`);
				}
				expect(output).toMatch(/n8n has parked execution \d+ in its database/);
				expect(output).not.toContain('killed');
				expect(await isPortFree(port)).toBe(true);
			},
			LIMIT_MS,
		);

	if (CAN_PARK)
		test(
			'--kill kills n8n while it waits, and the video comes all the same',
			async () => {
				const args = [
					'--once',
					'--kill',
					'--port',
					String(await freePort()),
					'--prompt',
					'A city in the rain',
				];
				const { code, output } = await run(args);
				expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('On your disk now:') });
				expect(output).toMatch(
					/created as [^]*n8n killed \(-9\) while it waits\n.*n8n is back after \d+ s\n[^]*completed/,
				);
				expect(filesIn(`${folder}/videos`)).toMatchObject([{ isMp4: true }]);
			},
			LIMIT_MS,
		);

	if (CAN_PARK)
		test(
			'it makes a video of an own prompt and stays up until Ctrl-C',
			async () => {
				const port = await freePort();
				const program = begin(['--port', String(port), '--prompt', 'The sea at night']);
				await program.wrote('log in as ');
				// Before the run is over: a user who opens the address meanwhile needs the login, and knows what the videos show.
				expect(program.output()).toMatch(
					/Each video is the same stand-in[^]*http:\/\/127\.0\.0\.1:\d+\/workflow\/\S+\n {2}log in as \S+@\S+ /,
				);
				expect(program.output()).not.toContain('completed');
				await program.wrote('Press Ctrl-C to end.');
				expect(wayOf('the-sea-at-night', program.output()).at(-1)).toBe('completed');
				expect(program.output()).toContain(`http://127.0.0.1:${port}/workflow/`);
				expect(program.output()).toMatch(/log in as \S+@\S+ with the password \S+/);
				expect(await isPortFree(port)).toBe(false);
				program.interrupt();
				expect(await program.ended).toBe(0);
				expect(await isPortFree(port)).toBe(true);
				expect(filesIn(`${folder}/videos`)).toMatchObject([{ isMp4: true }]);
			},
			LIMIT_MS,
		);
});

describe('with a key', () => {
	let api: Simulator;

	beforeEach(async () => {
		api = await startSimulator({ apiKeys: [KEY] });
	});

	afterEach(async () => await api.close());

	const environment = () => ({ GLOBALAIOPC_API_KEY: KEY, GLOBALAIOPC_BASE_URL: api.baseUrl });

	test(
		'--task asks until the video is done, and never shows the key',
		async () => {
			// Old enough for the next status check to come within a minute.
			const { id } = api.addTask({ createdAgo: 200, finishAfter: 3600 });
			const args = ['--once', '--port', String(await freePort()), '--task', id];
			const program = begin(args, environment());
			await program.wrote('(status check 1, the next at ');
			api.finishTask(id);
			expect({ code: await program.ended, output: program.output() }).toEqual({
				code: 0,
				output: expect.stringContaining(String(api.task(id)?.videoUrl)),
			});
			expect(program.output()).not.toContain(KEY);
			expect(api.requestsFor(id)[0]?.authorization).toBe(`Bearer ${KEY}`);
			expect(api.created).toHaveLength(0);
		},
		LIMIT_MS,
	);

	if (CAN_PARK)
		test(
			'--prompt says that it is billed; a video that can not be made is told with its reason and ends with 1',
			async () => {
				api.apiKeys.clear();
				const args = ['--once', '--port', String(await freePort()), '--prompt', 'A cat'];
				const { code, output } = await run(args, environment());
				expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining('There is no video.') });
				expect(output).toContain('This is billed: 1 video(s).');
				expect(output).toMatch(/a-cat +no video: GlobalAI OPC refused the API key/);
				expect(output).not.toContain(KEY);
				expect(api.created).toHaveLength(0);
			},
			LIMIT_MS,
		);

	test('nothing is made, and nothing asked, without --task or --prompt', async () => {
		const { code, output } = await run([], environment());
		expect(code).toBe(2);
		expect(output).toMatch(/^GLOBALAIOPC_API_KEY is set.*\n$/);
		expect(output).not.toContain(KEY);
		expect(api.requests).toHaveLength(0);
	});
});

describe('what does not fit is told in one line', () => {
	test('a taken port', async () => {
		const { port, release } = await takePort();
		const { code, output } = await run(['--once', '--port', String(port)]);
		await release();
		expect({ code, output }).toEqual({
			code: 1,
			output: expect.stringMatching(new RegExp(`^Port ${port} is taken by another program\\..*\\n$`)),
		});
	});

	test.each([
		['an unknown argument', ['--nonsense'], /^Unknown option '--nonsense'.*\n$/],
		[
			'--task without a key',
			['--task', 'video_abc'],
			/^--task needs the real API:.*GLOBALAIOPC_API_KEY.*\n$/,
		],
		[
			'--task with --prompt',
			['--task', 'video_abc', '--prompt', 'A'],
			/^Say --task or --prompt, not both.\n$/,
		],
		['--task with --kill', ['--task', 'video_abc', '--kill'], /^--kill goes with prompts:.*\n$/],
		['an empty prompt', ['--prompt', ' '], /^--prompt needs a text.*\n$/],
	])('%s', async (_, args, line) => {
		const { code, output } = await run(args);
		expect({ code, output }).toEqual({ code: 2, output: expect.stringMatching(line) });
	});
});

test('--help says what is billed', async () => {
	const { code, output } = await run(['--help']);
	expect(code).toBe(0);
	expect(output).toMatch(/--prompt.*BILLED/);
});
