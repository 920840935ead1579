import { mediumRefusal, type MediumFacts, type MediumLimits } from '../../../nodes/Seedance/media/check';

const PICTURES: MediumLimits = {
	medium: 'picture',
	types: ['jpeg', 'png', 'webp', 'bmp', 'tiff', 'gif'],
	maxBytes: 30e6,
	minSide: 300,
	maxSide: 6000,
	minRatio: 0.4,
	maxRatio: 2.5,
};
const VIDEOS: MediumLimits = { medium: 'video', types: ['mp4', 'mov'], maxBytes: 50e6 };

const picture = (width: number, height: number, more: Partial<MediumFacts> = {}): MediumFacts => ({
	look: { kind: 'jpeg', name: 'a JPEG picture', sides: { width, height } },
	mimeType: 'image/jpeg',
	bytes: 1e6,
	...more,
});
const other = (name: string, kind?: string, mimeType = ''): MediumFacts => ({
	look: { name, kind },
	mimeType,
});

const refused = (facts: MediumFacts, limits = PICTURES) => mediumRefusal(facts, limits, "The 'First Frame'");

test.each([
	[300, 300],
	[6000, 6000],
	[400, 1000],
	[1000, 400],
	[2400, 6000],
])('takes a picture of %d × %d, at the limits', (width, height) => {
	expect(refused(picture(width, height))).toBeUndefined();
});

test('takes what it knows too little of', () => {
	expect(refused({ look: { kind: 'jpeg', name: 'a JPEG picture' }, mimeType: '' })).toBeUndefined();
	expect(refused(picture(500, 500, { bytes: 30e6 }))).toBeUndefined();
	expect(refused(other('a file of an unknown kind', undefined, 'video/mp4'), VIDEOS)).toBeUndefined();
	expect(
		refused(other('a file of an unknown kind', undefined, 'application/octet-stream'), VIDEOS),
	).toBeUndefined();
	expect(refused(picture(1, 9000), { medium: 'picture', types: ['jpeg'] })).toBeUndefined();
});

test.each<[MediumFacts, string, string]>([
	[picture(299, 700), 'has 299 × 700 pixels, and each side needs at least 300', 'enlarge it to 300 pixels'],
	[
		picture(6001, 3000),
		'has 6001 × 3000 pixels, and no side may have more than 6000',
		'6000 pixels a side at most',
	],
	[
		picture(399, 1000),
		'has 399 × 1000 pixels, which is too tall: width divided by height is 0.399, and has to be at least 0.4',
		'Crop it to a height of 997 pixels or less.',
	],
	[
		picture(2399, 5998),
		'has 2399 × 5998 pixels, which is too tall: width divided by height is 0.39997, and has to be at least 0.4',
		'Crop it to a height of 5997 pixels or less.',
	],
	[
		picture(1001, 400),
		'has 1001 × 400 pixels, which is too wide: width divided by height is 2.502, and may be 2.5 at most',
		'Crop it to a width of 1000 pixels or less.',
	],
	[
		picture(500, 500, { bytes: 30_000_001 }),
		'has 30.01 MB, more than the 30 MB that are allowed',
		'saving it as JPEG',
	],
	[
		other('a HEIC picture, as iPhones take them', 'heic'),
		"which can't be used here",
		'Convert it. Give a picture of type JPEG, PNG, WebP, BMP, TIFF or GIF.',
	],
	[
		other('a PDF document', 'pdf'),
		"is a PDF document, which can't be used here",
		'Give a picture of type JPEG',
	],
	[other('a web page', 'html'), 'is a web page, not a picture', 'private window'],
	[
		other('a file of an unknown kind', undefined, 'image/jpeg'),
		'is not a picture: it is a file of an unknown kind',
		'Give a picture',
	],
	[
		{ look: { kind: 'png', name: 'a PNG picture', isBroken: true }, mimeType: '' },
		'is a PNG picture that is damaged or incomplete',
		'Open it',
	],
])('refuses %j', (facts, words, advice) => {
	const [message, description] = refused(facts) ?? [];
	expect(message).toContain(`The 'First Frame' ${words.startsWith('which') ? '' : words}`);
	expect(message).toContain(words);
	expect(description).toContain(advice);
	expect(description).toMatch(/Nothing was sent or billed\.$/);
});

test('refuses what is no video', () => {
	expect(refused(picture(500, 500), VIDEOS)?.[0]).toBe(
		"The 'First Frame' is a JPEG picture, which can't be used here",
	);
	expect(refused(other('a file of an unknown kind', undefined, 'text/plain'), VIDEOS)?.[0]).toContain(
		'is not a video',
	);
	expect(refused({ ...other('an MP4 video', 'mp4'), bytes: 51e6 }, VIDEOS)?.[0]).toContain(
		'has 51 MB, more than the 50 MB',
	);
});
