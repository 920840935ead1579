import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { InputError } from '../core/error';
import { isLocal } from '../http/credential';
import { PICTURE_KINDS } from './picture';

/** How long a link to a file works, as n8n takes it. */
export const LINK_LIFETIME = '1 day';

/**
 * Makes links of this n8n to files of items, so that the vendor can fetch them without a login. Each file is copied
 * and linked once, however many fields and items share it.
 */
export class FileLinks {
	private readonly known = new Map<string, Promise<string>>();

	/** @param baseUrl the API's: an API in this private network reaches an n8n in it */
	constructor(private readonly baseUrl: string) {}

	/**
	 * Makes a link to a file of an item. It works for a day, and no longer than the execution is kept.
	 *
	 * @param label the field's, as the form has it
	 * @param kind as a look at the file found it: n8n has no type for a file whose name has no ending
	 * @throws InputError that names the setting of n8n to change, or for a file that is gone
	 */
	async linkTo(context: IExecuteFunctions, file: IBinaryData, label: string, kind?: string): Promise<string> {
		this.checkAddress(context, label);
		const mimeType = kind !== undefined && PICTURE_KINDS.includes(kind) ? `image/${kind}` : file.mimeType;
		const typed = { ...file, mimeType };
		const { id } = file;
		if (id === undefined) return await copyAndLink(context, typed, label);
		const known = this.known.get(id);
		if (known) return await known;
		const link = copyAndLink(context, typed, label);
		this.known.set(id, link);
		// Another attempt may find room on the disk.
		link.catch(() => this.known.delete(id));
		return await link;
	}

	/** Refuses an n8n that the API can't reach, before anything is copied. */
	private checkAddress(context: IExecuteFunctions, label: string): void {
		const address = context.getRestApiUrl();
		const url = URL.canParse(address) ? new URL(address) : undefined;
		const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
		if (url && isWeb && (!isLocal(url) || isLocal(new URL(this.baseUrl)))) return;
		const where = url && isWeb ? `at ${url.origin}` : 'which has no http or https address';
		throw new InputError(
			`The file in '${label}' can't be handed over: GlobalAI OPC would fetch it from this n8n, ${where}, and can't reach it from outside`,
			`Set WEBHOOK_URL in n8n's environment to the https address under which the internet reaches this n8n, and restart it. Without such an address, upload the file to where anyone can fetch it, and give its address in '${label}'.`,
		);
	}
}

/**
 * Copies a file into this execution, and links to the copy. A link to the original would break: n8n moves a file that
 * came by a webhook or form when the execution ends (`restoreBinaryDataId` of its `cli`).
 */
async function copyAndLink(context: IExecuteFunctions, file: IBinaryData, label: string): Promise<string> {
	const copied = await copyOf(context, file);
	if (!copied.ok) {
		throw new InputError(
			`The file in '${label}' could not be copied within n8n's storage`,
			`It may have been deleted, or the storage may be full. (${copied.reason})`,
		);
	}
	if (copied.file.id === undefined) {
		throw new InputError(
			`The file in '${label}' can't be handed over: this n8n keeps files in memory, where GlobalAI OPC can't fetch them`,
			`Set N8N_DEFAULT_BINARY_DATA_MODE=filesystem in n8n's environment (database in queue mode), and restart it. Or upload the file to where anyone can fetch it, and give its address in '${label}'.`,
		);
	}
	return context.helpers.createBinarySignedUrl(copied.file, LINK_LIFETIME);
}

/** A file of n8n where n8n stores a request that is sent later: its ID, without the token that opens it to anyone. */
export interface StoredFile {
	fileId: string;
}

/**
 * What n8n may store of a link that was made here.
 *
 * @param link one of `FileLinks`. Of another, a forged token could name any file of n8n
 */
export function storedFile(link: string): StoredFile {
	const [, payload = ''] = (new URL(link).searchParams.get('token') ?? '').split('.');
	const { id } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { id: string };
	return { fileId: id };
}

/** Signs the link to a file again. It works for a day from now. */
export function signedAgain({ helpers }: IExecuteFunctions, { fileId }: StoredFile): string {
	return helpers.createBinarySignedUrl({ id: fileId } as IBinaryData, LINK_LIFETIME);
}

type Copied = { ok: true; file: IBinaryData } | { ok: false; reason: string };

async function copyOf({ helpers }: IExecuteFunctions, file: IBinaryData): Promise<Copied> {
	try {
		// A Code node may give a file without an ID although n8n stores files. Its copy has one.
		const content =
			file.id === undefined ? Buffer.from(file.data, 'base64') : await helpers.getBinaryStream(file.id);
		return { ok: true, file: await helpers.prepareBinaryData(content, file.fileName, file.mimeType) };
	} catch (error) {
		return { ok: false, reason: error instanceof Error ? error.message : String(error) };
	}
}
