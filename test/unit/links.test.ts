import { deadLinks, PAGES } from './links.cts';

test.each(PAGES)('every link of %s leads to a file and a heading', (page) => {
	expect(deadLinks(page)).toEqual([]);
});
