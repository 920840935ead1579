import { render, written } from '../models.cts';

test('the tables of docs/create.md are what the models say; else run npm run docs:models', () => {
	expect(written()).toBe(render(written()));
});

test('a page without a place for a table is an error', () => {
	expect(() => render('# Create\n')).toThrow('no place for the table "models"');
});
