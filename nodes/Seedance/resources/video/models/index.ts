import type { IDataObject } from 'n8n-workflow';

import { bodyOf, type VideoRequest } from './body';
import { type Model, PLAIN_PACE } from './model';
import { SEEDANCE_1_5 } from './seedance15';
import { SEEDANCE_2_0 } from './seedance20';
import { SEEDANCE_X1 } from './seedanceX1';

export type { VideoRequest } from './body';
export * from './model';

/** Every model of the list, in the order of the form. */
export const MODELS: readonly Model[] = [...SEEDANCE_1_5, ...SEEDANCE_2_0, ...SEEDANCE_X1];

/** The model that the form begins with. */
export const DEFAULT_MODEL = 'seedance_1_5_pro_720p';

const LISTED = new Map(MODELS.map((model) => [model.id, model]));

/** Every model of the list, by its ID and by its name in the form, in small letters. */
const IDS = new Map(MODELS.flatMap(({ id, name }) => [id, name].map((word) => [word.toLowerCase(), id])));

/** Models that the list lacks go by their ID: as this model of it where the pattern is the first that fits. */
const UNLISTED: Array<[pattern: RegExp, as: Model]> = [
	[/_x1(_|$)/i, listed('seedance_2_0_x1_official')],
	[/^seedance_2_\d+_fast/i, listed('seedance_2_0_fast_pro')],
	[/^seedance(_fast)?_2_/i, listed('seedance_2_0_pro')],
	[/1080p/i, listed('seedance_1_5_pro_1080p')],
	[/(480|720)p/i, listed('seedance_1_5_pro_720p')],
];

/** All other IDs: created as Seedance 1.5, without anything being known of how long they take. */
const UNKNOWN: Model = { ...listed(DEFAULT_MODEL), pace: PLAIN_PACE };

function listed(id: string): Model {
	return LISTED.get(id) as Model;
}

/** The facts of any model's ID: unknown ones too have to go somewhere. */
export function modelOf(text: string): Model {
	return LISTED.get(idOfModel(text)) ?? UNLISTED.find(([pattern]) => pattern.test(text))?.[1] ?? UNKNOWN;
}

/** The ID that is meant: one of the list in another case, or by its name there; else the text itself. */
export function idOfModel(text: string): string {
	return IDS.get(text.toLowerCase()) ?? text;
}

/** Models that share a fact. */
export interface Group<Fact> {
	fact: Fact;
	models: Model[];
}

/** Models by a fact, in their order; those of which it is undefined are left out. */
export function groupsBy<Fact>(
	models: readonly Model[],
	factOf: (model: Model) => Fact | undefined,
): Array<Group<Fact>> {
	const groups = new Map<string, Group<Fact>>();
	for (const model of models) {
		const fact = factOf(model);
		if (fact === undefined) continue;
		// Not JSON alone, which has no Infinity.
		const key = JSON.stringify(fact, (_name, value: unknown) => (value === Infinity ? 'Infinity' : value));
		const group = groups.get(key) ?? { fact, models: [] };
		group.models.push(model);
		groups.set(key, group);
	}
	return [...groups.values()];
}

/** The names of models as a text lists them: of a series where all of it is among them, else of each. */
export function namesOf(models: readonly Model[]): string[] {
	const isWhole = (series: string) =>
		MODELS.every((model) => model.series !== series || models.includes(model));
	return [...new Set(models.map(({ series, name }) => (isWhole(series) ? series : name)))];
}

/** Whether it takes references of any kind. */
export function takesReferences({ references }: Model): boolean {
	return Object.keys(references).length > 0;
}

/** What a create sends: the path after the base URL, and the JSON body. What is undefined in it is not sent. */
export function createRequest(request: VideoRequest): { path: string; body: IDataObject } {
	const model = modelOf(request.model);
	return { path: model.way.path, body: { ...bodyOf(request, model), ...request.additionalFields } };
}
