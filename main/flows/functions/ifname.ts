/** `ifname:inputifindex`: the name of the port, where its agent told one. */
import { PORT } from '../form.ts';
import { type CompiledKey, compiledKey, type KeyFunction } from '../key.ts';
import { inputWord, outputWord, readAgent } from '../keys/agent.ts';
import { portArgument } from './port.ts';

export const ifname: KeyFunction = {
  name: 'ifname',
  about: 'The name of a port as its agent tells it, else its number.',
  example: 'ifname:inputifindex',
  compile(keyArguments): CompiledKey {
    const word = portArgument(ifname, keyArguments) === 'inputifindex' ? inputWord : outputWord;
    const label = word === inputWord ? 'Input port' : 'Output port';
    return compiledKey(label, PORT, (sample, out, at) => {
      out[at] = word(sample);
      readAgent(sample, out, at + 1);
      return true;
    });
  },
};
