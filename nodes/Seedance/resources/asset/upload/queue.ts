import { createHash } from 'node:crypto';

import { canceledError } from '../../../core/abort';
import { failure, type Result } from '../../../core/error';
import type { Credential } from '../../../http/credential';
import { Limiter } from '../../../http/limiter';
import type { RunSettings, Session } from '../../../http/session';
import type { Asset } from '../asset';
import { type Upload, uploadAsset } from '../endpoints';
import { uploadError } from '../messages';

/**
 * The queues of this n8n process, one for each key: uploads side by side starve each other, also those of several
 * executions, as an AI agent's calls side by side are.
 */
const queues = new Map<string, Limiter>();

function queueOf({ baseUrl, apiKey }: Credential): Limiter {
	const name = createHash('sha256').update(`${baseUrl} ${apiKey}`).digest('hex');
	const queue = queues.get(name) ?? new Limiter(1);
	queues.set(name, queue);
	return queue;
}

/** Uploads a medium when its turn comes. The error says whether an asset may exist. */
export async function uploadInTurn(
	session: Session,
	settings: RunSettings,
	upload: Upload,
): Promise<Result<Asset>> {
	const client = await session.client(settings);
	if (!client.ok) return client;
	const credential = await session.credential();
	if (!credential.ok) return credential;
	const queue = queueOf(credential.value);
	if (!(await queue.enter(Infinity, session.signal))) {
		return failure(uploadError({ ...canceledError(), kind: 'withdrawn' }));
	}
	try {
		const outcome = await client.value.call(uploadAsset, upload);
		return outcome.ok ? outcome : failure(uploadError(outcome.error));
	} finally {
		queue.leave();
	}
}
