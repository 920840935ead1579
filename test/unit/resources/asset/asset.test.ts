import {
	assetState,
	checkAssetId,
	readAsset,
	readDeleted,
	readUploaded,
} from '../../../../nodes/Seedance/resources/asset/asset';
import { LIBRARIES, type LibraryId, libraryOf } from '../../../../nodes/Seedance/resources/asset/libraries';
import {
	assetTarget,
	endedAssetError,
	NEW_ASSET,
	unreviewedError,
	uploadError,
} from '../../../../nodes/Seedance/resources/asset/messages';
import { pollableAsset } from '../../../../nodes/Seedance/resources/asset/pollable';
import { success } from '../../../../nodes/Seedance/core/error';
import { MINUTE, NOW, SECOND } from '../../clock';
import { containing } from '../../expecting';
import { answerOf } from '../../http/responses';

const ID = 'asset-20260330142158-q75m8';

const seen = (library: LibraryId, body: unknown, status = 200) =>
	readAsset(answerOf(status, body), ID, libraryOf(library), assetTarget(ID, libraryOf(library)), NOW);

const uploaded = (library: LibraryId, body: unknown, status = 200) =>
	readUploaded(answerOf(status, body), libraryOf(library), NEW_ASSET, NOW);

describe('the state', () => {
	test.each<[string, string | undefined, string]>([
		['Processing', undefined, 'running'],
		['Active', undefined, 'done'],
		['Failed', undefined, 'ended'],
		['NONE', 'PROCESSING', 'running'],
		['NONE', 'READY', 'running'],
		['UPLOADING', 'PROCESSING', 'running'],
		['PROCESSING', 'PROCESSING', 'running'],
		['ACTIVE', 'PROCESSING', 'running'],
		['ACTIVE', 'READY', 'done'],
		['ACTIVE', 'FAILED', 'ended'],
		['PROCESSING', 'FAILED', 'ended'],
		['FAILED', 'FAILED', 'ended'],
		['EXPIRED', 'READY', 'ended'],
		['DELETED', 'READY', 'ended'],
		['active ', undefined, 'done'],
		['ACTIVE', 'SOMETHING', 'done'],
		['REVIEWED', 'READY', 'unknown'],
		['', undefined, 'unknown'],
	])('%s with materialStatus %s is %s', (status, materialStatus, state) => {
		expect(assetState({ status, materialStatus })).toBe(state);
	});
});

describe('the ID', () => {
	test.each([
		[ID, ID],
		[` ${ID}\n`, ID],
		[`asset://${ID}`, ID],
		[`assetId://${ID}`, ID],
		[12, '12'],
	])('%j is taken', (value, id) => expect(checkAssetId(value)).toEqual(success(id)));

	test.each([
		['', 'is empty'],
		['a b', 'contains a space'],
		['https://example.com/a', 'contains a character that no ID has'],
	])('%j is refused', (value, words) => {
		const error = { kind: 'badInput', message: containing(words), description: containing('Asset ID') };
		expect(checkAssetId(value)).toEqual({ ok: false, error });
	});
});

describe('an answer is read', () => {
	const added = (library: LibraryId, scheme: string) => ({
		id: ID,
		assetId: ID,
		reference: `${scheme}://${ID}`,
		library,
	});

	test('to an upload, with no more than an ID', () => {
		const body = { code: 0, msg: null, data: { assetId: ID } };
		expect(uploaded('seedance20', body)).toEqual(success({ ...added('seedance20', 'asset'), status: '' }));
	});

	test.each(['data', 'bare'])('to an upload of the model center (%s)', (shape) => {
		const fields = { assetId: ID, assetType: 'Image', status: 'PROCESSING', errorMessage: null };
		const body = shape === 'data' ? { code: '0', msg: null, data: fields } : fields;
		expect(uploaded('seedance25', body)).toEqual(success({ ...fields, ...added('seedance25', 'assetId') }));
	});

	test('of a state, with all that it has', () => {
		const fields = { name: 'Anna', assetId: ID, status: 'Active', createTime: '2026-03-30 14:21:58', new: 1 };
		const asset = { ...fields, ...added('seedance20', 'asset') };
		expect(seen('seedance20', { code: 0, msg: null, data: fields })).toEqual(success(asset));
	});

	test.each([
		['without an ID', { status: 'ACTIVE' }, 'ACTIVE'],
		['without a status', { assetId: ID, materialStatus: 'READY' }, 'READY'],
	])('of a state %s', (_case, data, status) => {
		const asset = { ...data, ...added('seedance25', 'assetId'), status };
		expect(seen('seedance25', { code: 0, data })).toEqual(success(asset));
	});

	test.each<[string, unknown, string, string]>([
		['a refusal', { code: 1001, msg: '素材 URL 无法访问', data: null }, 'unknownError', '素材 URL 无法访问'],
		['a login', { code: 204, msg: '登录验证失败' }, 'unauthorized', 'refused the API key'],
		['no asset', { code: 0, msg: null, data: {} }, 'unreadable', 'has no asset ID'],
		['a web page', '<html>', 'unreadable', 'is a web page'],
		['nothing', '', 'empty', 'is empty'],
	])('to an upload: %s', (_case, body, kind, words) => {
		expect(uploaded('seedance20', body)).toEqual({
			ok: false,
			error: expect.objectContaining({ kind, message: containing(words) }) as unknown,
		});
	});

	test.each<[string, unknown, string, string]>([
		[
			'an unknown asset',
			{ code: -1, msg: '没有数据', data: null },
			'notFound',
			'in the library of Seedance 2.5',
		],
		['an unknown asset', { code: 1001, msg: '素材不存在' }, 'notFound', 'in the library of Seedance 2.5'],
		[
			'another asset',
			{ code: 0, data: { assetId: 'b', status: 'ACTIVE' } },
			'unreadable',
			'another asset: "b"',
		],
		['no status', { code: 0, data: { assetId: ID } }, 'unreadable', 'has no status'],
		['no data', { code: 0, data: null }, 'unreadable', 'has no status'],
	])('of a state: %s', (_case, body, kind, words) => {
		expect(seen('seedance25', body)).toEqual({
			ok: false,
			error: expect.objectContaining({ kind, message: containing(words) }) as unknown,
		});
	});

	test.each<[string, number, unknown, boolean]>([
		['the success', 200, { code: '0', msg: '删除成功', data: null }, true],
		['nothing', 204, '', true],
		['an error', 200, { code: 1001, msg: '无法删除', data: null }, false],
		['an error by its status', 500, '', false],
		['a web page', 200, '<html>', false],
	])('to a deletion: %s', (_case, status, body, ok) => {
		expect(readDeleted(answerOf(status, body), assetTarget(ID, LIBRARIES[0]), NOW).ok).toBe(ok);
	});
});

