import type { IDataObject } from 'n8n-workflow';

import { ADAPTIVE, CHOSEN_BY_MODEL, type Model, type VideoPart, type Way } from './model';

/** What a video is made from. Which of it a model takes and needs, its row says. */
export interface VideoRequest {
	model: string;
	prompt: string;
	/** Width to height, as in `16:9`; `adaptive` leaves it to the model. */
	ratio: string;
	/** Height of the picture, as in `720p`; for models that don't have it in their ID. */
	resolution?: string;
	/** Seconds; -1 lets the model choose. */
	duration: number;
	generateAudio: boolean;
	/** For videos that resemble each other: -1 to 2147483647. */
	seed?: number;
	watermark?: boolean;
	/** Whether the finished task also has a link to the last picture of the video. */
	returnLastFrame?: boolean;
	/** Address of the picture the video begins with: http(s), or `asset://<id>` or `assetId://<id>`. Those below are alike. */
	firstFrame?: string;
	/** Address of the picture the video ends with. */
	lastFrame?: string;
	referenceImages?: string[];
	referenceVideos?: string[];
	referenceAudios?: string[];
	/** Merged over the request's body, field by field. */
	additionalFields?: IDataObject;
}

/** The body of a create, without additional fields. What is undefined in it is not sent. */
export function bodyOf(request: VideoRequest, { way, adaptiveRatio, audio, duration }: Model): IDataObject {
	const ratio = request.ratio === ADAPTIVE ? adaptiveRatio : request.ratio;
	const sendsAudio = audio === 'asked' ? request.generateAudio : audio;
	const generateAudio = sendsAudio ? request.generateAudio : undefined;
	const isChosenByModel = request.duration === CHOSEN_BY_MODEL && !duration.canBeChosenByModel;
	const seconds = isChosenByModel ? undefined : request.duration;
	return BODIES[way.body]({ ...request, ratio, generateAudio, duration: seconds }, way);
}

/** A request whose parts are as the model takes them. */
type Sent = Partial<VideoRequest> & Pick<VideoRequest, 'model'>;

const BODIES: Record<Way['body'], (sent: Sent, way: Way) => IDataObject> = {
	flat: flatBody,
	content: (sent, way) => ({ ...flatBody(sent, way), content: contentOf(sent) }),
};

function flatBody(sent: Sent, { fields, constants }: Way): IDataObject {
	const parts = Object.entries(fields) as Array<[part: VideoPart, name: string]>;
	const given = Object.fromEntries(parts.map(([part, name]) => [name, sent[part]]));
	return { model: sent.model, ...given, ...constants } as IDataObject;
}

/** The media of a content, in its order. */
const ROLES: Array<[part: VideoPart, type: 'image_url' | 'video_url' | 'audio_url', role: string]> = [
	['firstFrame', 'image_url', 'first_frame'],
	['lastFrame', 'image_url', 'last_frame'],
	['referenceImages', 'image_url', 'reference_image'],
	['referenceVideos', 'video_url', 'reference_video'],
	['referenceAudios', 'audio_url', 'reference_audio'],
];

function contentOf(sent: Sent): IDataObject[] {
	const media = ROLES.flatMap(([part, type, role]) =>
		[sent[part] ?? []].flat().map((url) => ({ type, [type]: { url }, role })),
	);
	return [{ type: 'text', text: sent.prompt }, ...media];
}
