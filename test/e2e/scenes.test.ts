import { example } from '../host/examples.cts';
import { itemsOf, type WorkflowJson } from '../host/session.cts';
import { nodeOf } from '../host/session/workflow.cts';
import { filmLength, withFfmpeg } from './harness/ffmpeg.cts';
import { filesIn, hash, hashesIn, hashOf, removeFolder, temporaryFolder } from './harness/folder.cts';
import { useHost } from './harness/host';
import { begin, created, LIMIT_MS, over, SHORTEST } from './harness/runs';
import { sideBySide } from './harness/sideBySide';

const folder = temporaryFolder();
/** n8n's home folder, with what a shell would take for something else. */
const home = `${folder}/O'Neil's $(home) "n8n"`;
const host = useHost(withFfmpeg(home));

afterAll(() => removeFolder(folder));

/** Seconds; of each clip of the simulator. */
const CLIP = 5;

/** "Scenes to one film" for these scenes, which waits inside the node. */
function scenesToFilm(scenes: string[], firstFrame = '', options: object = {}): WorkflowJson {
	const workflow = example('scenes-to-film.json', { 'Make Clip': { waitUntilDone: 'inNode' } });
	Object.assign(nodeOf(workflow, 'Make Clip').parameters['options'], SHORTEST, options);
	const [text, picture] = nodeOf(workflow, 'Scenes').parameters['assignments'].assignments;
	text.value = `=${scenes.join('\n')}`;
	picture.value = firstFrame;
	return workflow;
}

/** Waits until so many clips were created for scenes that include a text, and ends the last of them. */
async function finish(text: string, count: number) {
	const tasks = await created(host, count, text);
	const { id, body } = tasks.at(-1) ?? { id: '' };
	host.api.finishTask(id);
	return { id, body, lastFrame: `${host.api.filesUrl}/frames/${id}.png`, url: host.api.task(id)?.videoUrl };
}

const folderOf = (executionId: string) => `${home}/.n8n-files/film-${executionId}`;

sideBySide(
	{
		'each clip begins with the last picture of the clip before, and all become one film': async () => {
			const picture = `${host.api.filesUrl}/frames/own.png`;
			const scenes = ['River 1', '', `River 2: she says "It's $(late)"; \`then\` {goes}`, '  River 3  '];
			const run = await begin(host, scenesToFilm(scenes, picture));
			const clips = [await finish('River', 1), await finish('River', 2), await finish('River', 3)];
			const execution = await over(host, run.id);
			expect(execution.data.error).toBeUndefined();
			expect(await created(host, 3, 'River')).toHaveLength(3);
			const [first, second, third] = clips;
			expect(clips.map(({ body }) => body)).toMatchObject([
				{ prompt: scenes[0], first_image: picture },
				{ prompt: scenes[2], first_image: first?.lastFrame },
				{ prompt: 'River 3', first_image: second?.lastFrame },
			]);

			const files = hashesIn(folderOf(run.id));
			const hashes = await Promise.all([first, second, third].map((clip) => hashOf(String(clip?.url))));
			expect([files['1.mp4'], files['2.mp4'], files['3.mp4']]).toEqual(hashes);
			expect(files['clips.txt']).toBe(hash(Buffer.from("file '1.mp4'\nfile '2.mp4'\nfile '3.mp4'\n")));
			const film = filesIn(folderOf(run.id)).find(({ path }) => path.endsWith('/film.mp4'));
			expect(film?.isMp4).toBe(true);
			expect(await filmLength(String(film?.path))).toBeCloseTo(3 * CLIP, 1);
			const [left] = itemsOf(execution, 'Read Film');
			expect(left?.binary?.data).toMatchObject({ fileName: 'film.mp4', mimeType: 'video/mp4' });
		},

		'a scene that fails is named, and no scene after it is ordered': async () => {
			const run = await begin(host, scenesToFilm(['Hill 1', 'Hill 2', 'Hill 3']));
			const { lastFrame } = await finish('Hill', 1);
			const [, second] = await created(host, 2, 'Hill');
			host.api.finishTask(String(second?.id), 'failed');
			const { status, data } = await over(host, run.id);
			expect(status).toBe('error');
			expect(data.error?.message).toMatch(/^Scene 2 failed: .+\n\nNo later scene was ordered\./);
			expect(data.error?.message).toContain(` ${folderOf(run.id)}. `);
			expect(data.error?.message).toContain(lastFrame);
			expect(await created(host, 2, 'Hill')).toHaveLength(2);
		},

		'where a clip comes without its last frame, no scene is paid for that would begin with another picture':
			async () => {
				const run = await begin(host, scenesToFilm(['Town 1', 'Town 2'], '', { returnLastFrame: false }));
				await finish('Town', 1);
				const { data } = await over(host, run.id);
				expect(data.error?.message).toContain('Scene 2 failed');
				expect(data.error?.message).toContain('the clip before has no last frame');
				expect(await created(host, 1, 'Town')).toHaveLength(1);
			},
	},
	LIMIT_MS,
);
