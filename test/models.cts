// `npm run docs:models`: writes the tables of docs/create.md from the models' rows.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needsOf, SETTINGS } from '../nodes/Seedance/resources/video/create/modelFields.ts';
import {
	ADAPTIVE,
	DEFAULT_MODEL,
	groupsBy,
	type Model,
	MODELS,
	namesOf,
	NO_LIMIT,
	RATIOS,
} from '../nodes/Seedance/resources/video/models/index.ts';
import { table } from './bench/markdown.cts';

const FILE = join(__dirname, '..', 'docs', 'create.md');

/** What stands there where a model has none, or nothing is known. */
const NONE = '–';

const yesOrNo = (is: boolean) => (is ? 'yes' : NONE);

/** The tables, by the names of their marks in the page. */
const TABLES: Record<string, () => string> = { models: listOfModels, fields: tableOfFields };

function listOfModels(): string {
	const rows = MODELS.map((model) => [
		model.id === DEFAULT_MODEL ? `${model.name} (the default)` : model.name,
		`\`${model.id}\``,
		needsOf(model).join('; ') || 'needs a prompt alone',
	]);
	return table(['in the list', 'ID', 'what it needs'], rows, 'left');
}

function tableOfFields(): string {
	const columns: Array<[head: string, cell: (model: Model) => string]> = [
		['Duration (Seconds)', durationOf],
		['Resolution', ({ resolutions = [] }) => resolutions.join(', ') || NONE],
		['Ratio', ratioOf],
		['First, Last Frame', framesOf],
		['References', referencesOf],
		['assets', assetsOf],
		['Generate Audio', ({ audio }) => yesOrNo(audio !== false)],
		['Options', ({ settings }) => settings.map((name) => SETTINGS[name].displayName).join(', ') || NONE],
	];
	const groups = groupsBy(MODELS, (model) => columns.map(([, cell]) => cell(model)));
	const rows = groups.map(({ fact, models }) => [namesOf(models).join(', '), ...fact]);
	return table(['model', ...columns.map(([head]) => head)], rows, 'left');
}

function durationOf({ duration: { min, max, canBeChosenByModel } }: Model): string {
	return `${min} to ${max}${canBeChosenByModel ? ', or -1: the model chooses' : ''}`;
}

function ratioOf({ ratios, adaptiveRatio }: Model): string {
	const choices = ratios.join() === RATIOS.join() ? 'all' : ratios.join(', ');
	if (adaptiveRatio === ADAPTIVE) return choices;
	return `${choices}; Adaptive ${adaptiveRatio === undefined ? 'sends none' : `makes ${adaptiveRatio}`}`;
}

function framesOf({ frames, framesOrReferences }: Model): string {
	return frames && framesOrReferences ? 'yes, but not together with references' : yesOrNo(frames);
}

function referencesOf({ references }: Model): string {
	const kinds = Object.entries(references);
	if (kinds.length === 3 && kinds.every(([, most]) => most === NO_LIMIT)) return 'yes';
	const limits = kinds.map(([kind, most]) => (most === NO_LIMIT ? `${kind}s` : `${most} ${kind}s`));
	return limits.join(', ') || NONE;
}

function assetsOf({ assets }: Model): string {
	if (!assets) return NONE;
	return `\`${assets.scheme}://\`${assets.isRequired ? ', and nothing else' : ''}`;
}

/** @returns the page with its tables as the rows have them */
export function render(page: string): string {
	return Object.entries(TABLES).reduce((text, [name, made]) => {
		const [begin, end] = [`<!-- ${name}: made by npm run docs:models -->\n`, `\n<!-- end of ${name} -->`];
		const [before, rest = ''] = text.split(begin);
		const [, after] = rest.split(end);
		if (after === undefined) throw new Error(`docs/create.md has no place for the table "${name}"`);
		return `${before}${begin}\n${made()}\n${end}${after}`;
	}, page);
}

/** @returns the page as it is */
export function written(): string {
	return readFileSync(FILE, 'utf8');
}

if (require.main === module) writeFileSync(FILE, render(written()));
