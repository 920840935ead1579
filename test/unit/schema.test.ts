import { render, written } from '../schema.cts';

test("the output schemas have the fields of the simulator's tasks; else run npm run docs:schema", async () => {
	expect(written()).toEqual(await render());
});

test.each(['get', 'create'])('the fields of %s can be dragged before a first run', (operation) => {
	const { properties } = JSON.parse(written()[`v1.0.0/video/${operation}.json`] ?? '');
	expect(properties).toMatchObject({
		id: { type: 'string' },
		status: { type: 'string' },
		video_url: { type: 'string' },
		error: { type: 'string' },
		expiresAt: { type: 'string' },
		created: { type: 'integer' },
	});
});
