import { EVENTS } from '../reliability/cases.cts';
import { render, unproven, written } from '../reliability/document.cts';

test('docs/reliability.md is what the list says; else run npm run docs:reliability', () => {
	expect(written()).toBe(render());
});

test('every event in it is proven by tests', () => {
	expect(EVENTS.every(({ provenBy }) => provenBy.length > 0)).toBe(true);
	expect(unproven()).toEqual([]);
});
