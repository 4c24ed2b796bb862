/** `asn:ipsource:descr`: who announces an IP address; absent without a database, or where it does not know. */
import type { CompiledKey, KeyFunction } from '../key.ts';
import { choice, expectCount } from './arguments.ts';
import { derivedFrom } from './derived.ts';

export const asn: KeyFunction = {
  name: 'asn',
  about: 'The autonomous system of an IP address: its number (as by default), descr(iption), or both.',
  example: 'asn:ipsource:descr',
  compile(keyArguments, compileKey, context): CompiledKey {
    expectCount(asn, keyArguments, 1, 2, 'a key and number, descr or both');
    const [key = '', part = 'number'] = keyArguments;
    const wanted = choice(asn, part, 'second argument', ['number', 'descr', 'both']);
    return derivedFrom(compileKey(key), context, (address) => {
      const found = context.autonomousSystem(address);
      if (found === null) return null;
      if (wanted === 'both') return `${found.number} ${found.description}`;
      return wanted === 'number' ? String(found.number) : found.description;
    });
  },
};
