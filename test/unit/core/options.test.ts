import { readOptions } from '../../../nodes/Seedance/core/options';
import { stubContext } from '../stubContext';

test('the options of an item are those that are set', () => {
	expect(readOptions(stubContext({ parameters: { options: { maxRetries: 1 } } }), 0)).toEqual({
		maxRetries: 1,
	});
	expect(readOptions(stubContext(), 0)).toEqual({});
});
