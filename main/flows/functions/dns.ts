/** `dns:ipsource`: the name of an IP address, else the address itself, as long as no name is known. */
import type { CompiledKey, KeyFunction } from '../key.ts';
import { expectCount } from './arguments.ts';
import { derivedFrom } from './derived.ts';

export const dns: KeyFunction = {
  name: 'dns',
  about: 'The name of an IP address, else the address.',
  example: 'dns:ipsource',
  compile(keyArguments, compileKey, context): CompiledKey {
    expectCount(dns, keyArguments, 1, 1, 'one key');
    return derivedFrom(
      compileKey(keyArguments[0]!),
      context,
      (address) => context.domainName(address) ?? address,
    );
  },
};
