// What n8n's reviewers want of a verified node and its linter can't see here, since the form is made of tables: rules of the
// linter's main branch among them. `docs/verification.md` is the whole list.
import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

import { GlobalAiOpcApi } from '../../credentials/GlobalAiOpcApi.credentials';
import codex from '../../nodes/Seedance/Seedance.node.json';
import { Seedance } from '../../nodes/Seedance/Seedance.node';
import { colorsOf, contrast } from './icons.cts';
import { wordsOf } from './words.cts';

const { description } = new Seedance();
const credential = new GlobalAiOpcApi();

type Entry = INodeProperties | INodePropertyOptions | INodePropertyCollection;

const isField = (entry: Entry): entry is INodeProperties => 'type' in entry;
const isChoice = (entry: Entry): entry is INodePropertyOptions => 'value' in entry;

/** Fields with those of their collections. */
const withInner = (fields: INodeProperties[]): INodeProperties[] =>
	fields.flatMap((field) => [field, ...withInner((field.options ?? []).filter(isField))]);

const fields = withInner([...description.properties, ...credential.properties]);
const choices = fields.filter(({ type }) => type === 'options');
const choicesOf = ({ options = [] }: INodeProperties) => options.filter(isChoice);

test('the form is found', () => {
	expect(fields.length).toBeGreaterThan(60);
	expect(choices.length).toBeGreaterThan(15);
});

test('every parameter has a default (require-param-default)', () => {
	expect(fields.filter((field) => field.default === undefined)).toEqual([]);
});

test('no hint is longer than 120 characters (hint-max-length)', () => {
	const hints = fields.flatMap(({ hint, modes = [] }) => [
		hint ?? '',
		...modes.map((mode) => mode.hint ?? ''),
	]);
	expect(hints.filter((hint) => hint.length > 120)).toEqual([]);
});

/** Lists whose order says something. All others are sorted by the alphabet (options-sorted-alphabetically). */
const IN_AN_ORDER: Record<string, string> = {
	resource: 'what the node is for comes first, also among the actions of the nodes panel',
	operation: 'in the order of work: an asset is uploaded before it is deleted',
	waitUntilDone: 'from no wait to the longest',
	ratio: 'by their figures',
	resolution: 'by their figures',
};

test.each(choices.filter(({ name }) => !(name in IN_AN_ORDER)).map((field) => [field.name, field] as const))(
	'the choices of %s are in the order of the alphabet',
	(_name, field) => {
		const names = choicesOf(field).map(({ name }) => name);
		expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b, 'en', { sensitivity: 'base' })));
	},
);

test('no list has a choice twice, or a sign for a word (no-duplicate-param-options, no-asterisk-in-option-names)', () => {
	for (const field of choices) {
		const names = choicesOf(field).map(({ name }) => name);
		const values = choicesOf(field).map(({ value }) => value);
		expect([new Set(names).size, new Set(values).size]).toEqual([names.length, values.length]);
		for (const name of names) expect(name).not.toMatch(/\*|\p{Extended_Pictographic}/u);
	}
});

test('only texts of several sentences end with a full stop', () => {
	const texts = fields.flatMap(({ description: text, options = [] }) => [
		text ?? '',
		...options.filter(isChoice).map((choice) => choice.description ?? ''),
	]);
	const sentences = (text: string) => text.split(/[.!?:](?: |$)/).filter(Boolean).length;
	const wrong = texts.filter((text) => text.endsWith('.') && sentences(text) === 1);
	expect(wrong).toEqual([]);
	expect(texts.filter((text) => /\. [A-Z]/.test(text) && !text.endsWith('.'))).toEqual([]);
});

test('the form, the credential and the words that find the node are in English', () => {
	const texts = JSON.stringify([description, credential.displayName, credential.properties, codex]);
	expect(texts.match(/(?!\p{Script=Latin})\p{Letter}/gu)).toBeNull();
});

test('the categories are some of n8n, without AI (valid-node-categories, no-ai-codex-category, no-codex-subcategories)', () => {
	const known =
		'Data & Storage, Finance & Accounting, Marketing & Content, Productivity, Miscellaneous, Sales, Development, Analytics, Communication, Utility';
	expect(codex.categories.length).toBeGreaterThan(0);
	expect(known.split(', ')).toEqual(expect.arrayContaining(codex.categories));
	expect(codex).not.toHaveProperty('subcategories');
});

// n8n warns below 1.5; 3 is what WCAG wants of graphics.
test.each([
	['nodes/Seedance/seedance.svg', '#ffffff'],
	['nodes/Seedance/seedance.dark.svg', '#2b2b2b'],
	['credentials/globalAiOpcApi.svg', '#ffffff'],
	['credentials/globalAiOpcApi.dark.svg', '#2b2b2b'],
])('%s stands out from %s (icon-contrast)', (icon, background) => {
	const best = Math.max(...colorsOf(icon).map((color) => contrast(color, background)));
	expect(best).toBeGreaterThan(3);
});

test('the node class checks continueOnFail in its own execute (require-continue-on-fail)', () => {
	expect(String(Seedance.prototype.execute)).toContain('this.continueOnFail()');
});

/** What n8n's scanner takes for malware on its main branch, whatever it does: GuardDog 3.2, `threat_process_download_exec`. */
const SUSPICIOUS = /^(downloadFile|eval|Invoke-WebRequest)$/i;

test.each(['resources', 'waiting', 'media', 'files', 'http', 'core'])(
	'no name in %s is one that the scanner takes for malware',
	(folder) => {
		const words = wordsOf(folder).filter(({ text }) => SUSPICIOUS.test(text));
		expect(words).toEqual([]);
	},
);
