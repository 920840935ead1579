/**
 * Something that keeps the n8n host from working and that whoever runs it can put right.
 * `message` is one clear line that says what happened and what to do; `code` tells the cases apart.
 */
class HostError extends Error {
	/**
	 * @param {string} message
	 * @param {{ code?: string, cause?: unknown }} [details]
	 */
	constructor(message, { code = 'HOST', cause } = {}) {
		super(message, { cause });
		this.name = 'HostError';
		this.code = code;
	}
}

module.exports = { HostError };
