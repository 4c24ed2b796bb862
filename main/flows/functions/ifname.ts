/** `ifname:inputifindex`: the name of the port, where its agent told one. */
import { type CompiledKey, KeyError, type KeyFunction } from '../key.ts';
import { AGENT_WORDS, agentText, readAgent } from '../keys.ts';

export const ifname: KeyFunction = {
  name: 'ifname',
  about: 'The name of a port as its agent tells it, else its number.',
  example: 'ifname:inputifindex',
  compile(keyArguments, compileKey): CompiledKey {
    const [argument] = keyArguments;
    if (keyArguments.length !== 1 || (argument !== 'inputifindex' && argument !== 'outputifindex')) {
      throw new KeyError(
        'The function “ifname” takes inputifindex or outputifindex, as in ifname:inputifindex.',
      );
    }
    const port = compileKey(argument);
    return {
      words: port.words + AGENT_WORDS,
      label: port.label,
      type: 'text',
      read(sample, out, at) {
        port.read(sample, out, at);
        readAgent(sample, out, at + port.words);
      },
      text(from, at, names) {
        const index = port.text(from, at, names);
        return /^\d+$/.test(index)
          ? names.interfaceName(agentText(from, at + port.words), Number(index))
          : index;
      },
    };
  },
};
