import { FAULT_KINDS } from './faultKinds.cts';

import type { ApiRequest } from './api.cts';
import type { Fault } from './faultKinds.cts';

/** Which requests a fault meets. Left-out filters match everything. */
interface Filter {
	/** Default: the API */
	host?: ApiRequest['host'];
	/** Default: POST where the request takes effect unheard, else any */
	method?: string;
	/** A task's id, as the path names it; a create names none */
	id?: string;
	/** How the path ends: `/asset/upload` */
	path?: string;
	/** How many requests it is applied to; default: one */
	times?: number;
	/** How many matching requests pass first; those that another fault took count */
	after?: number;
}

export type FaultOptions = Fault & Filter;

interface Kept {
	fault: Fault;
	filter: Filter;
	/** How many requests it was applied to */
	used: number;
	/** How many matching requests are still to pass */
	skip: number;
}

function matches({ host = 'api', method, id, path = '' }: Filter, request: ApiRequest) {
	if (!request.path.endsWith(path)) return false;
	if (host !== request.host || (id !== undefined && id !== request.id)) return false;
	return method === undefined || method === request.method;
}

/** The faults that were asked for, in that order. */
export class FaultList {
	#faults: Kept[] = [];

	/** @throws no such kind: tests make faults of lists, which no type checks */
	add({ host, method, id, path, times, after: skip = 0, ...fault }: FaultOptions): void {
		if (!Object.hasOwn(FAULT_KINDS, fault.kind)) throw new TypeError(`fault: no kind ${fault.kind}`);
		const standard = fault.kind === 'cutAfterAccept' ? 'POST' : undefined;
		const filter = { host, method: method ?? standard, id, path, times };
		this.#faults.push({ fault: fault as Fault, filter, skip, used: 0 });
	}

	/** The first fault whose turn it is; it is one use shorter then. */
	take(request: ApiRequest): Fault | null {
		let taken: Kept | null = null;
		for (const kept of this.#faults) {
			if (kept.used >= (kept.filter.times ?? 1) || !matches(kept.filter, request)) continue;
			if (kept.skip > 0) kept.skip--;
			else taken ??= kept;
		}
		if (taken === null) return null;
		taken.used++;
		return taken.fault;
	}

	clear() {
		this.#faults = [];
	}
}
