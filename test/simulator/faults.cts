import { z } from 'zod/v4';
import { FAULT_KINDS } from './faultKinds.cts';
import { checked, filled } from './options.cts';

import type { FaultKind, FaultKindName } from './faultKinds.cts';
import type { SimulatedRequest } from './host.cts';

const KINDS = Object.keys(FAULT_KINDS) as FaultKindName[];

/** Which requests a fault meets. Left-out filters match everything. */
const FILTER = z.object({
	host: z.enum(['api', 'files']).default('api'),
	/** Default: the kind's, or any */
	method: filled.optional(),
	/** A part of the path with its query, or a pattern */
	path: z
		.union([filled, z.instanceof(RegExp)], 'expected a string that is not empty, or a pattern')
		.optional(),
	/** A task's id, as the path names it; a create names none */
	id: filled.optional(),
	/** How many requests it is applied to */
	times: z
		.union([z.int().min(1), z.literal(Infinity)], 'expected a whole number from 1, or Infinity')
		.default(1),
	/** How many matching requests pass first; those that another fault took count */
	after: z.int().min(0).default(0),
});

/** Beside the filters, each kind has params of its own. */
const FAULT = FILTER.extend({ kind: z.enum(KINDS) }).loose();

type OptionsOf<Kind extends FaultKindName> = { kind: Kind } & z.input<typeof FILTER> &
	z.input<(typeof FAULT_KINDS)[Kind]['params']>;

export type FaultOptions = { [Kind in FaultKindName]: OptionsOf<Kind> }[FaultKindName];

export interface FaultHandle {
	/** How many requests it was applied to */
	used: number;
	remove: () => void;
}

export interface Fault {
	name: FaultKindName;
	kind: FaultKind;
	filter: z.output<typeof FILTER>;
	/** As the kind's schema left them */
	params: unknown;
	/** How many matching requests are still to pass */
	skip: number;
	used: number;
}

function faultFrom(options: unknown): Fault {
	const { kind: name, host, method, path, id, times, after, ...given } = checked('fault', FAULT, options);
	const kind: FaultKind = FAULT_KINDS[name];
	const params: unknown = checked(`fault ${name}`, kind.params, given);
	if (!kind.hosts.includes(host))
		throw new TypeError(`fault ${name}: host must be ${kind.hosts.join(' or ')}`);
	return { name, kind, filter: { host, method, path, id, times, after }, params, skip: after, used: 0 };
}

function matches({ filter, kind }: Fault, request: SimulatedRequest) {
	const { host, method = kind.method, path, id } = filter;
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
		const fault = faultFrom(options);
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
			if (fault.used >= fault.filter.times || !matches(fault, request)) continue;
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
