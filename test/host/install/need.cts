import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { HostError, lastLines } from '../errors.cts';
import { withProgress, type Log } from '../progress.cts';
import { bringPackage, type BringOptions, type ProgramPackage } from './package.cts';

const run = promisify(execFile);

/** A program that tests need beside n8n. */
export interface Need {
	/** For messages, such as `Chromium` */
	name: string;
	/** Debian's packages that hold it */
	debian: string[];
	/** @returns the program's absolute path, undefined when it is missing */
	find: () => string | undefined;
	/** The npm package that holds it, where there is one for this machine */
	npm?: { wanted: ProgramPackage; prepare: NonNullable<BringOptions['prepare']> };
}

/**
 * Installs Debian packages without starting their services: tests start what they need.
 * Runs in sh, as root, with the packages' names as its arguments.
 */
const APT = `
	set -e
	policy=/usr/sbin/policy-rc.d
	if [ ! -e "$policy" ]; then
		trap 'rm -f "$policy"' EXIT
		trap 'exit 1' HUP INT TERM
		printf '#!/bin/sh\\nexit 101\\n' >"$policy"
		chmod +x "$policy"
	fi
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
`;

/**
 * Makes sure that all needs are met, at once when they are: by what is installed, else from npm, else from Debian.
 * @throws one line that says what to install
 */
export async function provide(needs: Need[], options: { log: Log; signal?: AbortSignal }): Promise<void> {
	const isMissing = ({ find }: Need) => find() === undefined;
	for (const { npm } of needs.filter(isMissing)) {
		// Debian may have what npm can't bring, or what would not start.
		if (npm) await bringPackage(npm.wanted, { ...options, prepare: npm.prepare }).catch(failed(options));
	}
	const left = needs.filter(isMissing);
	if (left.length > 0) await installFromDebian(left, options.log).catch(failed(options));

	const missing = needs.filter(isMissing);
	if (missing.length === 0) return;
	const names = missing.map(({ name }) => name).join(' and ');
	throw new HostError(
		`${names} can't be brought here. Install what is missing (on Debian, as root: ` +
			`apt-get install -y ${packagesOf(missing).join(' ')}), then try again.`,
	);
}

/** Says why something could not be brought: the next way is tried. */
function failed({ log, signal }: { log: Log; signal?: AbortSignal }) {
	return (error: unknown) => {
		signal?.throwIfAborted();
		log(`  ${error instanceof Error ? error.message : String(error)}`);
	};
}

async function installFromDebian(needs: Need[], log: Log) {
	const packages = packagesOf(needs);
	const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
	const [program = '', ...args] = [...asRoot, 'sh', '-c', APT, 'sh', ...packages];
	await withProgress(log, `Installing Debian's ${packages.join(', ')}`, async () => {
		await run(program, args).catch(({ message, stderr }) => {
			throw new HostError(lastLines(stderr || message, 1));
		});
	});
}

function packagesOf(needs: Need[]) {
	return needs.flatMap(({ debian }) => debian);
}
