import { identityOf } from '../../../../../nodes/Seedance/resources/video/create/media';

const photo = (file: object) => ({ photo: { mimeType: 'image/png', data: '', ...file } });
const ofFile = (file: object) => identityOf({ kind: 'file', field: 'photo' }, photo(file));

/** A file that came by a form, before and after n8n has moved it to its execution. */
const MOVING = ['temp', '7'].map((folder) => `filesystem-v2:workflows/w/executions/${folder}/binary_data/f1`);

test('a file is the same after n8n has moved it', () => {
	const [before, after] = MOVING.map((id) => ofFile({ id }));
	expect(before).toBe(after);
});

test('what differs is another medium', () => {
	const identities = [
		...['https://a', 'https://b'].map((url) => identityOf({ kind: 'url', url }, {})),
		ofFile({ id: MOVING[0] }),
		ofFile({ id: 'filesystem-v2:workflows/w/executions/7/binary_data/f2' }),
		ofFile({ id: 'database:f1' }),
		ofFile({ data: 'YQ==' }),
		ofFile({ data: 'Yg==' }),
	];
	expect(new Set(identities).size).toBe(identities.length);
});

test('the bytes of a file in memory are no part of what is stored', () => {
	expect(ofFile({ data: 'a'.repeat(10_000) }).length).toBeLessThan(100);
});
