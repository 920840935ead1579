/** What was seen answered in more than one way, or what nobody knows. Can be changed while the API runs. */
export interface Behaviour {
	/** HTTP status of an accepted create of the model center. One client tolerates 202 */
	createStatus: 200 | 202;
	/** How the model center's query shows a task: inside `data`, with or without its ID; with `code` and `msg` too; bare */
	queryShape: 'data' | 'dataWithoutId' | 'envelope' | 'bare';
	/** Whether the model center's answers have `created` */
	tellsCreated: boolean;
	/** `error` of a failed task of the model center: `"…"` or `{"message":"…"}` */
	failure: 'text' | 'object';
	/** A field with a link on the model center's tasks that are not completed; the link answers 404 until they are */
	earlyLink: 'url' | 'video_url' | null;
	/** The answer of both places to an ID that they don't know; all but `status404` are those of seen.cts */
	unknownTask: 'status404' | 'unknownId200' | 'unknownIdCode404';
	/** The model center's answer to an upload: inside `data`, or bare */
	uploadShape: 'data' | 'bare';
	/** Whether the `code` of the asset libraries' successes is `"0"` instead of `0` */
	codeAsText: boolean;
	/** How long an upload takes, in real ms. A second one meanwhile starves: see `AssetLibraries` */
	uploadMs: number;
}

export const USUAL: Readonly<Behaviour> = {
	createStatus: 200,
	queryShape: 'data',
	tellsCreated: false,
	failure: 'text',
	earlyLink: null,
	unknownTask: 'status404',
	uploadShape: 'data',
	codeAsText: false,
	uploadMs: 50,
};
