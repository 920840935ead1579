const { suite } = require('../suite.js');

module.exports = suite('unit', {});
