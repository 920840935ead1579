'use strict';

/** @param {number} bytes */
const kilobytes = (bytes) => `${(bytes / 1e3).toFixed(1)} kB`;

/** @param {number} bytes */
const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;

/** @param {number} ms milliseconds */
const seconds = (ms) => `${(ms / 1e3).toFixed(2)} s`;

/** @param {number} value */
const times = (value) => `${value.toFixed(2)}×`;

module.exports = { kilobytes, megabytes, seconds, times };
