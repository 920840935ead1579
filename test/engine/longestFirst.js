const { default: Sequencer } = require('@jest/test-sequencer');

/** Files that take longest, which is known before anything was measured: begun last, they would keep one core busy. */
const LONG = /(reliability|propertiesOf\w+)\.test\.ts$/;

module.exports = class LongestFirst extends Sequencer {
	sort(tests) {
		const order = super.sort(tests);
		const isLong = ({ path }) => LONG.test(path);
		return [...order.filter(isLong), ...order.filter((test) => !isLong(test))];
	}
};
