'use strict';

/** @import { IncomingHttpHeaders } from 'node:http' */

/** @typedef {'api' | 'files'} HostName */

/**
 * One request as it came in; the fields of the answer are filled in when it has ended.
 *
 * @typedef {object} LogEntry
 * @property {number} n 1 for the simulator's first request
 * @property {HostName} host
 * @property {string} method
 * @property {string} path as sent, with the query
 * @property {string | null} id the task's id, if the path names one
 * @property {number} at ms of the simulator's clock
 * @property {number | null} endedAt ms; null while the answer is under way
 * @property {number | null} status null while, or when, no answer was started
 * @property {IncomingHttpHeaders} headers
 * @property {string | null} authorization the header as sent
 * @property {unknown} body parsed JSON, or null
 * @property {string | null} fault the kind that was applied
 * @property {string | null} range the Range header as sent
 * @property {number} connection 1 for the simulator's first socket
 */

/** Every request of both hosts, and how many the API had at once. */
class RequestLog {
	/** @type {LogEntry[]} */
	entries = [];
	/** The most API requests at once, from arrival to the end of the answer. */
	maxInFlight = 0;
	#count = 0;
	#inFlight = 0;

	/**
	 * @param {Omit<LogEntry, 'n'>} fields
	 * @returns {LogEntry}
	 */
	open(fields) {
		const entry = { n: ++this.#count, ...fields };
		this.entries.push(entry);
		if (entry.host === 'api') {
			this.#inFlight++;
			this.maxInFlight = Math.max(this.maxInFlight, this.#inFlight);
		}
		return entry;
	}

	/**
	 * @param {LogEntry} entry
	 * @param {number | null} status
	 * @param {number} now ms
	 */
	close(entry, status, now) {
		entry.status = status;
		entry.endedAt = now;
		if (entry.host === 'api') this.#inFlight--;
	}

	/** Forgets what was logged; requests under way still count for the peak. */
	reset() {
		this.entries.length = 0;
		this.maxInFlight = this.#inFlight;
	}
}

module.exports = { RequestLog };
