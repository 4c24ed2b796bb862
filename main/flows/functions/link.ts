/** `link:inputifindex`: the link of the topology at a port; absent where the topology knows none there. */
import type { CompiledKey, KeyFunction } from '../key.ts';
import { derivedKey } from './derived.ts';
import { agentAddress, portArgument } from './port.ts';

export const link: KeyFunction = {
  name: 'link',
  about: 'The link of the topology that a port belongs to.',
  example: 'link:inputifindex',
  compile(keyArguments, compileKey, context): CompiledKey {
    const port = compileKey(portArgument(link, keyArguments));
    return derivedKey('Link', [agentAddress, port], context, (agent = '', ifIndex = '') =>
      /^\d+$/.test(ifIndex) ? context.link(agent, Number(ifIndex)) : null,
    );
  },
};
