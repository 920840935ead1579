import { withoutTokens } from '../../../nodes/Seedance/core/text';

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
