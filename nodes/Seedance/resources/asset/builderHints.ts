import type { BuilderHints } from '../builderHints';
import { LIBRARIES } from './libraries';

const LIBRARY = `It has to be that of the model which the video will use. ${LIBRARIES.map(({ id, models }) => `${id}: ${models}`).join('; ')}.`;

const OF_ITEM = 'Leave it out where the incoming item comes from Upload.';

/** Operations on assets, as an AI that builds workflows reads them. */
export const assetBuilderHints: Readonly<Record<'upload' | 'get' | 'delete', BuilderHints>> = {
	upload: {
		operation:
			'To use a medium that shows faces in many videos. For one video, reviewMedia of Create does it all by itself; pictures without faces go straight into Create. Costs nothing. Its output field reference is what Create takes as a frame or reference.',
		fields: {
			media:
				'The name of a binary field of the incoming item, such as data, as plain text and not an expression, or a public https address of the file itself.',
			library: LIBRARY,
			waitUntilDone:
				'inNode: a review takes up to 5 minutes, and a video can use the asset only after it. An agent as the caller takes no.',
		},
	},
	get: {
		operation: 'For an asset that was uploaded before. Not needed after Upload, which waits by itself.',
		fields: { assetId: OF_ITEM, library: `${OF_ITEM} ${LIBRARY}` },
	},
	delete: {
		operation: 'Deletes for good. Only the library seedance20 can.',
		fields: { assetId: OF_ITEM, library: OF_ITEM },
	},
};
