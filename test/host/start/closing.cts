/** What has been started and has to be ended, last first. */
export class Closing {
	#steps: Array<() => Promise<void> | void> = [];

	/** @param step ends something that has just been started */
	add(step: () => Promise<void> | void) {
		this.#steps.push(step);
	}

	/** @returns when everything has ended; a step that fails keeps no other from its work */
	async run(): Promise<void> {
		for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
			try {
				await step();
			} catch (error) {
				console.error(error);
			}
		}
	}
}
