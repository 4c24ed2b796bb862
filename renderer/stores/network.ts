/**
 * What is heard of the network, for pickers, names and the palette. Agents are read again when their number
 * changes; interfaces when someone is about to choose one. Screens with figures ask for themselves.
 */
import { watchThrottled } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, shallowRef, watch } from 'vue';
import type { NamedText } from '../../shared/format/named-sentence.ts';
import { formatRate } from '../../shared/format/rates.ts';
import { safeText } from '../../shared/format/text.ts';
import type { AgentStatus, InterfaceStatus } from '../../shared/model/network.ts';
import { useApi } from '../api.ts';
import { useScope } from './scope.ts';
import { useWorkspaces } from './workspaces.ts';

/** An agent in words: its name where it has one, else its address. */
export function agentTitle(agent: Pick<AgentStatus, 'agent' | 'name'>): string {
  return agent.name ? safeText(agent.name) : agent.agent;
}

/** A port's speed in words, '10 Gbit/s': a nominal figure, so without the zeros of a measured one. */
export function speedWords(bitsPerSecond: number): string {
  const { figure, unit } = formatRate(bitsPerSecond, 'bit/s');
  return `${figure.replace(/\.0+$/, '')} ${unit}`;
}

/** How often names that are still missing are looked for. */
const namesEveryMs = 5_000;

export const useNetwork = defineStore('network', () => {
  const scope = useScope();
  const workspaces = useWorkspaces();
  const agents = shallowRef<AgentStatus[]>([]);
  const interfaces = shallowRef<InterfaceStatus[]>([]);

  /** Of a moment that nothing is recorded of, the agents of now: their names are the best there are. */
  async function agentsAt(id: string, momentMs: number | null): Promise<AgentStatus[]> {
    if (momentMs !== null) {
      const then = await useApi()
        .ask(id, 'moment.agents', [momentMs])
        .catch(() => null);
      if (then) return then.told;
    }
    return useApi().ask(id, 'agents', []);
  }
  async function refreshAgents(): Promise<void> {
    const id = scope.workspace;
    if (!id) return;
    try {
      const next = await agentsAt(id, scope.momentMs);
      if (id === scope.workspace) agents.value = next;
    } catch {
      // The names shown stay; the banner tells of a lost connection.
    }
  }
  async function refreshInterfaces(): Promise<void> {
    const id = scope.workspace;
    if (!id) return;
    try {
      const next = await useApi().ask(id, 'interfaces', [scope.interval]);
      if (id === scope.workspace) interfaces.value = next;
    } catch {
      // As above.
    }
  }

  watch(
    () => scope.workspace,
    () => {
      agents.value = [];
      interfaces.value = [];
      void refreshAgents();
    },
    { immediate: true },
  );
  watch(
    () => `${workspaces.status?.agents} ${workspaces.status?.state}`,
    () => void refreshAgents(),
  );
  // Names come in counter samples and host descriptions, often after the first datagrams.
  watchThrottled(
    () => workspaces.revision,
    () => {
      if (agents.value.some(({ name }) => name === '')) void refreshAgents();
      if (scope.agent === null || scope.ifIndex === null) return;
      if (interfaceName(scope.agent, scope.ifIndex) === `if ${scope.ifIndex}`) void refreshInterfaces();
    },
    { throttle: namesEveryMs, trailing: true },
  );
  watchThrottled(
    () => scope.momentMs,
    () => void refreshAgents(),
    { throttle: namesEveryMs, trailing: true },
  );
  // A scope that came from elsewhere (a table, undo) needs the name of its interface.
  watch(
    () => [scope.agent, scope.ifIndex] as const,
    ([agent, ifIndex]) => {
      if (agent !== null && ifIndex !== null && !interfaceOf(agent, ifIndex)) void refreshInterfaces();
    },
  );

  const interfaceOf = (agent: string, ifIndex: number) =>
    interfaces.value.find((one) => one.agent === agent && one.ifIndex === ifIndex);

  /** The agent's name, else its address. */
  function agentName(address: string): string {
    const agent = agents.value.find((one) => one.agent === address);
    return agent ? agentTitle(agent) : address;
  }
  /** The agent's address behind its name, where it has one. */
  function agentParts(address: string): NamedText[] {
    const agent = agents.value.find((one) => one.agent === address);
    if (!agent?.name) return [{ text: address, known: null }];
    return [{ text: address, known: { name: safeText(agent.name), origin: agent.nameSource } }];
  }
  /** The interface's name, else 'if 52'. */
  function interfaceName(agent: string, ifIndex: number): string {
    const known = interfaceOf(agent, ifIndex);
    return known ? safeText(known.name) : `if ${ifIndex}`;
  }
  /** 'spine2 › swp50', 'spine2' or 'all agents': what the scope is about. */
  const scopeTitle = computed(() => {
    if (scope.agent === null) return 'all agents';
    const agent = agentName(scope.agent);
    return scope.ifIndex === null ? agent : `${agent} › ${interfaceName(scope.agent, scope.ifIndex)}`;
  });

  return {
    agents,
    interfaces,
    refreshAgents,
    refreshInterfaces,
    agentName,
    interfaceName,
    agentParts,
    scopeTitle,
  };
});