describe('errors', () => {
	const asset = { id: ID, assetId: ID, reference: `assetId://${ID}`, library: 'seedance25' as const };

	test.each<[object, string]>([
		[{ status: 'FAILED', errorMessage: 'unsupported media' }, 'did not pass its review: unsupported media'],
		[{ status: 'Failed', error: { message: 'a face' } }, 'did not pass its review: a face'],
		[{ status: 'Failed', errorMessage: null }, 'did not pass its review: GlobalAI OPC gave no reason'],
		[
			{ status: 'PROCESSING', materialStatus: 'FAILED' },
			'did not pass its review: GlobalAI OPC gave no reason',
		],
		[{ status: 'EXPIRED' }, 'has expired'],
		[{ status: 'Deleted' }, 'was deleted'],
	])('%j', (fields, words) => {
		const ended = { ...asset, status: '', ...fields };
		const { message, description, kind, details } = endedAssetError(ended);
		expect(message).toBe(`Asset "${ID}" ${words}`);
		expect(description).toMatch(/[Uu]pload the file/);
		expect({ kind, details }).toEqual({ kind: 'ended', details: { asset: ended } });
	});

	test.each([
		['timeout', 'The asset may exist'],
		['connection', 'The asset may exist'],
		['rateLimited', 'No asset was uploaded.'],
		['unknownError', 'No asset was uploaded.'],
	] as const)('of an upload that ended in %s', (kind, words) => {
		const error = uploadError({ kind, message: 'm', description: 'd' });
		expect(error.description).toMatch(new RegExp(`^${words}.* d$`));
	});
});

test.each([
	[0, 5 * SECOND],
	[5 * MINUTE - 1, 5 * SECOND],
	[5 * MINUTE, 30 * SECOND],
])('%d ms after a wait began it goes on in %d ms', (age, delay) => {
	expect(pollableAsset.adaptiveDelayMs(undefined, NOW, 'online', NOW - age)).toBe(delay);
});

test.each<[object, RegExp]>([
	[{ status: '' }, /Get it in 5 s/],
	[{ status: 'Processing' }, /Get it again in 5 s/],
	[{ status: 'Active' }, /give its reference/],
	[{ status: 'Failed' }, /Tell the user why/],
	[{ status: 'odd' }, /not known/],
])('an AI agent reads of %j what to do next', (fields, next) => {
	const asset = {
		id: 'a',
		assetId: 'a',
		reference: 'asset://a',
		library: 'seedance20',
		url: 'https://x',
		...fields,
	};
	const { nextStep, ...told } = pollableAsset.toolAnswer(asset as never, NOW);
	expect(nextStep).toMatch(next);
	expect(Object.keys(told).sort()).toEqual(
		['assetId', 'library', 'reference', ...('status' in fields && fields.status ? ['status'] : [])].sort(),
	);
});

describe('the error of an item whose medium has no review', () => {
	const MEDIUM = "'First Frame' (photo)";

	test.each([
		['ended', 'Change what the reason names, or give another file.'],
		['gaveUp', 'Come again.'],
	] as const)('names the medium, and says that nothing is paid: %s', (kind, advice) => {
		const error = {
			kind,
			message: 'It failed',
			description: 'Come again.',
			said: 'no',
			details: { asset: {} },
		};
		expect(unreviewedError(error, MEDIUM)).toEqual({
			...error,
			message: `${MEDIUM}: It failed`,
			description: `No video was created for this item, and nothing is billed for it. ${advice}`,
		});
	});

	test('is that of a stop, where the run was stopped', () => {
		const error = { kind: 'withdrawn', message: 'It was stopped', description: '' } as const;
		expect(unreviewedError(error, MEDIUM)).toBe(error);
	});
});
