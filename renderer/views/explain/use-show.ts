/** From a value to its chart: a port becomes the scope, anything else the filter, and Top N shows it for the same range. */
import { goTo } from '../../composables/useRoute.ts';
import { agentTitle, useNetwork } from '../../stores/network.ts';
import { useScope } from '../../stores/scope.ts';
import { conditionOf } from '../top-n/filter.ts';

type Value = { keys: readonly string[]; texts: readonly string[] };

/** Shows the traffic that has all of these values. */
export function useShow(): (values: readonly Value[]) => Promise<void> {
  const scope = useScope();
  const network = useNetwork();

  async function goToPort({ keys, texts }: Value): Promise<boolean> {
    if (keys[0] !== 'agent') return false;
    const [name, port] = texts;
    const agent = network.agents.find(
      (one) => one.agent === name || one.name === name || agentTitle(one) === name,
    );
    if (!agent) return false;
    if (network.interfaces.length === 0) await network.refreshInterfaces();
    const found = network.interfaces.find(
      (one) => one.agent === agent.agent && (one.name === port || `if ${one.ifIndex}` === port),
    );
    if (found) scope.setInterface(agent.agent, found.ifIndex, keys[1]?.includes('output') ? 'out' : 'in');
    else scope.setAgent(agent.agent);
    return true;
  }

  return async (values) => {
    const terms: string[] = [];
    for (const value of values) {
      if (await goToPort(value)) continue;
      terms.push(...value.keys.map((key, index) => conditionOf(key, value.texts[index] ?? '', '=')));
    }
    if (terms.length > 0) scope.narrow(terms);
    goTo('top-n');
  };
}
