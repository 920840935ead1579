import codex from '../../nodes/Seedance/Seedance.node.json';
import { Seedance } from '../../nodes/Seedance/Seedance.node';

const NAMES = [new Seedance().description.displayName, ...codex.alias];

/** As n8n's nodes panel searches: the letters typed, blanks included, in their order within one name; case is all one. */
const finds = (typed: string) => NAMES.some((name) => isSpelledIn(typed.toLowerCase(), name.toLowerCase()));

function isSpelledIn(typed: string, name: string): boolean {
	let at = 0;
	for (const letter of name) {
		if (letter === typed[at]) at += 1;
	}
	return at === typed.length;
}

const FINDING =
	'seedance, seedance 2, seedance 2.0, seedance 1.5 pro, doubao, jimeng, bytedance, globalai, global ai, ' +
	'globalai opc, video, videos, ai video, AI videos, make a video, create a video, create video, ' +
	'generate video, generate videos, video generator, video generation, video model, text to video, ' +
	'text-to-video, text2video, image to video, image-to-video, image2video, img2video, photo to video, ' +
	'picture to video, animate, animation, film, movie, clip, mp4';

describe('the nodes panel finds the node', () => {
	test.each(FINDING.split(', '))('by "%s"', (typed) => expect(finds(typed)).toBe(true));

	test.each(['slack', 'oediv', 'send an email', 'image to text'])('not by "%s"', (typed) =>
		expect(finds(typed)).toBe(false),
	);
});

test('every alias is there once', () => expect(new Set(codex.alias).size).toBe(codex.alias.length));
