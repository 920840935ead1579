import { dataTable } from '../host/dataTable.cts';
import { example } from '../host/examples.cts';
import { nodeOf, type WorkflowJson } from '../host/session/workflow.cts';
import { until } from '../host/until.cts';
import { startCaller, type Caller } from './harness/caller.cts';
import { hashOf } from './harness/folder.cts';
import { KEY, useHost } from './harness/host';
import { created, LIMIT_MS, SHORTEST } from './harness/runs';
import { sideBySide } from './harness/sideBySide';
import { startTelegram, type Telegram } from './harness/telegram.cts';

const host = useHost();

const CHAT = 501;
const SMALL_CHAT = 502;
const STRANGER = 503;
const SECRET = { name: 'X-Api-Key', value: 'a secret of the callers' };

let caller: Caller;
let telegram: Telegram;
let chatWorkflow: string;

/** The conditions of an IF node, to be changed in place. */
const conditionsOf = (workflow: WorkflowJson, node: string): Array<{ rightValue: string }> =>
	nodeOf(workflow, node).parameters['conditions'].conditions;

beforeAll(async () => {
	[caller, telegram] = await Promise.all([startCaller(), startTelegram()]);
	const { session } = host;
	const httpHeaderAuth = await session.createCredential({
		name: 'Callers',
		type: 'httpHeaderAuth',
		data: SECRET,
	});
	const telegramApi = await session.createCredential(telegram.credential);
	const credentials = { ...host.credentials, httpHeaderAuth, telegramApi };
	const shortest = { 'Make Video': { options: SHORTEST } };

	const webhook = example('webhook-answer-now.json', shortest);
	conditionsOf(webhook, 'Check Call')[2]!.rightValue = caller.address;

	const chat = example('chat-answer-now.json', shortest);
	const [first] = conditionsOf(chat, 'May Order?');
	const allowed = [CHAT, SMALL_CHAT].map((id) => ({ ...first, id: `chat-${id}`, rightValue: String(id) }));
	nodeOf(chat, 'May Order?').parameters['conditions'].conditions = allowed;

	const [webhookId, chatId] = await Promise.all(
		[webhook, chat].map(async (one) => (await session.importWorkflow(one, credentials)).id),
	);
	chatWorkflow = String(chatId);
	await Promise.all([webhookId, chatId].map(async (id) => await session.publish(String(id))));
	await until(telegram.isListened, { what: 'the bot has said where it takes messages' });
}, 180_000);

afterAll(async () => await Promise.all([caller?.close(), telegram?.close()]));

/** The only task for this prompt, once it is created; more of it make the test fail. */
async function onlyTask(prompt: string): Promise<string> {
	const tasks = await created(host, 1, prompt);
	expect(tasks).toHaveLength(1);
	return String(tasks[0]?.id);
}

const linkOf = (id: string) => String(host.api.task(id)?.videoUrl);

const order = async (orderId: string, prompt: string, callback = caller.address) =>
	await host.session.callWebhook('make-video', {
		body: { orderId, prompt, callback },
		headers: { [SECRET.name]: SECRET.value },
	});

/** What the caller took about an order. */
const taken = async (orderId: string) =>
	await until(() => caller.calls.find(({ body, status }) => body.orderId === orderId && status < 300)?.body, {
		what: `the caller has got order ${orderId}`,
		withinMs: LIMIT_MS,
	});

/** Messages that the bot sent in answer to this one, once there are so many. */
const replies = async (message: number, count: number) => {
	const all = () => telegram.sent.filter(({ replyTo }) => replyTo === String(message));
	const what = `message ${message} has ${count} replies`;
	await until(() => all().length >= count, { what, withinMs: LIMIT_MS });
	return all();
};

