/** A value typed without a key: what it can only mean, so that an address, a port or a protocol can simply be typed. */
import { parseMac, parsePrefix } from '../format/address.ts';
import type { FlowKeyDescription } from '../model/catalog.ts';
import { printCondition } from './print.ts';

/**
 * 'address=10.4.1.2' for an address or subnet, 'mac=…' for a MAC, 'port=443' for a port, 'layer=dns' for a value that
 * one of `keys` lists; any other text as it is. `everyLayer` looks into tunnels too: 'address.*=10.4.1.2'.
 */
export function withKey(
  text: string,
  { keys = [], everyLayer = false }: { keys?: readonly FlowKeyDescription[]; everyLayer?: boolean } = {},
): string {
  const value = text.trim();
  const layer = everyLayer ? '.*' : '';
  if (parseMac(value) !== null) return printCondition(`mac${layer}`, '=', [value]);
  if (parsePrefix(value) !== null) return printCondition(`address${layer}`, '=', [value]);
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return printCondition(`port${layer}`, '=', [value]);
  const word = value.toLowerCase();
  const known = keys.find(({ values }) => values?.includes(word));
  return known ? printCondition(known.name, '=', [word]) : text;
}
