import type { IExecuteFunctions } from 'n8n-workflow';

import { InputError } from '../core/error';
import { isLocal } from '../http/credential';
import { Limiter } from '../http/limiter';
import { type AddressPlace, foundIn, localRefusal } from './addresses';
import { mediumRefusal, type MediumFacts, type MediumLimits } from './check';
import { FileLinks } from './link';
import { Looks } from './look';
import type { Files, Medium } from './medium';

/** How many media are looked at and copied at once. */
const MOST_AT_ONCE = 5;

/** A medium as the vendor can fetch it. */
export interface Handed {
	url: string;
	/** What it is; undefined where it was not looked at, or can't be fetched from here. */
	facts?: MediumFacts;
}

/** The media of one run on their way to the vendor. Each is looked at, copied and linked once, however many items share it. */
export class HandOver {
	private readonly looks: Looks;

	private readonly links: FileLinks;

	private readonly turns = new Limiter(MOST_AT_ONCE);

	/** Whether the API is in this private network, and so reaches what is in it. */
	private readonly isApiLocal: boolean;

	/**
	 * @param baseUrl the API's
	 * @param timeoutMs longest time for a look at an address
	 */
	constructor(
		private readonly context: IExecuteFunctions,
		baseUrl: string,
		timeoutMs: number,
		signal: AbortSignal,
	) {
		this.looks = new Looks({ timeoutMs, signal });
		this.links = new FileLinks(baseUrl);
		this.isApiLocal = isLocal(new URL(baseUrl));
	}

	/**
	 * Hands over an address as it is, and a file of the item as a link of this n8n.
	 *
	 * @param files the item's
	 * @param how what is taken, and whether to look at it where that is not known
	 * @throws InputError for a medium that the vendor can't fetch or would refuse
	 */
	async handOver(
		medium: Exclude<Medium, { kind: 'asset' }>,
		place: AddressPlace,
		files: Files,
		{ limits, looks = limits !== undefined }: { limits?: MediumLimits; looks?: boolean } = {},
	): Promise<Handed> {
		if (medium.kind === 'url') this.checkReach(medium.url, place);
		return await this.turns.run(async () => {
			const facts = looks ? await this.factsOf(medium, files) : undefined;
			const refusal = facts && limits && mediumRefusal(facts, limits, foundIn(place));
			if (refusal) throw new InputError(...refusal);
			return { url: await this.addressOf(medium, place, files, facts), facts };
		});
	}

	private checkReach(url: string, place: AddressPlace): void {
		const refusal = localRefusal([{ ...place, addresses: [url] }]);
		if (refusal && !this.isApiLocal) throw new InputError(...refusal);
	}

	private async factsOf(
		medium: Exclude<Medium, { kind: 'asset' }>,
		files: Files,
	): Promise<MediumFacts | undefined> {
		if (medium.kind === 'url') return await this.looks.url(this.context, medium.url);
		const file = files[medium.field];
		return file && (await this.looks.file(this.context, file));
	}

	private async addressOf(
		medium: Exclude<Medium, { kind: 'asset' }>,
		{ label }: AddressPlace,
		files: Files,
		facts: MediumFacts | undefined,
	): Promise<string> {
		if (medium.kind === 'url') return medium.url;
		const file = files[medium.field];
		// It was there when the field was read.
		if (!file) throw new InputError(`The file in '${label}' is gone`, 'Run the workflow again.');
		return await this.links.linkTo(this.context, file, label, facts?.look.kind);
	}
}
