// `npm run screenshots`: makes the pictures of the README and of docs/ anew, from a real n8n and a simulated GlobalAI OPC.
// Words behind `--` choose pictures: `npm run screenshots -- error wait-modes`.
import fs from 'node:fs';
import path from 'node:path';
import { removeFolder, temporaryFolder } from '../e2e/harness/folder.cts';
import { startSimulator, type Simulator } from '../simulator/index.cts';
import { installNode } from '../host/community-node.cts';
import {
	GET_NODE,
	isMyVideoDone,
	promptsTable,
	promptsToVideos,
	waitForManyVideos,
} from '../host/examples.cts';
import { startN8n } from '../host/n8n.cts';
import { openSession, type N8nSession } from '../host/session.cts';
import { until } from '../host/until.cts';
import { launchChromium } from './harness/chromium.cts';
import { rowsFor, stopOnError } from './harness/workflows.cts';
import { openEditor, openWindow, type Editor } from './pages/editor.cts';

import type { Locator, Page } from 'playwright-core';

const FOLDER = path.join(__dirname, '..', '..', 'docs', 'images');
const LARGEST_BYTES = 300_000;
const KEY = 'sk-screenshots';

/** Wide enough for the words, small enough for a README. */
const SIZE = { width: 1200, height: 760 };

/** For screens with small pixels: READMEs are read on those too. */
const SHARP = { deviceScaleFactor: 2, reducedMotion: 'reduce' } as const;

/** What comes and goes by itself, or belongs to another part of the screen, has no place in a picture. */
const HIDDEN = [
	'.el-notification',
	'[data-test-id="canvas-minimap"]',
	'[data-test-id="canvas-controls"]',
	':has(> [role="radiogroup"] [data-test-id="radio-button-workflow"])',
];

/** What a picture is taken of: an element, or a part of the page. */
type Subject = Locator | { page: Page; clip: Clip };
type Clip = { x: number; y: number; width: number; height: number };

/** What each picture shows; the folder is one that n8n may write files to. */
const PICTURES: Record<
	string,
	(editor: Editor, api: Simulator, folder: string, session: N8nSession) => Promise<Subject>