sideBySide(
	{
		'webhook: a call is answered before its video is made, called back with its link, and a repeat orders nothing':
			async () => {
				caller.refuse('cat', 1);
				// At once, as the very first calls: neither finds the table.
				const answers = await Promise.all([order('cat', 'Webhook cat'), order('cat', 'Webhook cat')]);
				const execution = answers[0]?.body.execution;
				const ordered = { orderId: 'cat', execution, state: 'ordered', video_url: null, reason: null };
				expect(answers).toMatchObject([
					{ status: 202, body: ordered },
					{ status: 202, body: ordered },
				]);
				expect(execution).toMatch(/^\d+$/);

				const id = await onlyTask('Webhook cat');
				host.api.finishTask(id);
				const video_url = linkOf(id);
				const done = { orderId: 'cat', execution, state: 'done', videoId: id, video_url, reason: null };
				const callback = await taken('cat');
				expect(callback).toMatchObject(done);
				expect(Date.parse(callback.expiresAt)).toBeGreaterThan(Date.now());
				const statuses = caller.calls.filter(({ body }) => body.orderId === 'cat').map((one) => one.status);
				expect(statuses).toEqual([503, 204]);

				expect(await order('cat', 'Webhook cat')).toEqual({ status: 202, body: callback });
				await onlyTask('Webhook cat');
				const rows = async () =>
					(await (await dataTable(host.session, 'Video Orders')).rows()).filter(
						({ orderId }) => orderId === 'cat',
					);
				const isOne = async () => (await rows()).length === 1;
				await until(isOne, { what: 'the rows of the repeats are gone' });
				expect(await rows()).toMatchObject([done]);
				expect(JSON.stringify(caller.calls)).not.toContain(KEY);
			},

		'webhook: a failed video is called back with the reason': async () => {
			expect(await order('fails', 'Webhook [fail]')).toMatchObject({
				status: 202,
				body: { state: 'ordered' },
			});
			const id = await onlyTask('Webhook [fail]');
			host.api.finishTask(id);
			const reason = expect.stringContaining(`Task "${id}" failed:`);
			expect(await taken('fails')).toMatchObject({ state: 'failed', reason, video_url: null });
		},

		'webhook: calls without the secret, an order number, a prompt or an allowed address order nothing':
			async () => {
				const body = { orderId: 'refused', prompt: 'Refused', callback: caller.address };
				expect(await host.session.callWebhook('make-video', { body })).toMatchObject({ status: 403 });
				const refused = await Promise.all([
					order('', 'Refused'),
					order('refused', ' '),
					order('refused', 'Refused', 'http://169.254.169.254/latest'),
				]);
				const error = expect.stringContaining('Send orderId, prompt and callback');
				expect(refused).toEqual(refused.map(() => ({ status: 400, body: { error } })));
				expect(await created(host, 0, 'Refused')).toEqual([]);
			},

		'chat: a message is answered before its video is made, the file comes later, and a repeat orders nothing':
			async () => {
				const prompt = 'Chat cat';
				expect(await Promise.all([1, 2].map(() => telegram.write(CHAT, 11, prompt)))).toEqual([200, 200]);
				const [answer] = await replies(11, 1);
				expect(answer).toMatchObject({
					method: 'sendMessage',
					chat: String(CHAT),
					text: expect.stringContaining('is being made'),
				});
				const id = await onlyTask(prompt);
				expect(['queued', 'processing']).toContain(host.api.task(id)?.status);

				host.api.finishTask(id);
				const [, video] = await replies(11, 2);
				expect(video).toMatchObject({
					method: 'sendVideo',
					chat: String(CHAT),
					text: expect.stringContaining(linkOf(id)),
					video: { type: 'video/mp4', sha256: await hashOf(linkOf(id)) },
				});
				await telegram.write(CHAT, 11, prompt);
				const over = async () => {
					const executions = await host.session.executions({ workflowId: chatWorkflow });
					const repeats = executions.filter(({ mode, status }) => mode === 'webhook' && status === 'success');
					const ends = await Promise.all(
						repeats.map(async ({ id: execution }) => await host.session.execution(execution)),
					);
					return ends.filter(({ lastNode }) => lastNode === 'Delete Repeat').length === 2;
				};
				await until(over, { what: 'both repeats are over', everyMs: 250 });
				await onlyTask(prompt);
				expect(await replies(11, 2)).toHaveLength(2);
				expect(JSON.stringify(telegram.sent)).not.toContain(KEY);
			},

		'chat: a file that Telegram does not take comes as a link, a failed video with its reason': async () => {
			telegram.refusals.set(String(SMALL_CHAT), { status: 413, words: 'Request Entity Too Large' });
			await telegram.write(SMALL_CHAT, 21, 'Chat large');
			await telegram.write(SMALL_CHAT, 22, 'Chat [fail]');
			const large = await onlyTask('Chat large');
			const failed = await onlyTask('Chat [fail]');
			// What Telegram would refuse as broken HTML.
			const says = (id: string, fields: object) =>
				host.api.fault({ kind: 'shape', as: [], fields: { ...fields }, id, times: Infinity });
			says(large, { video_url: `${linkOf(large)}?a=1&b=2` });
			says(failed, { error: 'It shows <a logo> & more' });
			for (const id of [large, failed]) host.api.finishTask(id);
			const [, link] = await replies(21, 2);
			const text = expect.stringContaining(`${linkOf(large)}?a=1&amp;b=2`);
			expect(link).toMatchObject({ method: 'sendMessage', chat: String(SMALL_CHAT), text });
			const [, reason] = await replies(22, 2);
			expect(reason?.text).toContain(
				`There is no video. Task "${failed}" failed: It shows &lt;a logo&gt; &amp;`,
			);
		},

		'chat: a stranger, a command and a message without words order nothing': async () => {
			await telegram.write(STRANGER, 31, 'Chat stranger');
			await telegram.write(CHAT, 32, '/start');
			await telegram.write(CHAT, 33);
			const [no] = await replies(31, 1);
			expect(no).toMatchObject({ chat: String(STRANGER), text: expect.stringContaining(`${STRANGER}`) });
			for (const message of [32, 33]) {
				const [how] = await replies(message, 1);
				expect(how?.text).toContain('Write what the video shows');
			}
			expect(await created(host, 0, 'Chat stranger')).toEqual([]);
			expect(await created(host, 0, '/start')).toEqual([]);
			expect(host.api.created.filter(({ prompt }) => prompt.trim() === '')).toEqual([]);
		},
	},
	LIMIT_MS,
);
