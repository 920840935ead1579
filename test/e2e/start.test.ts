import { freePort, isPortFree } from '../host/n8n/ports.cts';
import { startSimulator, type Simulator } from '../simulator/index.cts';
import { filesIn, removeFolder, temporaryFolder } from './harness/folder.cts';
import { CAN_PARK } from './harness/host';
import { startProgram, untilWritten } from './harness/program.cts';

const LIMIT_MS = 10 * 60_000;
const KEY = ['sk', 'npm', 'start', '0123456789'].join('-');

type Program = Awaited<ReturnType<typeof startProgram>>;

let folder: string;
let api: Simulator;
const programs: Program[] = [];

beforeEach(async () => {
	folder = temporaryFolder();
	api = await startSimulator({ apiKeys: [KEY] });
});

afterEach(async () => {
	for (const program of programs.splice(0)) await program.stop(60_000);
	await api.close();
	removeFolder(folder);
}, 90_000);

/** Begins the program; it is ended with the test, whatever becomes of that. */
async function begin(args: string[], env: Record<string, string> = {}): Promise<Program> {
	const program = await startProgram(args, { cwd: folder, env });
	programs.push(program);
	return program;
}

/** Runs the program to its end. */
async function run(args: string[], env: Record<string, string> = {}) {
	const program = await begin(args, env);
	const code = await program.end();
	return { code, output: program.text };
}

const environment = () => ({ GLOBALAIOPC_API_KEY: KEY, GLOBALAIOPC_BASE_URL: api.baseUrl });

if (CAN_PARK)
	test(
		'on the simulator: from the prompts to the files, with n8n killed meanwhile, until Ctrl-C; nothing is left behind',
		async () => {
			const port = await freePort();
			const program = await begin(['--kill', '--port', String(port)]);
			await untilWritten(program, 'log in as ');
			// Before the run is over: who opens the address meanwhile needs the login, and knows what the videos show.
			expect(program.text).toMatch(
				/Each video is the same stand-in[^]*http:\/\/127\.0\.0\.1:\d+\/workflow\/\S+\n {2}log in as \S+@\S+ /,
			);
			expect(program.text).not.toContain('completed');
			await untilWritten(program, 'Press Ctrl-C to end.');
			expect(program.text).toMatch(
				/n8n has parked execution \d+ in its database[^]*n8n killed \(-9\)[^]*n8n is back after \d+ s\n/,
			);
			for (const name of ['cat', 'city'])
				expect(program.text).toMatch(new RegExp(`  ${name} +created as [^]*  ${name} +completed`));
			expect(program.text).toContain('On your disk now:');
			const files = filesIn(`${folder}/videos`);
			expect(files).toMatchObject([{ isMp4: true }, { isMp4: true }]);
			for (const { path, size } of files) expect(program.text).toContain(`${path}  (${size} bytes)`);
			expect(await isPortFree(port)).toBe(false);
			program.signal('SIGINT');
			expect(await program.end()).toBe(0);
			expect(await isPortFree(port)).toBe(true);
		},
		LIMIT_MS,
	);

test(
	'with a key, --task asks until the video is done, and never shows the key',
	async () => {
		// Old enough for the next status check to come within a minute.
		const { id } = api.addTask({ createdAgo: 200, finishAfter: 3600 });
		const args = ['--once', '--port', String(await freePort()), '--task', id];
		const program = await begin(args, environment());
		await untilWritten(program, '(status check 1, the next at ');
		api.finishTask(id);
		expect(await program.end()).toBe(0);
		expect(program.text).toContain(String(api.task(id)?.videoUrl));
		expect(program.text).not.toContain(KEY);
		expect(api.requestsFor(id)[0]?.authorization).toBe(`Bearer ${KEY}`);
		expect(api.created).toHaveLength(0);
	},
	LIMIT_MS,
);

if (CAN_PARK)
	test(
		'with a key, --prompt says that it is billed; where no video comes it says why and ends with 1',
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

test.each([
	['with a key, neither --task nor --prompt', [], true, /^GLOBALAIOPC_API_KEY is set.*\n$/],
	['--task without a key', ['--task', 'video_abc'], false, /^--task needs the real API:.*\n$/],
	['an unknown argument', ['--nonsense'], false, /^Unknown option '--nonsense'.*\n$/],
])('%s: one line says what to do, and nothing is sent', async (_, args, hasKey, line) => {
	const { code, output } = await run(args, hasKey ? environment() : {});
	expect({ code, output }).toEqual({ code: 2, output: expect.stringMatching(line) });
	expect(api.requests).toHaveLength(0);
});
