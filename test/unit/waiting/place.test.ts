import { failure, type ItemError, success } from '../../../nodes/Seedance/core/error';
import type { Endpoint } from '../../../nodes/Seedance/http/endpoint';
import { checkPlaces } from '../../../nodes/Seedance/waiting/place';
import type { Polled } from '../../../nodes/Seedance/waiting/pollable';

const named = (name: string) => ({ method: name }) as unknown as Endpoint<string, Polled>;
const PLACES = [named('first'), named('second')] as const;

const FOUND = success<Polled>({ id: 'a', status: 'queued' });
const refused = (kind: ItemError['kind'], message: string = kind) =>
	failure({ kind, message, description: '' });

/** Answers of the two places. */
async function check(known: number | undefined, first: unknown, second: unknown = FOUND) {
	const asked: string[] = [];
	const { outcome, place } = await checkPlaces(PLACES, known, async ({ method }) => {
		asked.push(method);
		return (method as string) === 'first' ? (first as typeof FOUND) : (second as typeof FOUND);
	});
	return { said: outcome.ok ? 'ok' : outcome.error.message, place, asked };
}

test.each([
	['the first place has it', [undefined, FOUND], 'ok', 0, ['first']],
	['the first lacks it, the second has it', [undefined, refused('notFound')], 'ok', 1, ['first', 'second']],
	['the second is known to have it', [1, FOUND], 'ok', 1, ['second']],
	['the first is known to have it, and lacks it now', [0, refused('notFound')], 'notFound', 0, ['first']],
	[
		'both lack it',
		[undefined, refused('notFound', 'first'), refused('notFound')],
		'first',
		undefined,
		['first', 'second'],
	],
	[
		'the second does not exist',
		[undefined, refused('notFound'), refused('wrongAddress')],
		'notFound',
		undefined,
		['first', 'second'],
	],
	[
		'the first is in trouble: nothing is decided',
		[undefined, refused('serverError')],
		'serverError',
		undefined,
		['first'],
	],
	[
		'the second is in trouble: nothing is decided',
		[undefined, refused('notFound'), refused('rateLimited')],
		'rateLimited',
		undefined,
		['first', 'second'],
	],
] as const)('%s', async (_case, [known, first, second], said, place, asked) => {
	expect(await check(known, first, second)).toEqual({ said, place, asked });
});
