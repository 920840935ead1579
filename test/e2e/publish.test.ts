import { example } from '../host/examples.cts';
import type { WorkflowJson } from '../host/session.cts';
import { nodeOf } from '../host/session/workflow.cts';
import { until } from '../host/until.cts';
import { startChatModel, type ChatModel } from './harness/chatModel.cts';
import { hashOf } from './harness/folder.cts';
import { CAN_PARK, useHost } from './harness/host';
import { created, over, SHORTEST } from './harness/runs';
import { Google, type Service } from './harness/google.cts';
import { startTelegram, type Telegram } from './harness/telegram.cts';

// Stand-ins for the chat model, YouTube, Google Drive and Telegram; n8n's own nodes upload to them.
const google = new Google();
// Before n8n starts, which needs its address.
beforeAll(async () => await google.start());
// n8n 2 keeps files on disk by itself; n8n 1.x has to be told.
if (!CAN_PARK) google.env['N8N_DEFAULT_BINARY_DATA_MODE'] = 'filesystem';
const host = useHost(google.env);

const IDEA = 'A cat called "Miez" {rides} a skateboard, fast > slow';
const CHAT = '@cats';

let model: ChatModel;
let telegram: Telegram;
let credentials: Record<string, { id: string; name: string }>;
let forms = 0;

beforeAll(async () => {
	[model, telegram] = await Promise.all([startChatModel(), startTelegram()]);
	credentials = { ...host.credentials };
	for (const filled of [model.credential, telegram.credential, ...google.credentials])
		credentials[filled.type] = await host.session.createCredential(filled);
}, 60_000);

afterAll(async () => {
	await Promise.all([model?.close(), telegram?.close()]);
	await google.close();
});

beforeEach(() => {
	host.api.created.splice(0);
	google.uploads.splice(0);
	google.refusing.clear();
	telegram.sent.splice(0);
	telegram.refusals.clear();
});

/** The example, set up as its note says. */
const publishAVideo = (makeVideo: object) =>
	example('publish-a-video.json', { 'Make Video': makeVideo, 'Send to Telegram': { chatId: CHAT } });

/** The example with a video that exists, of any size, instead of a new one. */
function withVideo(videoBytes: number) {
	const { id, videoUrl } = host.api.addTask({ finishAfter: 0, videoBytes });
	const get = { operation: 'get', taskId: id, waitUntilDone: 'no', downloadVideo: true };
	return { id, videoUrl, workflow: publishAVideo(get) };
}

/** The model's answer to the idea. */
const write = (title: string, caption: string) =>
	model.follow([() => ({ text: JSON.stringify({ title, caption }) })]);

/**
 * Publishes the workflow and submits its form.
 * @returns the ID of its execution
 */
async function submit(workflow: WorkflowJson): Promise<string> {
	const path = `publish-${++forms}`;
	nodeOf(workflow, 'On form submission').webhookId = path;
	const { id: workflowId } = await host.session.importWorkflow(workflow, credentials);
	await host.session.publish(workflowId);
	expect(await host.session.submit(`form/${path}`, { 'field-0': IDEA })).toMatchObject({ status: 200 });
	return await until(async () => (await host.session.executions({ workflowId }))[0]?.id, {
		what: 'the form starts the workflow',
		withinMs: 60_000,
	});
}

const uploadedTo = () => [
	...google.uploads.map(({ service }) => service),
	...telegram.sent.map(() => 'Telegram' as const),
];

/** Makes a service refuse whatever comes. */
function refuse(service: Service | 'Telegram'): void {
	if (service !== 'Telegram') google.refusing.add(service);
	else telegram.refusals.set(CHAT, { status: 400, words: 'Bad Request: chat not found' });
}

