/** `host:ipsource:host_name`: the host that owns an address, as its own agent tells it; absent where none does. */
import { HOST_ATTRIBUTES, type HostAttribute } from '../../../shared/model/knowledge.ts';
import type { CompiledKey, KeyFunction } from '../key.ts';
import { choice, expectCount } from './arguments.ts';
import { derivedFrom } from './derived.ts';

const ATTRIBUTES: readonly HostAttribute[] = [
  ...HOST_ATTRIBUTES,
  ...HOST_ATTRIBUTES.map((name): HostAttribute => `vir_${name}`),
];

export const host: KeyFunction = {
  name: 'host',
  about:
    'Of the host that owns an IP or MAC address its host_name (as by default), machine_type, os_name, os_release or uuid; with vir_ before it, of a virtual machine.',
  example: 'host:ipsource:host_name',
  compile(keyArguments, compileKey, context): CompiledKey {
    expectCount(host, keyArguments, 1, 2, 'a key and an attribute');
    const [key = '', name = 'host_name'] = keyArguments;
    const attribute = choice(host, name, 'second argument', ATTRIBUTES);
    return derivedFrom(compileKey(key), context, (address) => context.host(address, attribute));
  },
};
