import type { Resource } from '../resource';
import { assetBuilderHints } from './builderHints';
import { execute as executeDelete } from './delete/execute';
import { description as deletion } from './delete/fields';
import { execute as executeGet } from './get/execute';
import { description as get } from './get/fields';
import { pollableAsset } from './pollable';
import { execute as executeUpload } from './upload/execute';
import { description as upload } from './upload/fields';

/** Media in the vendor's libraries, reviewed so that videos may use them. */
export const asset: Resource = {
	option: { name: 'Asset', value: 'asset' },
	operations: [
		{ ...upload, value: upload.option.value, execute: executeUpload },
		{ ...get, value: get.option.value, execute: executeGet },
		{ ...deletion, value: deletion.option.value, execute: executeDelete },
	],
	defaultOperation: upload.option.value,
	pollable: pollableAsset,
	builderHints: assetBuilderHints,
};
