/** `node:inputifindex`: the node of the topology that a port belongs to; absent where it knows none. */
import type { CompiledKey, KeyFunction } from '../key.ts';
import { derivedKey } from './derived.ts';
import { agentAddress, portArgument } from './port.ts';

export const node: KeyFunction = {
  name: 'node',
  about: 'The node of the topology that a port belongs to.',
  example: 'node:inputifindex',
  compile(keyArguments, compileKey, context): CompiledKey {
    const port = compileKey(portArgument(node, keyArguments));
    return derivedKey('Node', [agentAddress, port], context, (agent = '', ifIndex = '') =>
      /^\d+$/.test(ifIndex) ? context.node(agent) : null,
    );
  },
};
