import { connectionError } from '../../../nodes/Seedance/shared/http';
import { containing, matching } from '../expecting';

const coded = (code: string, more: object = {}) => Object.assign(new Error('some words'), { code }, more);
const caused = (depth: number): Error => (depth === 0 ? coded('ECONNREFUSED') : new Error('outer', { cause: caused(depth - 1) }));

test.each([
	['ECONNREFUSED', 'refused the connection', 'the server is down.*'],
	['ENOTFOUND', 'was not found: no server has this name', "Check the 'Base URL'.*"],
	['EAI_AGAIN', "was not found: its name can't be looked up", '\\(DNS\\)\\.'],
])('%s: no connection came about, so nothing was sent', (code, message, advice) => {
	expect(connectionError(coded(code))).toEqual({
		kind: 'connection',
		message: `GlobalAI OPC's server ${message}`,
		description: matching(new RegExp(`${advice} \\(${code}\\)$`)),
		unsent: true,
	});
});

test.each(['ECONNABORTED', 'ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT'])('%s: a time-out', (code) => {
	expect(connectionError(coded(code))).toEqual({
		kind: 'timeout',
		message: "GlobalAI OPC's server did not answer in time",
		description: matching(new RegExp(`raise 'Request Timeout' under 'Options'\\. \\(${code}\\)$`)),
	});
});

test.each([
	['a code that says nothing more', coded('ECONNRESET'), 'ECONNRESET'],
	['a code that every object has a property of', coded('constructor'), 'constructor'],
	['an error without a code', new Error('socket\n hang up'), 'socket hang up'],
	['the innermost words', new Error('outer', { cause: new Error('inner') }), 'inner'],
	['no words', new Error(''), 'no reason given'],
	['words that are no text', { message: 7 }, 'no reason given'],
	['a text', 'broken', 'no reason given'],
	['nothing', undefined, 'no reason given'],
	['null', null, 'no reason given'],
])('%s: the connection broke, and something may have arrived', (_case, error, words) => {
	expect(connectionError(error)).toEqual({
		kind: 'connection',
		message: "GlobalAI OPC's server broke the connection before the answer was complete",
		description: matching(new RegExp(`^Try again.*'Base URL'.* \\(${words}\\)$`)),
	});
});

test.each([
	['inside what n8n wraps', caused(1)],
	['four errors deep', caused(4)],
	['as n8n 1.x keeps it', { httpCode: 'ECONNREFUSED' }],
	['under the code of the wrapping error', coded('ERR_NODE', { cause: coded('ECONNREFUSED') })],
])('the code is found %s', (_case, error) => {
	expect(connectionError(error)).toMatchObject({ unsent: true, description: containing('(ECONNREFUSED)') });
});

test('errors that go round in a circle are followed for a while', () => {
	const error: { cause?: unknown; message: string } = { message: 'round' };
	error.cause = error;
	expect(connectionError(error)).toMatchObject({ description: containing('(round)') });
	expect(connectionError(caused(5)).unsent).toBeUndefined();
});

test('the server is called by its name', () => {
	const { message, description } = connectionError(coded('ECONNREFUSED'), "The video's server", 'the link');
	expect(message).toBe("The video's server refused the connection");
	expect(description).toMatch(/^Check the link\. /);
});
