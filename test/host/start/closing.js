/**
 * What has been started and has to be ended, last first.
 */
class Closing {
	/** @type {Array<() => Promise<void> | void>} */
	#steps = [];

	/** @param {() => Promise<void> | void} step ends something that has just been started */
	add(step) {
		this.#steps.push(step);
	}

	/** @returns {Promise<void>} when everything has ended; a step that fails keeps no other from its work */
	async run() {
		for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
			try {
				await step();
			} catch (error) {
				console.error(error);
			}
		}
	}
}

module.exports = { Closing };
