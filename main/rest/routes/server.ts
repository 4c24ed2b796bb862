/** The server, and who speaks to it: version, statistics, workspaces, agents. */
import type { AgentStatus } from '../../../shared/model/network.ts';
import { type Route, textsOf } from '../route.ts';

const agents = textsOf('agent', 'Only these agents: addresses or names');

export const serverRoutes: readonly Route[] = [
  {
    methods: ['GET'],
    path: '/version',
    group: 'Server',
    summary: 'Version of Weir.',
    answers: 'text',
    handle: ({ version }) => `${version}\n`,
  },
  {
    methods: ['GET'],
    path: '/analyzer/json',
    group: 'Server',
    summary: 'What was received, lost and understood.',
    answers: 'json',
    async handle({ call, version }) {
      const status = await call('status');
      return {
        version,
        workspace: status.id,
        title: status.title,
        state: status.state,
        replay: status.replay,
        time: status.nowMs,
        upTime: Math.max(0, Math.round(performance.now())),
        sFlowAgents: status.agents,
        sFlowInterfaces: status.interfaces,
        sFlowDatagramsReceived: status.datagrams,
        sFlowDatagramsLost: status.lost,
        sFlowDatagramsDiscarded: status.malformed.reduce((sum, { count }) => sum + count, 0),
        sFlowFlowSamples: status.flowSamples,
        sFlowCounterSamples: status.counterSamples,
        listeners: status.listeners.map(({ address, port, state }) => ({ address, port, state })),
        problem: status.problem,
      };
    },
  },
  {
    methods: ['GET'],
    path: '/workspaces/json',
    group: 'Server',
    summary: 'What can be asked about: the live network, opened captures.',
    answers: 'json',
    handle: ({ workspaces }) => workspaces,
  },
  {
    methods: ['GET'],
    path: '/agents/json',
    group: 'Server',
    summary: 'The agents, by address.',
    query: [agents],
    answers: 'json',
    async handle({ call, query }) {
      const wanted = agents.read(query);
      const [all, { nowMs }] = await Promise.all([call('agents'), call('status')]);
      const chosen = all.filter(
        ({ agent, name }) => wanted.length === 0 || wanted.some((one) => one === agent || one === name),
      );
      return Object.fromEntries(chosen.map((agent) => [agent.agent, agentBody(agent, nowMs)]));
    },
  },
];

/** Times are milliseconds since, as sFlow-RT gives them; counts are of all streams of the agent. */
function agentBody(agent: AgentStatus, nowMs: number): Record<string, unknown> {
  const { streams, sources, counterArrivals } = agent;
  const sum = (of: (stream: AgentStatus['streams'][number]) => number): number =>
    streams.reduce((total, stream) => total + of(stream), 0);
  const sumSources = (of: (source: AgentStatus['sources'][number]) => number): number =>
    sources.reduce((total, source) => total + of(source), 0);
  return {
    name: agent.name,
    firstSeen: since(nowMs, agent.firstSeenMs),
    lastSeen: since(nowMs, agent.lastSeenMs),
    uptime: Math.max(0, ...streams.map(({ uptimeMs }) => uptimeMs)),
    sFlowDatagramSource: agent.senders,
    sFlowDatagramsReceived: sum(({ datagrams }) => datagrams),
    sFlowDatagramsLost: sum(({ lost }) => lost),
    sFlowDatagramsOutOfOrder: sum(({ reordered }) => reordered),
    sFlowDatagramsDuplicates: sum(({ duplicates }) => duplicates),
    sFlowFlowDatasources: sources.length,
    sFlowFlowSamples: sum(({ flowSamples }) => flowSamples),
    sFlowFlowOutOfOrderSamples: sumSources(({ late = 0 }) => late),
    sFlowFlowDuplicateSamples: sumSources(({ duplicates = 0 }) => duplicates),
    sFlowFlowLostSamples: sumSources(({ lost }) => lost),
    sFlowFlowDrops: sumSources(({ dropped }) => dropped),
    sFlowCounterSamples: sum(({ counterSamples }) => counterSamples),
    sFlowCounterDatasources: counterArrivals?.dataSources ?? 0,
    sFlowCounterOutOfOrderSamples: counterArrivals?.late ?? 0,
    sFlowCounterDuplicateSamples: counterArrivals?.duplicates ?? 0,
    sFlowCounterLostSamples: counterArrivals?.lost ?? 0,
    sFlowDiscardSamples: sum(({ discardSamples }) => discardSamples),
  };
}

const since = (nowMs: number, thenMs: number): number => Math.max(0, Math.round(nowMs - thenMs));
