import type { Resource } from '../resource';
import { videoBuilderHints } from './builderHints';
import { execute as executeCreate } from './create/execute';
import { description as create } from './create/fields';
import { settingOptions } from './create/modelFields';
import { execute as executeGet } from './get/execute';
import { description as get } from './get/fields';
import { videoOptions } from './options';
import { pollableVideo } from './pollable';

/** Videos that the API makes. */
export const video: Resource = {
	option: { name: 'Video', value: 'video' },
	operations: [
		{ ...create, value: create.option.value, execute: executeCreate },
		{ ...get, value: get.option.value, execute: executeGet },
	],
	options: [...videoOptions, ...settingOptions],
	defaultOperation: get.option.value,
	pollable: pollableVideo,
	builderHints: videoBuilderHints,
};
