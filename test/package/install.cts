// `npm run test:install`: the install commands of docs/install.md, as they stand there, on the Node.js that runs this; with
// `-- --every-node` on each that the page names. For Linux and macOS: it makes symbolic links.
import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { withPackage } from '../host/community-node.cts';
import { lastLines } from '../host/errors.cts';
import { nodePackage } from '../host/install/node.cts';
import { runNpm } from '../host/npm.cts';

const ROOT = path.join(__dirname, '..', '..');
const NAME = 'n8n-nodes-globalaiopc';

/** Each Node.js of the page's "Compatibility", by major version, and the npm that comes with it. */
const VERSIONS: Readonly<Record<number, { node: string; npm: string }>> = {
	20: { node: '20.20.2', npm: '10.8.2' },
	22: { node: '22.23.3', npm: '10.9.9' },
	24: { node: '24.21.0', npm: '11.19.0' },
};

/** Where the page has each command; the first group is the command. */
const COMMANDS = {
	'~/.n8n/nodes': /Run `(npm install [^`]+)` in `~\/\.n8n\/nodes`/,
	Docker: /^docker exec -u node n8n (npm install .+)$/m,
} as const;

/** A Node.js with its npm. */
interface Runtime {
	/** Absolute path of the Node.js binary */
	node: string;
	/** Absolute path of npm's program file */
	npm: string;
}

/**
 * A command of docs/install.md, with a tarball for the package's name and another home for the container's.
 *
 * @throws when the page lacks it
 */
function documentedCommand(
	where: keyof typeof COMMANDS,
	{ tarball, home }: { tarball: string; home: string },
): string {
	const page = fs.readFileSync(path.join(ROOT, 'docs', 'install.md'), 'utf8');
	const [, command] = COMMANDS[where].exec(page) ?? [];
	if (!command?.includes(NAME)) throw new Error(`docs/install.md has no command for ${where}`);
	return command.replace(NAME, tarball).replace('/home/node', home);
}

/** npm's settings of this project and of whatever started this are not the user's. */
function environmentOfUser(): NodeJS.ProcessEnv {
	return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
}

/**
 * Packs this repository's package and installs it by the page's command for `~/.n8n/nodes`.
 *
 * @param userFolder of an n8n that does not run
 */
export async function installNodeByHand(userFolder: string): Promise<void> {
	await withPackage(async (tarball) => {
		const cwd = path.join(userFolder, '.n8n', 'nodes');
		fs.mkdirSync(cwd, { recursive: true });
		const command = documentedCommand('~/.n8n/nodes', { tarball, home: userFolder });
		await promisify(execFile)('sh', ['-c', command], { cwd, env: environmentOfUser() });
	});
}

/**
 * Runs a command of the page as a user whose PATH has Node.js, npm and a shell, and no compiler. Prints npm's last line.
 *
 * @param folder an empty one, for this command
 * @returns a line for each problem
 */
function problemsOf(
	where: keyof typeof COMMANDS,
	{
		tarball,
		folder,
		node,
		npm,
		registry,
	}: Runtime & {
		tarball: string;
		folder: string;
		registry: string;
	},
): string[] {
	const [bin, home] = [path.join(folder, 'bin'), path.join(folder, 'home')];
	const nodes = path.join(home, '.n8n', 'nodes');
	// The page has the user make the folder, and npm make the container's.
	fs.mkdirSync(where === 'Docker' ? path.dirname(nodes) : nodes, { recursive: true });
	fs.mkdirSync(bin);
	const sh = execFileSync('sh', ['-c', 'command -v sh'], { encoding: 'utf8' }).trim();
	for (const [name, file] of Object.entries({ node, npm, sh })) fs.symlinkSync(file, path.join(bin, name));
	// npm takes a folder like this one for the project, when it is started in an empty one below.
	fs.writeFileSync(path.join(home, 'package.json'), '{}');

	const command = documentedCommand(where, { tarball, home });
	const env = {
		...environmentOfUser(),
		HOME: home,
		PATH: bin,
		npm_config_registry: registry,
		npm_config_update_notifier: 'false',
	};
	try {
		const said = execFileSync(path.join(bin, 'sh'), ['-c', command], {
			cwd: where === 'Docker' ? home : nodes,
			env,
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'pipe'],
		});
		console.log(`  ${where}: ${said.trim().split('\n')[0]}`);
	} catch (error) {
		return [`"${command}" fails:\n${lastLines(String((error as { stderr?: string }).stderr ?? error))}`];
	}
	const installed = installedIn(nodes);
	if (isDeepStrictEqual(installed, [`node_modules/${NAME}`])) return [];
	return [
		`"${command}" installs ${installed.length} packages instead of one, such as ${installed.slice(0, 3).join(', ')}`,
	];
}

/** What npm has put there, in whatever depth. */
function installedIn(folder: string): string[] {
	const file = path.join(folder, 'node_modules', '.package-lock.json');
	return fs.existsSync(file) ? Object.keys(JSON.parse(fs.readFileSync(file, 'utf8')).packages) : [];
}

/** Brings npm, and each Node.js but the running one, from the registry or npm's cache. */
async function bring(majors: number[], folder: string): Promise<Runtime[]> {
	const running = Number(process.versions.node.split('.')[0]);
	const specs = majors.flatMap((major) => {
		const { node, npm } = VERSIONS[major]!;
		const specOfNode = `node-${major}@npm:${nodePackage()}@${node}`;
		return [`npm-${major}@npm:npm@${npm}`, ...(major === running ? [] : [specOfNode])];
	});
	const args = ['install', '--no-save', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
	await runNpm([...args, '--prefix', folder, ...specs], { doing: 'Bringing Node.js and npm', cwd: folder });
	const brought = (...names: string[]) => path.join(folder, 'node_modules', ...names);
	return majors.map((major) => ({
		node: major === running ? process.execPath : brought(`node-${major}`, 'bin', 'node'),
		npm: brought(`npm-${major}`, 'bin', 'npm-cli.js'),
	}));
}

/** The Node.js to test on: the running one, or the newest that the page names. */
function runningMajor(): number {
	const major = Number(process.versions.node.split('.')[0]);
	return VERSIONS[major] ? major : Math.max(...Object.keys(VERSIONS).map(Number));
}

/** Runs each command of the page on each Node.js; returns a line for each problem. */
async function problemsOn(majors: number[], tarball: string): Promise<string[]> {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'globalaiopc-install-'));
	const output = (file: string, ...args: string[]) =>
		execFileSync(file, args, { cwd: folder, encoding: 'utf8' }).trim();
	const problems: string[] = [];
	try {
		const registry = output('npm', 'config', 'get', 'registry');
		for (const runtime of await bring(majors, folder)) {
			const version = output(runtime.node, '--version');
			console.log(`Node.js ${version}`);
			for (const where of Object.keys(COMMANDS) as Array<keyof typeof COMMANDS>) {
				const own = fs.mkdtempSync(path.join(folder, 'user-'));
				const found = problemsOf(where, { ...runtime, tarball, folder: own, registry });
				problems.push(...found.map((problem) => `Node.js ${version}: ${problem}`));
			}
		}
	} finally {
		fs.rmSync(folder, { recursive: true, force: true });
	}
	return problems;
}

async function main() {
	const majors = process.argv.includes('--every-node') ? Object.keys(VERSIONS).map(Number) : [runningMajor()];
	const problems = await withPackage(async (tarball) => await problemsOn(majors, tarball));
	for (const problem of problems) console.error(problem);
	process.exitCode = problems.length ? 1 : 0;
}

if (require.main === module) void main();
