import { checkFields, filled, number, oneOf } from './check.cts';
import { FAULT_KINDS } from './faultKinds.cts';

import type { Check } from './check.cts';
import type { FaultKind, FaultKindName, FaultParams } from './faultKinds.cts';
import type { SimulatedRequest } from './host.cts';
import type { HostName } from './log.cts';

/** Which requests a fault meets. Left-out filters match everything. */
export interface FaultFilter {
	/** Default `api` */
	host?: HostName;
	method?: string;
	/** A part of the path with its query, or a pattern */
	path?: string | RegExp;
	/** A task's id, as the path names it; a create names none */
	id?: string;
	/** How many requests it is applied to, default 1; Infinity is allowed */
	times?: number;
	/** How many matching requests pass first, default 0; those that another fault took count */
	after?: number;
}

export type FaultOptions = FaultFilter & FaultParams & { kind: FaultKindName };

export interface FaultHandle {
	/** How many requests it was applied to */
	used: number;
	remove: () => void;
}

export type Fault = { options: FaultOptions, kind: FaultKind, skip: number, used: number };

const FILTERS: Record<string, Check> = {
	kind: filled,
	host: oneOf(['api', 'files']),
	method: filled,
	path: (value) => (value instanceof RegExp ? null : filled(value)),
	id: filled,
	times: number({ min: 1, integer: true, infinite: true }),
	after: number({ min: 0, integer: true }),
};

function isKind(name: unknown): name is FaultKindName {
	return typeof name === 'string' && Object.hasOwn(FAULT_KINDS, name);
}

function checkedKind(options: FaultOptions): FaultKind {
	const name = (options?.kind as unknown);
	if (!isKind(name)) {
		throw new TypeError(`fault: kind must be one of ${Object.keys(FAULT_KINDS).join(', ')}`);
	}
	const kind = FAULT_KINDS[name];
	checkFields(`fault ${name}`, options, { ...FILTERS, ...kind.params });
	const { host = 'api' } = options;
	if (!kind.hosts.includes(host)) {
		throw new TypeError(`fault ${name}: host must be ${kind.hosts.join(' or ')}`);
	}
	const problem = kind.problem?.(options) ?? null;
	if (problem !== null) throw new TypeError(`fault ${name}: ${problem}`);
	return kind;
}

function matches({ options, kind }: Fault, request: SimulatedRequest) {
	const { host = 'api', method = kind.method, path, id } = options;
	if (host !== request.host || (id !== undefined && id !== request.id)) return false;
	if (method !== undefined && method.toUpperCase() !== request.method) return false;
	if (kind.bodyOnly === true && request.method === 'HEAD') return false;
	if (path instanceof RegExp) return request.url.search(path) !== -1;
	return path === undefined || request.url.includes(path);
}

/** The faults that were asked for, in that order. */
export class FaultList {
	#faults: Fault[] = [];

	/** @throws an unknown kind, or a field that is unknown or does not fit the kind */
	add(options: FaultOptions): FaultHandle {
		const kind = checkedKind(options);
		const fault: Fault = { options, kind, skip: options.after ?? 0, used: 0 };
		this.#faults.push(fault);
		return {
			get used() {
				return fault.used;
			},
			remove: () => {
				this.#faults = this.#faults.filter((other) => other !== fault);
			},
		};
	}

	/** The first fault whose turn it is; it is one use shorter then. */
	take(request: SimulatedRequest): Fault | null {
		let taken: Fault | null = null;
		for (const fault of this.#faults) {
			if (fault.used >= (fault.options.times ?? 1) || !matches(fault, request)) continue;
			if (fault.skip > 0) fault.skip--;
			else taken ??= fault;
		}
		if (taken !== null) taken.used++;
		return taken;
	}

	clear() {
		this.#faults = [];
	}
}
