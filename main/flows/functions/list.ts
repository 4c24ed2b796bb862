/** The key functions there are: one file each, one line here. */
import type { KeyFunction } from '../key.ts';
import { ifname } from './ifname.ts';
import { or } from './or.ts';

export const keyFunctions: readonly KeyFunction[] = [or, ifname];
