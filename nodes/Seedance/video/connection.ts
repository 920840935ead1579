import { canceledError, sleepWithAbort, whenAborted } from '../shared/abort';
import type { BodyStream } from '../shared/http';
import { stalledDownload } from './errors';

/** What ends a connection early. */
export interface ConnectionSettings {
	/** Longest time without a byte, in milliseconds. */
	timeoutMs: number;
	/** Aborted when the run is over. */
	signal?: AbortSignal;
}

/** A connection that a video comes by; cut when it is silent for too long or the run is over. */
export class Connection {
	/** Why the chunks ended early; empty where they did not. */
	broke = '';

	/** Since when a chunk is waited for; not set while one is being stored, which is nobody's silence. */
	private silentSince?: number;

	private readonly over = new AbortController();

	constructor(
		private readonly body: BodyStream,
		private readonly settings: ConnectionSettings,
	) {}

	/** The bytes as they come. Ends, with `broke` set, where the connection breaks or is cut. */
	async *chunks(): AsyncGenerator<Buffer> {
		const stopped = whenAborted(this.settings.signal);
		void stopped.happens.then(() => this.cut(canceledError().message));
		void this.cutWhenSilent();
		try {
			this.silentSince = Date.now();
			for await (const chunk of this.body) {
				this.silentSince = undefined;
				yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
				this.silentSince = Date.now();
			}
		} catch (error) {
			this.broke ||= error instanceof Error ? error.message : String(error);
		} finally {
			stopped.forget();
			this.over.abort();
			this.body.destroy?.();
		}
	}

	private async cutWhenSilent(): Promise<void> {
		const { timeoutMs } = this.settings;
		for (let left = timeoutMs; left > 0; left = (this.silentSince ?? Date.now()) + timeoutMs - Date.now()) {
			if (!(await sleepWithAbort(left, this.over.signal))) return;
		}
		this.cut(stalledDownload(timeoutMs).message);
	}

	private cut(reason: string): void {
		this.broke ||= reason;
		this.body.destroy?.();
	}
}
