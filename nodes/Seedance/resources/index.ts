import { asset } from './asset';
import { tableOf } from './table';
import { video } from './video';

/** All resources, in the order of the form. */
export const resources = tableOf([video, asset]);
