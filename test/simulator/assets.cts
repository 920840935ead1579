import type { Medium } from './media.cts';

/** The first is of Seedance 2.0, the others are the model center's. */
export type LibraryName = 'seedance20' | 'seedance25' | 'specialDiscount';
export type AssetType = 'Image' | 'Video' | 'Audio' | 'Document';

/** How a review ends; `never`: it doesn't. `expired` and `deleted` are the model center's alone, else it failed. */
export type ReviewOutcome = 'active' | 'failed' | 'expired' | 'deleted' | 'never';

const STANDARD = {
	library: 'seedance20' as LibraryName,
	assetType: 'Image' as AssetType,
	name: '',
	/** The API key that it belongs to; null: to all */
	key: null as string | null,
	outcome: 'active' as ReviewOutcome,
	/** The API's words when the review failed */
	errorMessage: 'unsupported media',
	/** Merged over what answers show, known fields included */
	extra: {} as Record<string, unknown>,
};

/** What an asset can be told to be. */
export interface AssetOptions extends Partial<typeof STANDARD> {
	/** Default: `asset-` with a date and five characters, as the vendor writes them */
	id?: string;
	/** Real seconds from now to the end of the review; 0: ended already. Default: 10 to 60 s divided by the speed */
	finishAfter?: number;
}

export type Asset = ReturnType<typeof makeAsset>;

/** An asset with its states right now, in the spelling of its library. */
export type AssetView = Asset & {
	status: string;
	/** The model center's alone */
	materialStatus: 'PROCESSING' | 'READY' | 'FAILED';
};

export interface AssetStoreOptions {
	/** 0 to 1 */
	random: () => number;
	/** Simulated seconds a real second */
	speed: number;
	/** Where the picture of an asset is served */
	assetUrl: (id: string) => string;
}

/** Seconds; no source: clients give up after 90 to 300 s. */
const REVIEW = { min: 10, max: 60 };

/** The states of a running review, each for as long. */
const RUNNING = { seedance20: ['Processing'], center: ['NONE', 'UPLOADING', 'PROCESSING'] };

export const isCenter = (library: LibraryName) => library !== 'seedance20';

function makeAsset(options: AssetOptions, id: string, now: number, store: AssetStoreOptions) {
	const known = Object.entries(options).filter(([, value]) => value !== undefined);
	const kept = { ...STANDARD, ...(Object.fromEntries(known) as AssetOptions) };
	const drawn = REVIEW.min + store.random() * (REVIEW.max - REVIEW.min);
	const { finishAfter = drawn / store.speed } = kept;
	return { ...kept, id, url: store.assetUrl(id), createdAt: now, finishAt: now + finishAfter * 1000 };
}

function view(asset: Asset, now: number): AssetView {
	const { outcome, library, createdAt, finishAt } = asset;
	if (outcome === 'never' || now < finishAt) {
		const states = RUNNING[isCenter(library) ? 'center' : 'seedance20'];
		const share = outcome === 'never' ? 1 : (now - createdAt) / (finishAt - createdAt);
		const status = states[Math.min(states.length - 1, Math.floor(share * states.length))] as string;
		return { ...asset, status, materialStatus: 'PROCESSING' };
	}
	// What expired or was deleted had been ready once: only the other field tells.
	const materialStatus = outcome === 'failed' ? 'FAILED' : 'READY';
	if (isCenter(library)) return { ...asset, status: outcome.toUpperCase(), materialStatus };
	return { ...asset, status: outcome === 'active' ? 'Active' : 'Failed', materialStatus };
}

/** The assets that the simulated vendor keeps, until they are deleted. Times are ms since 1970. */
export class AssetStore {
	#assets: Map<string, Asset> = new Map();
	#options: AssetStoreOptions;

	constructor(options: AssetStoreOptions) {
		this.#options = options;
	}

	/** @throws the id is taken */
	add(options: AssetOptions, now: number): AssetView {
		const id = options.id ?? this.#freeId(now);
		if (this.#assets.has(id)) throw new Error(`asset: there is one with the id ${id} already`);
		const asset = makeAsset(options, id, now, this.#options);
		this.#assets.set(id, asset);
		return view(asset, now);
	}

	/** @returns null when there is none */
	get(id: string, now: number): AssetView | null {
		const asset = this.#assets.get(id);
		return asset === undefined ? null : view(asset, now);
	}

	/**
	 * Ends a review now.
	 *
	 * @param outcome default: what it was to become, or active if that was never
	 * @throws no such asset
	 */
	finish(id: string, outcome: ReviewOutcome | undefined, now: number): AssetView {
		const asset = this.#assets.get(id);
		if (asset === undefined) throw new Error(`asset: none with the id ${id}`);
		asset.outcome = outcome ?? (asset.outcome === 'never' ? 'active' : asset.outcome);
		asset.finishAt = Math.min(asset.finishAt, now);
		return view(asset, now);
	}

	/** @returns whether there was one */
	remove(id: string): boolean {
		return this.#assets.delete(id);
	}

	/**
	 * @param library whose assets may be cited; null: any of the model center's
	 * @returns why a create can't use the medium, such as `first_image: no asset "a"`; null: it can
	 */
	problemWith({ field, type, url }: Medium, library: LibraryName | null, key: string, now: number) {
		const id = /^asset(?:Id)?:\/\/(.*)$/.exec(url)?.[1];
		if (id === undefined) return null;
		const asset = this.get(id, now);
		const isThere =
			asset !== null && (library === null ? isCenter(asset.library) : asset.library === library);
		if (!isThere || (asset.key !== null && asset.key !== key)) return `${field}: no asset "${id}"`;
		if (asset.assetType !== type) return `${field}: asset "${id}" is of type ${asset.assetType}, not ${type}`;
		return /^active$/i.test(asset.status) ? null : `${field}: asset "${id}" is ${asset.status}, not active`;
	}

	#freeId(now: number): string {
		const date = new Date(now).toISOString().replace(/\D/g, '').slice(0, 14);
		const letters = Math.floor(this.#options.random() * 36 ** 5).toString(36);
		const id = `asset-${date}-${letters.padStart(5, '0')}`;
		return this.#assets.has(id) ? this.#freeId(now) : id;
	}
}
