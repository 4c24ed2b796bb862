/** `oui:macsource:name`: who made a network card; the name is absent where the vendor table does not know. */
import { parseMac } from '../../../shared/format/address.ts';
import type { CompiledKey, KeyFunction } from '../key.ts';
import { choice, expectCount } from './arguments.ts';
import { derivedFrom } from './derived.ts';

export const oui: KeyFunction = {
  name: 'oui',
  about: 'The maker of a MAC address: its number (as by default, the first six digits) or name.',
  example: 'oui:macsource:name',
  compile(keyArguments, compileKey, context): CompiledKey {
    expectCount(oui, keyArguments, 1, 2, 'a key and number or name');
    const [key = '', part = 'number'] = keyArguments;
    const wanted = choice(oui, part, 'second argument', ['number', 'name']);
    return derivedFrom(compileKey(key), context, (mac) => {
      if (parseMac(mac) === null) return null;
      return wanted === 'number' ? mac.slice(0, 6) : context.vendor(mac);
    });
  },
};
