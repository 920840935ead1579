import type { IncomingHttpHeaders } from 'node:http';

export type HostName = 'api' | 'files';

/** One request as it came in; the fields of the answer are filled in when it has ended. */
export interface LogEntry {
	/** 1 for the simulator's first request */
	n: number;
	host: HostName;
	method: string;
	/** As sent, with the query */
	path: string;
	/** The task's id, if the path names one */
	id: string | null;
	/** Ms of the simulator's clock */
	at: number;
	/** Ms; null while the answer is under way */
	endedAt: number | null;
	/** Null while, or when, no answer was started */
	status: number | null;
	headers: IncomingHttpHeaders;
	/** The header as sent */
	authorization: string | null;
	/** Parsed JSON, or null */
	body: unknown;
	/** The kind that was applied */
	fault: string | null;
	/** The Range header as sent */
	range: string | null;
}
