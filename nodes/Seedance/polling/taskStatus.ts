/** What a status says about a wait. */
export type TaskState =
	/** The video is done. */
	| 'completed'
	/** The task ended without a video: it failed or was cancelled. */
	| 'ended'
	/** The task is under way. */
	| 'running'
	/** Nobody documented this status: waiting on it could last for ever. */
	| 'unknown';

/**
 * The statuses of the vendor's page "Seedance1.5 Query Video Task", and the other words for them that clients of
 * the same endpoint take.
 */
const WORDS: Record<Exclude<TaskState, 'unknown'>, readonly string[]> = {
	completed: ['completed', 'succeeded', 'success'],
	ended: ['failed', 'error', 'expired', 'cancelled', 'canceled'],
	running: ['queued', 'pending', 'submitted', 'processing', 'running'],
};

const KINDS = new Map(
	Object.entries(WORDS).flatMap(([kind, words]) => words.map((word) => [word, kind as TaskState] as const)),
);

/** What a status says, in whatever spelling: the field itself is passed on as it came. */
export function taskState(status: string): TaskState {
	return KINDS.get(plainStatus(status)) ?? 'unknown';
}

/** Whether a status says that somebody called the task off. */
export function isCancelled(status: string): boolean {
	return plainStatus(status).startsWith('cancel');
}

function plainStatus(status: string): string {
	return status.trim().toLowerCase();
}
