import { z } from 'zod/v4';
import { jsonAnswer } from './answers.cts';
import { LINK, mediaOf, problemIn, PROMPT } from './create.cts';
import { CENTER_MODELS } from './models.cts';

import type { Answer } from './answers.cts';
import type { Behaviour } from './behaviour.cts';
import type { Order } from './create.cts';
import type { CenterModel } from './models.cts';
import type { TaskView } from './tasks.cts';

/** A body that was accepted: what this simulator reads of it. */
interface CenterBody {
	model: string;
	prompt: string;
	duration?: number;
	resolution?: string;
	return_last_frame?: boolean;
}

const ASSET = z.string().regex(/^assetId:\/\/\S+$/, 'must be assetId://<id>');
const LINK_OR_ASSET = z.union([LINK, ASSET], 'must be an http or https address, or assetId://<id>');

const REFERENCES = ['reference_images', 'reference_videos', 'reference_audios'] as const;

const MEDIA = {
	first_image: 'Image',
	last_image: 'Image',
	reference_images: 'Image',
	reference_videos: 'Video',
	reference_audios: 'Audio',
} as const;

const OPTIONAL_FIELDS = {
	generate_audio: z.boolean(),
	seed: z
		.int()
		.min(-1)
		.max(2 ** 31 - 1),
	watermark: z.boolean(),
	return_last_frame: z.boolean(),
};

const DEFAULT_SECONDS = 5;

function fieldsOf(row: CenterModel): Record<string, z.ZodType> {
	const [min, max] = row.seconds;
	const medium = row.assetsOnly ? ASSET : LINK_OR_ASSET;
	const seconds = z.int().min(min).max(max);
	const references = REFERENCES.flatMap((field, index) => {
		const most = row.references[index] ?? 0;
		return most > 0 ? [[field, z.array(medium).min(1).max(most)] as const] : [];
	});
	return {
		...Object.fromEntries(references),
		...Object.fromEntries(row.takes.map((field) => [field, OPTIONAL_FIELDS[field]])),
		...(row.resolutions.length > 0 && { resolution: z.enum(row.resolutions) }),
		...(row.frames !== 'no' && { first_image: medium, last_image: medium }),
		[row.ratioField]: z.enum(row.ratios),
		duration: z.union(
			row.choosesSeconds ? [seconds, z.literal(-1)] : [seconds],
			`Duration must be between ${min}s and ${max}s.`,
		),
		tools: z.array(z.never()).max(0),
	};
}

function schemaOf(id: string, row: CenterModel): z.ZodType {
	const optional = Object.entries(fieldsOf(row)).map(([field, type]) => [field, type.optional()]);
	return z
		.strictObject({ model: z.literal(id), prompt: PROMPT, ...Object.fromEntries(optional) })
		.superRefine((body: Record<string, unknown>, { addIssue }) => {
			const refuse = (field: string, message: string) => addIssue({ code: 'custom', path: [field], message });
			const { first_image: first, reference_audios: audios } = body;
			const sent = REFERENCES.filter((field) => body[field] !== undefined);
			if (body.last_image !== undefined && first === undefined) refuse('last_image', 'needs first_image');
			if (row.frames === 'alone' && first !== undefined && sent.length > 0)
				refuse('first_image', 'must not come with references');
			if (audios !== undefined && sent.length === 1 && first === undefined)
				refuse('reference_audios', 'need a picture or a video beside them');
		});
}

const SCHEMAS = new Map(Object.entries(CENTER_MODELS).map(([id, row]) => [id, schemaOf(id, row)]));

/** An error as clients of the model center met it. */
export function centerRefusal(problem: string): Answer {
	// The API gives its words about the duration alone, without the field.
	const words = problem.replace(/^duration: (?=Duration )/, '');
	const message = `[SY_ERR:60] HTTP 400: ${words}`;
	return jsonAnswer(400, { error: { code: 'HTTP_400_C400999', message } });
}

/** Pictures come in other fields and without seconds. */
const PICTURE_TASK = {
	object: 'nanobanana',
	linkField: 'image_url',
	fileType: 'image/png',
	fileEnding: 'png',
	duration: null,
};

/**
 * Reads the body of a create, held to the facts about its model. Of other models only the prompt is looked at.
 *
 * @param others the models that are taken unchecked
 * @returns what is to be made, or the refusal
 */
export function centerOrder(body: unknown, others: ReadonlySet<string>): Order | Answer {
	const { data: sent } = z.looseObject({}).safeParse(body);
	const missing = ['model', 'prompt'].find((field) => sent?.[field] === undefined);
	if (missing !== undefined) return jsonAnswer(200, { msg: `缺少必填参数: ${missing}` });
	const model = String(sent?.model);
	const loose = z.looseObject({ model: z.string(), prompt: PROMPT });
	const schema = SCHEMAS.get(model) ?? (others.has(model) ? loose : undefined);
	if (schema === undefined) return jsonAnswer(400, { error: { message: '模型不可用' } });
	const { data, error } = schema.safeParse(body);
	if (error) return centerRefusal(problemIn(error));
	const { prompt, duration, resolution, return_last_frame: lastFrame } = data as CenterBody;
	return {
		model,
		prompt,
		resolution,
		duration: duration ?? DEFAULT_SECONDS,
		lastFrame: lastFrame === true,
		place: 'center',
		library: CENTER_MODELS[model]?.library ?? null,
		media: mediaOf(data as object, MEDIA),
		...(/banana/i.test(model) && PICTURE_TASK),
	};
}

/** The answer to a create that was accepted. */
export function centerCreated(task: TaskView, { createStatus, tellsCreated }: Behaviour): Answer {
	const { id, object, model, created } = task;
	const told = tellsCreated ? { created } : {};
	return jsonAnswer(createStatus, { id, object, ...told, model, status: 'queued', error: null });
}

function linksOf(task: TaskView, { earlyLink }: Behaviour): Record<string, unknown> {
	const { status, linkField, videoUrl, lastFrame, lastFrameUrl } = task;
	if (status === 'completed')
		return {
			result_url: videoUrl,
			[linkField]: videoUrl,
			...(lastFrame && { last_frame_url: lastFrameUrl }),
		};
	const isRunning = status === 'queued' || status === 'processing';
	return { [linkField]: null, ...(isRunning && earlyLink !== null && { [earlyLink]: videoUrl }) };
}

/** The figures are examples that clients recorded. */
const BILL = { amount: 0.32, totalTokens: '123456', usage: { total_tokens: '123456' } };

const PROGRESS = { queued: 0, processing: 50, completed: 100, failed: 100, cancelled: 100 };

/** A task as the model center's query shows it. */
export function centerTask(task: TaskView, behaviour: Behaviour): Answer {
	const { id, status, created, actualDuration, resolution, error, extra } = task;
	const isDone = status === 'completed';
	const failure = behaviour.failure === 'text' ? error : { message: error };
	const shown = {
		...(behaviour.tellsCreated && { created }),
		status,
		progress: PROGRESS[status],
		...linksOf(task, behaviour),
		...(isDone && actualDuration !== null && { actualDuration }),
		...(isDone && { resolution, ...BILL }),
		error: status === 'failed' ? failure : null,
		...extra,
	};
	switch (behaviour.queryShape) {
		case 'data':
			return jsonAnswer(200, { data: { id, ...shown } });
		case 'dataWithoutId':
			return jsonAnswer(200, { data: shown });
		case 'envelope':
			return jsonAnswer(200, { code: 0, msg: null, data: { id, ...shown } });
		case 'bare':
			return jsonAnswer(200, { id, ...shown });
	}
}
