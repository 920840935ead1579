import { z } from 'zod/v4';
import { checked } from './options.cts';
import { END_STATUSES, TASK, answerOf, makeTask, statusOf } from './tasks.cts';

import type { EndStatus, StoreOptions, Task, TaskOptions, TaskStatus } from './tasks.cts';

/** A task with the status that it has right now. */
export type TaskView = Task & { status: TaskStatus };

/** The tasks that the simulated vendor keeps, until their time is up. */
export class TaskStore {
	#tasks: Map<string, Task> = new Map();
	#options: StoreOptions;

	constructor(options: StoreOptions) {
		this.#options = options;
	}

	/**
	 * @throws a field that is unknown or does not fit
	 * @throws the id is taken
	 */
	add(given: TaskOptions): TaskView {
		const options = checked('task', TASK, given);
		const id = options.id ?? this.freeId();
		if (this.#find(id) !== undefined) throw new Error(`task: there is one with the id ${id} already`);
		const task = makeTask(options, id, this.#options);
		this.#tasks.set(id, task);
		return this.#view(task);
	}

	/** @returns null when the id is unknown or expired */
	get(id: string): TaskView | null {
		const task = this.#find(id);
		return task === undefined ? null : this.#view(task);
	}

	/**
	 * The task's answer, which takes up one of its `answersToEnd`.
	 *
	 * @returns null when the id is unknown or expired
	 */
	answer(id: string): Record<string, unknown> | null {
		const task = this.#find(id);
		if (task === undefined) return null;
		const now = this.#options.clock();
		const answer = answerOf(task, now);
		if (task.answersToEnd > 0 && --task.answersToEnd === 0) task.finishAt = now;
		return answer;
	}

	/**
	 * Ends a task now.
	 *
	 * @param outcome default: what the task was to become, or completed if that was never
	 * @throws no such task
	 * @throws no such outcome
	 */
	finish(id: string, outcome?: EndStatus): TaskView {
		const task = this.#find(id);
		if (task === undefined) throw new Error(`task: none with the id ${id}`);
		const end = checked('task outcome', z.enum(END_STATUSES).optional(), outcome);
		task.outcome = end ?? (task.outcome === 'never' ? 'completed' : task.outcome);
		task.finishAt = Math.min(task.finishAt, this.#options.clock());
		return this.#view(task);
	}

	/** @returns whether there was one */
	remove(id: string): boolean {
		return this.#tasks.delete(id);
	}

	/** @returns an id that no task has */
	freeId(): string {
		const digits = Math.floor(this.#options.random() * 16 ** 12)
			.toString(16)
			.padStart(12, '0');
		const id = `video_${digits}`;
		return this.#tasks.has(id) ? this.freeId() : id;
	}

	#view(task: Task) {
		return { ...task, status: statusOf(task, this.#options.clock()) };
	}

	#find(id: string) {
		const task = this.#tasks.get(id);
		if (task === undefined || this.#options.clock() < task.expiresAt) return task;
		this.#tasks.delete(id);
		return undefined;
	}
}
