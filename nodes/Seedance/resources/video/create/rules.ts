import {
	type Model,
	MODELS,
	namesOf,
	type ReferenceKind,
	takesReferences,
	type VideoRequest,
} from '../models';
import { enumeration } from '../../../core/text';
import type { Refusal } from '../../../media/addresses';

/** The fields that take frames, and their labels in the form. */
export const FRAME_FIELDS = {
	firstFrame: 'First Frame',
	lastFrame: 'Last Frame',
} as const satisfies Partial<Record<keyof VideoRequest, string>>;

/** The fields that take references, and their labels in the form. */
export const REFERENCE_FIELDS = {
	referenceImages: 'Reference Images',
	referenceVideos: 'Reference Videos',
	referenceAudios: 'Reference Audios',
} as const satisfies Partial<Record<keyof VideoRequest, string>>;

/** Parameters that take a frame. */
export type FrameField = keyof typeof FRAME_FIELDS;

/** Parameters that take references. */
export type ReferenceField = keyof typeof REFERENCE_FIELDS;

/** A request as the rules look at it. */
interface Media {
	request: VideoRequest;
	hasFirst: boolean;
	hasLast: boolean;
	/** Kinds of references that it has. */
	references: ReferenceKind[];
}

type Rule = (media: Media, model: Model) => Refusal | undefined;

/** What the vendor's pages don't allow together, or not alone; the first rule that is broken. */
const RULES: Rule[] = [
	lastAloneRefusal,
	noReferencesRefusal,
	kindRefusal,
	audioRefusal,
	soundAloneRefusal,
	exclusionRefusal,
	videoNeededRefusal,
	pictureNeededRefusal,
	noFramesRefusal,
];

/**
 * Says what a model does not take, or needs, of what a video is to be made from.
 *
 * @returns undefined where all is well
 */
export function combinationRefusal(request: VideoRequest, model: Model): Refusal | undefined {
	const media: Media = {
		request,
		hasFirst: request.firstFrame !== undefined,
		hasLast: request.lastFrame !== undefined,
		references: KINDS.filter((kind) => request[FIELD_OF[kind]] !== undefined),
	};
	for (const rule of RULES) {
		const refusal = rule(media, model);
		if (refusal) return refusal;
	}
	return undefined;
}

const KINDS: ReferenceKind[] = ['image', 'video', 'audio'];

/** What each field takes. */
export const KIND_OF: Record<FrameField | ReferenceField, ReferenceKind> = {
	firstFrame: 'image',
	lastFrame: 'image',
	referenceImages: 'image',
	referenceVideos: 'video',
	referenceAudios: 'audio',
};

const FIELD_OF: Record<ReferenceKind, ReferenceField> = {
	image: 'referenceImages',
	video: 'referenceVideos',
	audio: 'referenceAudios',
};

const ALL_REFERENCES = enumeration(
	Object.values(REFERENCE_FIELDS).map((label) => `'${label}'`),
	'and',
);

/** A list of more names than this helps nobody to choose. */
const MOST_NAMES = 4;

/** Models to choose instead, as the end of a sentence; nothing where there is none. */
export function orChoose(isFit: (model: Model) => boolean): string {
	const names = namesOf(MODELS.filter(isFit));
	if (names.length === 0) return '';
	const choice = names.length > MOST_NAMES ? 'another model' : enumeration(names, 'or');
	return `, or choose ${choice} in 'Model'`;
}

function lastAloneRefusal({ hasFirst, hasLast }: Media): Refusal | undefined {
	if (!hasLast || hasFirst) return undefined;
	return ["There is a 'Last Frame' but no 'First Frame'", "Give both, or only the 'First Frame'."];
}

function noReferencesRefusal({ references }: Media, model: Model): Refusal | undefined {
	if (references.length === 0 || takesReferences(model)) return undefined;
	return [`${model.name} takes no references`, `Empty ${ALL_REFERENCES}${orChoose(takesReferences)}.`];
}

function kindRefusal({ request, references }: Media, { name, references: most }: Model): Refusal | undefined {
	for (const kind of references) {
		const field = FIELD_OF[kind];
		const count = request[field]?.length ?? 0;
		const label = `'${REFERENCE_FIELDS[field]}'`;
		const limit = most[kind];
		if (limit === undefined) {
			const advice = `Empty ${label}${orChoose((model) => model.references[kind] !== undefined)}.`;
			return [`${name} takes no reference ${kind}s`, advice];
		}
		if (count > limit) {
			const advice = `Give fewer${orChoose((model) => (model.references[kind] ?? 0) >= count)}.`;
			return [`${label} holds ${count} addresses, and ${name} takes ${limit} at most`, advice];
		}
	}
	return undefined;
}

function audioRefusal({ request }: Media, { name, audio }: Model): Refusal | undefined {
	if (!request.generateAudio || audio) return undefined;
	return [`'Generate Audio' can't be on with ${name}`, "Turn 'Generate Audio' off for this item."];
}

function soundAloneRefusal(
	{ hasFirst, references }: Media,
	{ name, soundNeedsPicture }: Model,
): Refusal | undefined {
	if (!soundNeedsPicture || !references.includes('audio') || hasFirst || references.length > 1)
		return undefined;
	return [
		`${name} takes reference audios only beside a picture or a video`,
		"Fill in 'Reference Images' or 'Reference Videos' too, or empty 'Reference Audios'.",
	];
}

function exclusionRefusal({ hasFirst, references }: Media, model: Model): Refusal | undefined {
	if (!hasFirst || references.length === 0 || !model.framesOrReferences) return undefined;
	return [
		`${model.name} takes frames or references, not both`,
		`Empty 'First Frame' and 'Last Frame', or else ${ALL_REFERENCES}.`,
	];
}

function videoNeededRefusal({ references }: Media, { needs, series, name }: Model): Refusal | undefined {
	if (needs !== 'referenceVideo' || references.includes('video')) return undefined;
	const others = orChoose((model) => model.series === series && !model.needs);
	return [
		`${name} needs a reference video`,
		`Fill in 'Reference Videos'${others && `${others}, which need none`}.`,
	];
}

function pictureNeededRefusal({ hasFirst, references }: Media, { needs, name }: Model): Refusal | undefined {
	if (needs !== 'picture' || hasFirst || references.length > 0) return undefined;
	return [
		`${name} needs a first frame or a reference`,
		`Fill in 'First Frame', or one of ${ALL_REFERENCES}.`,
	];
}

function noFramesRefusal({ hasFirst }: Media, { name, frames }: Model): Refusal | undefined {
	if (!hasFirst || frames) return undefined;
	return [
		`${name} takes no frames`,
		`Empty 'First Frame' and 'Last Frame'${orChoose((model) => model.frames)}.`,
	];
}
