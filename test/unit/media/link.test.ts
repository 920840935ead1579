import { withoutFileTokens, withoutTokens } from '../../../nodes/Seedance/core/text';

test.each([
	[
		'see https://n8n.example.com/rest/binary-data/signed?token=eyJhbGciOiJIUzI1NiJ9.eyJpZCI6IngifQ.ab-c_d, now',
		'see https://n8n.example.com/rest/binary-data/signed?token=***, now',
	],
	['cut: eyJhbGciOiJIUzI1NiJ9.eyJpZ', 'cut: ***'],
	['nothing in here', 'nothing in here'],
])('takes tokens out of %j', (text, clean) => {
	expect(withoutTokens(text)).toBe(clean);
});

const LINK = 'https://n8n.example.com/rest/binary-data/signed?token=';
const SIGNED = 'eyJhbGciOiJIUzI1NiJ9.eyJpZCI6IngifQ.ab-c_d';

test.each([
	['a link to a file of n8n', LINK + SIGNED, `${LINK}***`],
	['one inside another address', encodeURIComponent(LINK + SIGNED), `${encodeURIComponent(LINK)}***`],
	['another signed address', `https://files.example.com/a.mp4?token=${SIGNED}`, undefined],
])('an answer: %s', (_, text, clean = text) => {
	expect(withoutFileTokens(text)).toBe(clean);
});
