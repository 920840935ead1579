/** What a status says about a wait. */
export type StatusKind =
	/** The video is done. */
	| 'completed'
	/** The task ended without a video: it failed or was cancelled. */
	| 'ended'
	/** The task is under way. */
	| 'running'
	/** Nobody documented this status: waiting on it could last for ever. */
	| 'unknown';

const KINDS: Record<string, StatusKind> = {
	completed: 'completed',
	failed: 'ended',
	cancelled: 'ended',
	queued: 'running',
	processing: 'running',
};

/** The statuses are those of the vendor's page "Seedance1.5 Query Video Task". */
export function statusKind(status: string): StatusKind {
	return Object.hasOwn(KINDS, status) ? (KINDS[status] as StatusKind) : 'unknown';
}
