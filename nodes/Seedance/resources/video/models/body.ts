import type { IDataObject } from 'n8n-workflow';

import { ADAPTIVE, type Model, type VideoPart, type Way } from './model';

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
	/** Address of the picture the video begins with: http(s), or `asset://<id>`. Those below are alike. */
	firstFrameUrl?: string;
	/** Address of the picture the video ends with. */
	lastFrameUrl?: string;
	referenceImageUrls?: string[];
	referenceVideoUrls?: string[];
	referenceAudioUrls?: string[];
	/** Merged over the request's body, field by field. */
	additionalFields?: IDataObject;
}

/** The body of a create, without additional fields. What is undefined in it is not sent. */
export function bodyOf(request: VideoRequest, { way, adaptiveRatio, audio }: Model): IDataObject {
	const ratio = request.ratio === ADAPTIVE ? adaptiveRatio : request.ratio;
	const generateAudio = audio ? request.generateAudio : undefined;
	return BODIES[way.body]({ ...request, ratio, generateAudio }, way);
}

/** A request whose parts are as the model takes them. */
type Sent = Partial<VideoRequest> & Pick<VideoRequest, 'model'>;

const BODIES: Record<Way['body'], (sent: Sent, way: Way) => IDataObject> = {
	flat: flatBody,
	content: (sent, way) => ({ ...flatBody(sent, way), content: contentOf(sent) }),
};

function flatBody(sent: Sent, { fields }: Way): IDataObject {
	const parts = Object.entries(fields) as Array<[part: VideoPart, name: string]>;
	return { model: sent.model, ...Object.fromEntries(parts.map(([part, name]) => [name, sent[part]])) };
}

/** The media of a content, in its order. */
const ROLES: Array<[part: VideoPart, type: 'image_url' | 'video_url' | 'audio_url', role: string]> = [
	['firstFrameUrl', 'image_url', 'first_frame'],
	['lastFrameUrl', 'image_url', 'last_frame'],
	['referenceImageUrls', 'image_url', 'reference_image'],
	['referenceVideoUrls', 'video_url', 'reference_video'],
	['referenceAudioUrls', 'audio_url', 'reference_audio'],
];

function contentOf(sent: Sent): IDataObject[] {
	const media = ROLES.flatMap(([part, type, role]) =>
		[sent[part] ?? []].flat().map((url) => ({ type, [type]: { url }, role })),
	);
	return [{ type: 'text', text: sent.prompt }, ...media];
}
