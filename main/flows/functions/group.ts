/** `group:ipsource:custom:default`: the group of an address, from the first table that has one; else absent. */
import type { CompiledKey, KeyFunction } from '../key.ts';
import { filled } from './arguments.ts';
import { derivedFrom } from './derived.ts';

export const group: KeyFunction = {
  name: 'group',
  about: 'The group of an IP or MAC address, from the first of the named tables that has one.',
  example: 'group:ipsource:custom:default',
  compile(keyArguments, compileKey, context): CompiledKey {
    const [key = '', ...named] = keyArguments;
    const tables =
      named.length === 0 ? ['default'] : named.map((table) => filled(group, table, 'names of tables'));
    return derivedFrom(compileKey(key), context, (address) => {
      for (const table of tables) {
        const found = context.group(address, table);
        if (found !== null) return found;
      }
      return null;
    });
  },
};
