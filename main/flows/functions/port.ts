/** What ifname, link and node share: their one argument names a port of the agent that took the sample. */
import { AGENT_ADDRESS } from '../form.ts';
import { compiledKey, type KeyFunction } from '../key.ts';
import { readAgent } from '../keys/agent.ts';
import { refusal } from './arguments.ts';

export function portArgument(
  refused: Pick<KeyFunction, 'name' | 'example'>,
  keyArguments: readonly string[],
): 'inputifindex' | 'outputifindex' {
  const [argument] = keyArguments;
  if (keyArguments.length !== 1 || (argument !== 'inputifindex' && argument !== 'outputifindex'))
    throw refusal(refused, 'inputifindex or outputifindex');
  return argument;
}

/** The address of the agent, whatever its name. */
export const agentAddress = compiledKey('Agent', AGENT_ADDRESS, (sample, out, at) => {
  readAgent(sample, out, at);
  return true;
});