> = {
	'first-video.png': async ({ panel, form, page }, api) => {
		// Room for all that stands above the output.
		await page.setViewportSize({ width: 1540, height: 860 });
		const before = api.created.length;
		await panel.open();
		await panel.search('seedance');
		await panel.choose('Seedance');
		await panel.choose('Create video');
		await form.hasCredential('GlobalAI OPC account');
		await form.write('prompt', 'A cat rides a skateboard through Paris at sunset');
		await form.toggle('downloadVideo');
		// The node then checks after 30 s.
		api.fault({ kind: 'missingField', field: 'created', method: 'POST', times: 1 });
		await form.execute();
		await until(() => api.created.length > before, { what: 'the video is ordered', withinMs: 60_000 });
		api.finishTask(String(api.created[before]?.id));
		await form.playVideo(2);
		return { page, clip: await form.formAndOutput('downloadVideo') };
	},
	'prompts-to-videos.png': async ({ canvas }, api, folder, session) => {
		const before = api.created.length;
		const prompts = ['A cat rides a skateboard', 'A city in the rain', 'A prompt that is refused [fail]'];
		const workflow = promptsToVideos(folder, { options: { pollInterval: 5 } });
		const table = await promptsTable(session, (await session.importWorkflow(workflow)).id);
		await table.add(prompts.map((prompt, index) => ({ name: `row-${index}`, prompt })));
		await canvas.paste(workflow);
		await canvas.selectNothing();
		await canvas.run();
		const ordered = () => api.created.length === before + prompts.length;
		await until(ordered, { what: 'all videos are ordered', withinMs: 60_000 });
		for (const { id } of api.created.slice(before)) api.finishTask(id);
		// They are parked for a turn of 66 s, unless n8n asks only now.
		const downloaded = () => api.requests.some(({ host, endedAt }) => host === 'files' && endedAt !== null);
		await until(downloaded, { what: 'a video is downloaded', withinMs: 3 * 60_000 });
		await canvas.countBetween('Make Videos', 'Write Reason');
		await canvas.countBetween('Write to Disk', 'Write Link');
		return canvas.root;
	},
	'many-videos.png': async ({ canvas }, api) => {
		const outcomes = ['completed', 'completed', 'completed', 'failed'] as const;
		const ended = outcomes.map((outcome) => api.addTask({ outcome, finishAfter: 0 }));
		const running = [1, 2].map(() => api.addTask({ createdAgo: 500, outcome: 'never' }));
		await canvas.paste(waitForManyVideos(rowsFor([...ended, ...running].map(({ id }) => id))));
		await canvas.selectNothing();
		await canvas.run();
		await canvas.countBetween(GET_NODE, 'Wait');
		await canvas.countBetween(GET_NODE, 'Failed Videos');
		return canvas.root;
	},
	'wait-modes.png': async ({ canvas, form, page }, api) => {
		// Room for the whole list.
		await page.setViewportSize({ ...SIZE, height: SIZE.height + 40 });
		await canvas.paste(isMyVideoDone(api.addTask({ finishAfter: 0 }).id));
		await canvas.run();
		await canvas.succeeded(GET_NODE);
		await canvas.openNode(GET_NODE);
		await form.openList('waitUntilDone');
		await form.hasCredential('GlobalAI OPC account');
		return page.locator('[data-test-id="ndv"]');
	},
	'error.png': async ({ canvas, errorBox, form, page }, api) => {
		const error = 'the prompt was refused by the content review';
		const fine = api.addTask({ finishAfter: 0 });
		const failed = api.addTask({ finishAfter: 0, outcome: 'failed', error });
		// The form shows the values of the first item.
		const rows = rowsFor([failed.id, fine.id]);
		await canvas.paste(stopOnError(waitForManyVideos(rows, { waitUntilDone: 'inNode' })));
		await canvas.run();
		await canvas.failed(GET_NODE);
		await canvas.openNode(GET_NODE);
		await errorBox.message();
		await form.hasCredential('GlobalAI OPC account');
		await form.input.getByText('Split Out', { exact: true }).first().waitFor();
		return page.locator('[data-test-id="ndv"]');
	},
};

async function main() {
	fs.mkdirSync(FOLDER, { recursive: true });
	const browser = await launchChromium();
	const api = await startSimulator({ apiKeys: [KEY], film: 'drawn' });
	const folder = temporaryFolder();
	const env = { N8N_RESTRICT_FILE_ACCESS_TO: folder };
	const n8n = await startN8n({ prepare: installNode, env, log: console.log });
	try {
		const session = await openSession(n8n);
		await session.createApiCredential('GlobalAI OPC account', { apiKey: KEY, baseUrl: api.baseUrl });
		const window = await openWindow(browser, n8n.url, { ...SHARP, viewport: SIZE });
		const words = process.argv.slice(2);
		const chosen = Object.entries(PICTURES).filter(
			([name]) => words.length === 0 || words.some((word) => name.includes(word)),
		);
		for (const [name, arrange] of chosen) {
			// What an earlier picture downloaded says nothing about this one.
			api.resetLog();
			const editor = await openEditor(window, n8n.url);
			await editor.page.addStyleTag({ content: `${HIDDEN.join()} { opacity: 0 !important; }` });
			const subject = await arrange(editor, api, folder, session);
			await editor.page.evaluate('document.fonts.ready');
			await keep(name, await pictureOf(subject));
			await editor.page.close();
		}
	} finally {
		await browser.close();
		await n8n.stop();
		await api.close();
		removeFolder(folder);
	}
}

async function pictureOf(subject: Subject) {
	if (!('clip' in subject)) return await subject.screenshot({ animations: 'disabled' });
	return await subject.page.screenshot({ animations: 'disabled', clip: subject.clip });
}

async function keep(name: string, picture: Buffer) {
	if (picture.length > LARGEST_BYTES)
		throw new Error(`${name} has become too large: ${picture.length} bytes`);
	await fs.promises.writeFile(path.join(FOLDER, name), picture);
	console.log(`docs/images/${name}: ${Math.round(picture.length / 1000)} kB`);
}

main().catch((error) => {
	console.error(error);
	process.exitCode = 1;
});
