/** The key functions there are: one file each, one line here. */
import type { KeyFunction } from '../key.ts';
import { asn } from './asn.ts';
import { bits } from './bits.ts';
import { concat } from './concat.ts';
import { country } from './country.ts';
import { dns } from './dns.ts';
import { eq } from './eq.ts';
import { first } from './first.ts';
import { group } from './group.ts';
import { host } from './host.ts';
import { ifFunction } from './if.ts';
import { ifname } from './ifname.ts';
import { link } from './link.ts';
import { map } from './map.ts';
import { mask } from './mask.ts';
import { node } from './node.ts';
import { nullFunction } from './null.ts';
import { or } from './or.ts';
import { oui } from './oui.ts';
import { prefix } from './prefix.ts';
import { range } from './range.ts';
import { suffix } from './suffix.ts';
import { uri } from './uri.ts';

export const keyFunctions: readonly KeyFunction[] = [
  or,
  nullFunction,
  ifFunction,
  eq,
  range,
  concat,
  prefix,
  suffix,
  first,
  uri,
  mask,
  bits,
  group,
  map,
  country,
  asn,
  oui,
  dns,
  host,
  ifname,
  node,
  link,
];
