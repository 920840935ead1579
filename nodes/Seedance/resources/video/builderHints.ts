import { enumeration } from '../../core/text';
import type { BuilderHints } from '../builderHints';
import { entryOf, secondsOf } from './create/modelFields';
import { DEFAULT_MODEL, groupsBy, type Model, modelOf, MODELS, namesOf } from './models';

/** A fact of all models, as an AI reads it: each value, and the models that have it. */
function byModel<Fact>(factOf: (model: Model) => Fact | undefined, say: (fact: Fact) => string): string {
	return groupsBy(MODELS, factOf)
		.map(({ fact, models }) => `${enumeration(namesOf(models), 'and')}: ${say(fact)}`)
		.join('; ');
}

const usual = modelOf(DEFAULT_MODEL);

const MODEL_IDS = MODELS.map((model) => `${model.id} (${entryOf(model).name})`).join(', ');

const VIDEO_MODELS = MODELS.filter(({ needs }) => needs === 'referenceVideo').map(({ id }) => id);

const WITHOUT_ASSETS = enumeration(namesOf(MODELS.filter(({ assets }) => !assets)), 'and');

const EXCLUSIVE = enumeration(
	namesOf(MODELS.filter(({ framesOrReferences, frames }) => framesOrReferences && frames)),
	'and',
);

const FILE =
	'the name of a binary field of the incoming item, such as data, as plain text and not an expression';
const ADDRESS = 'a public https address of the file itself; base64 and pages that show a file do not work';

const FRAME = `Give ${FILE}, or ${ADDRESS}. Leave it empty for a video from text alone.`;
const REFERENCES = `One per line. Each is ${FILE} (photos_* means several fields), or ${ADDRESS}. ${EXCLUSIVE} take frames or references, not both.`;

const WAIT =
	'inNode for up to about ten videos, a matter of minutes. parked for many videos, for hours, or where n8n may restart: it holds no memory, but needs n8n 2.36 or later and a saved workflow.';
const NO_LOOP = 'Do not build a loop of Wait and IF nodes around it.';

const DOWNLOAD =
	'Set it to true where a later node needs the file, as an upload or an email does: the file is then in the binary field data. Without it the output has only a link, video_url, that works for one day.';
const FILE_FIELD = 'Keep data, and give that name to the later node that takes the file as its input.';
const GIVE_UP = 'Leave it out: the default fits the wait, 30 minutes for inNode and 720 for parked.';

const AGENT = 'In a chat, an agent gets Create and Get Result as two tools, both with waitUntilDone no.';

/** n8n shows an AI the output schemas of its own nodes only (2.41). */
const OUTPUT =
	'Each output item is the finished task: id, status, video_url (a link that works for one day), expiresAt. A failed video is an error of its item; with onError continueErrorOutput the others go on.';

/** Operations on videos, as an AI that builds workflows reads them. */
export const videoBuilderHints: Readonly<Record<'create' | 'get', BuilderHints>> = {
	create: {
		operation: `Makes one billed video for each incoming item, so feed it one item for each video that is wanted; options.maxTasks bounds how many a run may pay for; left out, there is no bound. It waits and downloads by itself: one node is enough. ${NO_LOOP} ${AGENT} ${OUTPUT}`,
		fields: {
			prompt:
				'One text for one video. With many rows, take it from the item by an expression; the node runs once for each item, so no loop is needed.',
			model: `Leave it out for the default, ${usual.name}: it makes videos from text alone or from a first frame. Else use mode list and one of these IDs; do not invent one, since any other is sent as it is. ${MODEL_IDS}.`,
			waitUntilDone: `${WAIT} no outputs the task at once, without its video: an agent's tool takes it, and asks with Get Result. ${NO_LOOP}`,
			giveUpAfter: GIVE_UP,
			downloadVideo: DOWNLOAD,
			binaryPropertyName: FILE_FIELD,
			resolution: `Only for models with a choice of it. ${byModel(({ resolutions = [] }) => (resolutions.length > 1 ? resolutions : undefined), enumerated)}. With other models leave it out.`,
			duration: `Depends on the model. ${byModel(({ duration }) => duration, secondsOf)}.`,
			ratio: `Depends on the model, 9:16 for phones. ${byModel(({ ratios }) => ratios, enumerated)}. adaptive always works.`,
			firstFrame: FRAME,
			lastFrame: `${FRAME} It needs a first frame too.`,
			referenceImages: REFERENCES,
			referenceVideos: `${REFERENCES} Only ${enumeration(VIDEO_MODELS, 'and')} need one; with other models it is optional.`,
			referenceAudios: REFERENCES,
			reviewMedia: `true where a frame or a reference shows a face or a virtual avatar, and for models that take only assets: this one node then uploads them, waits for their review and creates the video. It is free and takes minutes. Otherwise leave it out. With ${WITHOUT_ASSETS} there is no such review: choose another model for faces.`,
		},
	},
	get: {
		operation: `For a task that exists already: it creates nothing and costs nothing. Not needed after Create, which can wait by itself. ${AGENT} ${OUTPUT} With waitUntilDone no it may be unfinished: queued or processing, without video_url.`,
		fields: {
			taskId: 'Leave it out where the incoming item is a task, whose id is then taken.',
			waitUntilDone: `no checks once. ${WAIT} withWaitNode is for n8n 1.x, or where each finished video has to go on at once: it adds a second output, Still Running, that has to lead through a Wait node back to this node.`,
			giveUpAfter: GIVE_UP,
			downloadVideo: DOWNLOAD,
			binaryPropertyName: FILE_FIELD,
		},
	},
};

function enumerated(values: readonly string[]): string {
	return values.join(', ');
}
