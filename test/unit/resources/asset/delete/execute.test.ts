import type { IDataObject } from 'n8n-workflow';

import { execute } from '../../../../../nodes/Seedance/resources/asset/delete/execute';
import { finish, useClock } from '../../../clock';
import { streamed } from '../../../http/responses';
import { CREDENTIAL } from '../../../stubContext';
import { type Ran, type Run, runOperation } from '../../video/running';

useClock();

const FORM = { assetId: ({ assetId }: IDataObject) => assetId, library: 'seedance20' };

const DELETED = { code: '0', msg: '删除成功', data: null };
const UNKNOWN = { code: -1, msg: '没有', data: null };

async function remove(ids: string[], run: Partial<Run> = {}): Promise<Ran> {
	const items = ids.map((assetId) => ({ assetId }));
	return await finish(runOperation(execute, { items, parameters: FORM, reply: () => DELETED, ...run }));
}

test('each item says what was deleted; the same asset is deleted once', async () => {
	const ran = await remove(['a', 'asset://b', 'a']);
	expect(ran.outputs?.[0]?.map(({ json }) => json)).toEqual(
		['a', 'b', 'a'].map((assetId) => ({ assetId, library: 'seedance20', deleted: true })),
	);
	expect(ran.sent.map(({ method, url }) => [method, url])).toEqual(
		['a', 'b'].map((id) => ['DELETE', `${CREDENTIAL.baseUrl}/kyyVideo2/asset/${id}`]),
	);
});

test('an unknown asset is an error', async () => {
	const { error } = await remove(['a'], { reply: () => UNKNOWN });
	expect(error?.message).toBe('GlobalAI OPC has no asset "a" in the library of Seedance 2.0');
});

test('an asset that is gone after a lost answer was deleted', async () => {
	const ran = await remove(['a'], { reply: (_sent, number) => (number === 1 ? streamed(503, '') : UNKNOWN) });
	expect(ran.outputs?.[0]?.[0]?.json).toMatchObject({ deleted: true });
});

test('where n8n runs the node again, what was deleted is not unknown', async () => {
	const memory = {};
	const gone = new Set<string>();
	let isFirst = true;
	const reply: Run['reply'] = ({ url }) => {
		const id = url.split('/').at(-1) as string;
		if (id === 'b' && isFirst) return { code: 1001, msg: 'no', data: null };
		if (gone.has(id)) return UNKNOWN;
		gone.add(id);
		return DELETED;
	};
	expect((await remove(['a', 'b'], { memory, reply })).error?.message).toContain('declined');
	isFirst = false;
	expect((await remove(['a', 'b'], { memory, reply })).outputs?.[0]).toHaveLength(2);
});

test.each([
	['', 'seedance20', "The 'Asset ID' is empty"],
	['a', 'seedance25', "'Library' can't be \"seedance25\""],
])('%j in %s is refused before anything is sent', async (assetId, library, message) => {
	const ran = await remove([assetId], { parameters: { ...FORM, library } });
	expect([ran.error?.message, ran.sent]).toEqual([message, []]);
});
