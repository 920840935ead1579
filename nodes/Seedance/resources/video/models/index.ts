import type { IDataObject } from 'n8n-workflow';

import type { LibraryId } from '../../asset/libraries';
import { bodyOf, type VideoRequest } from './body';
import { type Model, NO_LIMIT } from './model';
import { CENTER_PACE, SEEDANCE_2_0_CENTER, SEEDANCE_2_5, UNKNOWN_OF_CENTER } from './modelCenter';
import { SEEDANCE_1_5 } from './seedance15';
import { SEEDANCE_2_0 } from './seedance20';
import { SEEDANCE_X1 } from './seedanceX1';

export { CENTER_PACE };
export type { VideoRequest } from './body';
export * from './model';

/** Every model of the list, in the order of the form. */
export const MODELS: readonly Model[] = [
	...SEEDANCE_2_5,
	...SEEDANCE_2_0_CENTER,
	...SEEDANCE_2_0,
	...SEEDANCE_X1,
	...SEEDANCE_1_5,
];

/** The model that the form begins with. */
export const DEFAULT_MODEL = 'seedance_1_5_pro_720p';

const LISTED = new Map(MODELS.map((model) => [model.id, model]));

/** Every model of the list, by its ID and by its name in the form, in small letters. */
const IDS = new Map(MODELS.flatMap(({ id, name }) => [id, name].map((word) => [word.toLowerCase(), id])));

/** The models that an ID which the list lacks is sent like: that of the first pattern that fits. */
const UNLISTED: Array<[pattern: RegExp, like: Model]> = [
	[/_x1(_|$)/i, listed('seedance_2_0_x1_official')],
	[/^seedance(_fast_2_|_2_\d+_fast)/i, listed('seedance_2_0_fast_pro')],
	[/^seedance_2_/i, listed('seedance_2_0_pro')],
	[/^seedance_1_5_.*1080p/i, listed('seedance_1_5_pro_1080p')],
	[/^seedance_1_5_/i, listed('seedance_1_5_pro_720p')],
];

/** Takes the bounds off a model: what only the API can know is not checked. */
function unlisted(like: Model, id: string): Model {
	return {
		...like,
		id,
		name: `The model ${id}`,
		series: `The model ${id}`,
		isUnlisted: true,
		promptLimits: undefined,
		duration: { ...like.duration, min: 1, max: NO_LIMIT },
		audio: like.audio || 'asked',
		frames: true,
		references: { image: NO_LIMIT, video: NO_LIMIT, audio: NO_LIMIT },
		framesOrReferences: undefined,
		needs: undefined,
		media: undefined,
		assets: like.assets && { library: libraryByName(id), ...like.assets },
	};
}

/** The model center's libraries, by what an ID has of their models' version. */
function libraryByName(id: string): LibraryId | undefined {
	if (id.includes('2.5')) return 'seedance25';
	return id.includes('2.0') ? 'specialDiscount' : undefined;
}

function listed(id: string): Model {
	return LISTED.get(id) as Model;
}

/** The facts of any model's ID. One that the list lacks goes by its name, else to the model center. */
export function modelOf(text: string): Model {
	const known = LISTED.get(idOfModel(text));
	if (known) return known;
	const like = UNLISTED.find(([pattern]) => pattern.test(text))?.[1];
	return unlisted(like ?? UNKNOWN_OF_CENTER, text);
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
