/** `country:ipsource`: where an IP address is; absent without a database, or where the database does not know. */
import type { CompiledKey, KeyFunction } from '../key.ts';
import { choice, expectCount } from './arguments.ts';
import { derivedFrom } from './derived.ts';

export const country: KeyFunction = {
  name: 'country',
  about: 'The country of an IP address: its code (as by default), name, or both.',
  example: 'country:ipsource:both',
  compile(keyArguments, compileKey, context): CompiledKey {
    expectCount(country, keyArguments, 1, 2, 'a key and code, name or both');
    const [key = '', part = 'code'] = keyArguments;
    const wanted = choice(country, part, 'second argument', ['code', 'name', 'both']);
    return derivedFrom(compileKey(key), context, (address) => {
      const found = context.country(address);
      if (found === null) return null;
      return wanted === 'both' ? `${found.code} ${found.name}` : found[wanted];
    });
  },
};