test('one new video goes to all three services, with a title and a caption that they accept', async () => {
	// The limits, 100 and 1024 characters, are in the middle of an emoji.
	write(`"Miez" <3 ${'a'.repeat(89)}😀😀`, `"Miez"\n> all 😀 ${'b'.repeat(1007)}😀😀`);
	const title = `"Miez" ‹3 ${'a'.repeat(89)}`;
	const caption = `"Miez"\n› all 😀 ${'b'.repeat(1007)}`;
	expect([title.length, caption.length]).toEqual([99, 1023]);

	const executionId = await submit(publishAVideo({ options: SHORTEST }));
	const [{ id = '', body } = {}] = await created(host, 1);
	expect(body).toMatchObject({ content: [{ text: IDEA }] });
	host.api.finishTask(id);
	const execution = await over(host, executionId);

	expect(execution.data.error).toBeUndefined();
	const file = { type: 'video/mp4', sha256: await hashOf(String(host.api.task(id)?.videoUrl)) };
	expect(google.uploads).toMatchObject([
		{
			service: 'YouTube',
			about: { snippet: { title, description: caption }, status: { privacyStatus: 'private' } },
			...file,
		},
		{
			service: 'Google Drive',
			about: { name: `${title}.mp4`, mimeType: 'video/mp4', parents: ['root'] },
			...file,
		},
	]);
	expect(telegram.sent).toMatchObject([{ chat: CHAT, text: caption, video: { name: `${id}.mp4`, ...file } }]);
	expect(model.requests).toHaveLength(1);
	expect(model.requests[0]?.messages.at(-1)).toMatchObject({ role: 'user', content: IDEA });
	expect(host.api.created).toHaveLength(1);
});

test.each<[Array<Service | 'Telegram'>, string[]]>([
	[['YouTube'], ['Google Drive', 'Telegram']],
	[['Telegram', 'Google Drive'], ['YouTube']],
])('a refusal of %j is reported at the end, and does not stop %j', async (refusing, others) => {
	refusing.forEach(refuse);
	write(' ', 'A caption');
	// Larger than what n8n's nodes send at once to YouTube (1 MB) and Google Drive (2 MB).
	const { workflow, videoUrl } = withVideo(2_500_000);
	const execution = await over(host, await submit(workflow));

	expect(uploadedTo()).toEqual(others);
	const sha256 = await hashOf(videoUrl);
	const parts = { YouTube: 3, 'Google Drive': 2 };
	for (const upload of google.uploads) expect(upload).toMatchObject({ sha256, parts: parts[upload.service] });
	for (const { video } of telegram.sent) expect(video).toMatchObject({ sha256 });
	const about = JSON.stringify(google.uploads.map((upload) => upload.about));
	// In place of a blank title.
	expect(about).toContain('fast › slow');
	expect(execution).toMatchObject({ status: 'error', lastNode: 'Report Failed Uploads' });
	const { message } = execution.data.error;
	for (const service of refusing) expect(message).toContain(`${service}: `);
	for (const service of others) expect(message).not.toContain(service);
	if (refusing.includes('Telegram')) expect(message).toContain('Bad Request: chat not found');
});

test('an upload that a person deleted is not missed', async () => {
	refuse('Telegram');
	write('A title', 'A caption');
	const { workflow } = withVideo(5000);
	workflow.nodes = workflow.nodes.filter(({ name }) => name !== 'Upload to YouTube');
	delete workflow.connections['Upload to YouTube'];
	workflow.connections['Make Video'].main[0].shift();
	const execution = await over(host, await submit(workflow));

	expect(uploadedTo()).toEqual(['Google Drive']);
	expect(execution.data.error?.message).toBe(
		'The video was made, but not every upload worked. Telegram: Bad Request: chat not found',
	);
});

test('where the chat model fails, no video is made', async () => {
	model.follow([]);
	const execution = await over(host, await submit(publishAVideo({ options: SHORTEST })));

	expect(execution).toMatchObject({ status: 'error', lastNode: 'Write Title and Caption' });
	expect(host.api.created).toHaveLength(0);
	expect(uploadedTo()).toEqual([]);
});
