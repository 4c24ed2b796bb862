/** A value typed without a key: what it can only mean, so that an address or a port can simply be typed. */
import { parseMac, parsePrefix } from '../format/address.ts';
import { printCondition } from './print.ts';

/** 'address=10.4.1.2' for an address or subnet, 'mac=…' for a MAC, 'port=443' for a port; any other text as it is. */
export function withKey(text: string): string {
  const value = text.trim();
  if (parseMac(value) !== null) return printCondition('mac', '=', [value]);
  if (parsePrefix(value) !== null) return printCondition('address', '=', [value]);
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return printCondition('port', '=', [value]);
  return text;
}
