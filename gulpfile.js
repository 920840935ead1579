const { execFile } = require('node:child_process');
const { rm } = require('node:fs/promises');
const { promisify } = require('node:util');
const { dest, series, src } = require('gulp');

/** What n8n loads beside the code: icons, codex and output schemas. */
const ASSETS = ['nodes/**/*.{svg,json}', 'credentials/**/*.svg'];

async function clean() {
	await rm('dist', { recursive: true, force: true });
}

async function compile() {
	try {
		await promisify(execFile)(process.execPath, [require.resolve('typescript/bin/tsc')]);
	} catch (error) {
		throw new Error(`tsc found errors:\n${error.stdout}`);
	}
}

function assets() {
	// Icons are copied byte for byte.
	return src(ASSETS, { base: '.', encoding: false }).pipe(dest('dist'));
}

exports.assets = assets;
exports.build = series(clean, compile, assets);
