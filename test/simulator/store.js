'use strict';

const { checkFields } = require('./check');
const { END_STATUSES, TASK_FIELDS, answerOf, makeTask, statusOf } = require('./tasks');

/** @import { EndStatus, Task, TaskOptions, TaskStatus } from './tasks' */

/**
 * @typedef {object} StoreOptions
 * @property {() => number} clock ms
 * @property {() => number} random 0 to 1
 * @property {number} speed simulated seconds a real second
 * @property {number} retention simulated seconds from creation
 * @property {number} videoBytes
 * @property {(id: string, ending: string) => string} videoUrl where the file of a task is served
 */

/**
 * A task with the status that it has right now.
 *
 * @typedef {Task & { status: TaskStatus }} TaskView
 */

/** The tasks that the simulated vendor keeps, until their time is up. */
class TaskStore {
	/** @type {Map<string, Task>} */
	#tasks = new Map();
	#options;

	/** @param {StoreOptions} options */
	constructor(options) {
		this.#options = options;
	}

	/**
	 * @param {TaskOptions} options
	 * @returns {TaskView}
	 * @throws {TypeError} a field that is unknown or does not fit
	 * @throws {Error} the id is taken
	 */
	add(options) {
		checkFields('task', options, TASK_FIELDS);
		const { clock, random, speed, retention, videoBytes, videoUrl } = this.#options;
		const id = options.id ?? this.freeId();
		if (this.#find(id) !== undefined) throw new Error(`task: there is one with the id ${id} already`);
		const task = makeTask(options, {
			id, videoUrl, videoBytes, now: clock(), speed, retention, random,
		});
		this.#tasks.set(id, task);
		return this.#view(task);
	}

	/**
	 * @param {string} id
	 * @returns {TaskView | null} null when the id is unknown or expired
	 */
	get(id) {
		const task = this.#find(id);
		return task === undefined ? null : this.#view(task);
	}

	/**
	 * The task's answer; each completed one takes up one of its `missingVideoUrl`, each other one of its
	 * `answersToEnd`.
	 *
	 * @param {string} id
	 * @returns {Record<string, unknown> | null} null when the id is unknown or expired
	 */
	answer(id) {
		const task = this.#find(id);
		if (task === undefined) return null;
		const now = this.#options.clock();
		const answer = answerOf(task, now);
		if (statusOf(task, now) === 'completed' && task.missingVideoUrl > 0) task.missingVideoUrl--;
		if (task.answersToEnd > 0 && --task.answersToEnd === 0) task.finishAt = now;
		return answer;
	}

	/**
	 * Ends a task now.
	 *
	 * @param {string} id
	 * @param {EndStatus} [outcome] default: what the task was to become, or completed if that was never
	 * @returns {TaskView}
	 * @throws {Error} no such task
	 * @throws {TypeError} no such outcome
	 */
	finish(id, outcome) {
		const task = this.#find(id);
		if (task === undefined) throw new Error(`task: none with the id ${id}`);
		const end = outcome ?? (task.outcome === 'never' ? 'completed' : task.outcome);
		if (!END_STATUSES.includes(end)) {
			throw new TypeError(`task: outcome must be one of ${END_STATUSES.join(', ')}`);
		}
		task.outcome = end;
		task.finishAt = Math.min(task.finishAt, this.#options.clock());
		return this.#view(task);
	}

	/**
	 * @param {string} id
	 * @returns {boolean} whether there was one
	 */
	remove(id) {
		return this.#tasks.delete(id);
	}

	/** @returns {string} an id that no task has */
	freeId() {
		const digits = Math.floor(this.#options.random() * 16 ** 12).toString(16).padStart(12, '0');
		const id = `video_${digits}`;
		return this.#tasks.has(id) ? this.freeId() : id;
	}

	get size() {
		return this.#tasks.size;
	}

	/** @param {Task} task */
	#view(task) {
		return { ...task, status: statusOf(task, this.#options.clock()) };
	}

	/** @param {string} id */
	#find(id) {
		const task = this.#tasks.get(id);
		if (task === undefined || this.#options.clock() < task.expiresAt) return task;
		this.#tasks.delete(id);
		return undefined;
	}
}

module.exports = { TaskStore };
