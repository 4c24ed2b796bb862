/** What Prometheus scrapes: the analyzer, metrics, and flows by a definition that is made for the scrape. */
import type { MetricDescription, MetricValue } from '../../../shared/model/metric.ts';
import type { WorkspaceStatus } from '../../../shared/model/workspace.ts';
import { type FlowExports, MOST_EXPORT_KEYS } from '../flow-export.ts';
import { type PrometheusFamily, prometheusName, prometheusText } from '../prometheus-text.ts';
import { numberOf, RestError, type Route, switchOf, textOf, textsOf } from '../route.ts';
import { aggMode } from './flows.ts';

const metricName = textOf('metric', 'Name of the metric that Prometheus sees', 'sflow_flow');
const keys = textsOf('key', 'Flow keys; commas divide them');
const labels = textsOf('label', 'A label for each key; else the key itself');
const value = textOf('value', 'What is added up', 'bytes');
const filter = textOf('filter', 'Which traffic');
const n = numberOf('n', 'Flows kept at each data source', { otherwise: 10, least: 1, most: 20 });
const t = numberOf('t', 'Time constant of the smoothing in seconds', {
  otherwise: 15,
  least: 0.2,
  most: 600,
});
const dropped = switchOf('dropped', 'Discarded packets instead of flow samples');
const maxFlows = numberOf('maxFlows', 'At most as many flows', { otherwise: 20, least: 1, most: 1000 });
const minValue = numberOf('minValue', 'Only flows of at least this value', {
  otherwise: 0.1,
  least: 0,
  most: Number.MAX_VALUE,
});
const scale = numberOf('scale', 'Each value times this, such as 8 for bits', {
  otherwise: 1,
  least: 0,
  most: Number.MAX_VALUE,
});

export const prometheusRoutes = (exports: FlowExports): readonly Route[] => [
  {
    methods: ['GET'],
    path: '/prometheus/analyzer/txt',
    group: 'Prometheus',
    summary: 'What was received, lost and understood.',
    answers: 'prometheus',
    handle: async ({ call }) => prometheusText(analyzerFamilies(await call('status'))),
  },
  {
    methods: ['GET'],
    path: '/prometheus/metrics/{agent}/{metric}/txt',
    group: 'Prometheus',
    summary: 'Metrics by agent, data source, host and interface.',
    filters: true,
    answers: 'prometheus',
    async handle({ call, path, filter: asked }) {
      const [values, names, catalog] = await Promise.all([
        call('metricDump', path.agent!, path.metric!, asked),
        call('metricDump', path.agent!, 'host_name;ifname', {}),
        call('metricCatalog'),
      ]);
      return prometheusText(metricFamilies(values, names, catalog));
    },
  },
  {
    methods: ['GET'],
    path: '/app/prometheus/scripts/export.js/flows/{agent}/txt',
    group: 'Prometheus',
    summary: 'Flows by keys of your choice; what nobody scrapes for 300 s is given up.',
    query: [
      ...[metricName, keys, labels, value, filter, n, t, dropped],
      ...[aggMode, maxFlows, minValue, scale],
    ],
    answers: 'prometheus',
    async handle({ call, path, query, workspace }) {
      const wanted = keys.read(query);
      const given = labels.read(query);
      const named = given.length > 0 ? given.map(prometheusName) : wanted.map(prometheusName);
      if (wanted.length > MOST_EXPORT_KEYS)
        throw new RestError(400, `At most ${MOST_EXPORT_KEYS} keys can be exported.`);
      if (named.length !== wanted.length || new Set(named).size !== named.length)
        throw new RestError(400, 'There must be as many labels as keys, each another.');
      const isDropped = dropped.read(query);
      const name = await exports.definitionFor(call, workspace().id, {
        keys: wanted,
        value: value.read(query),
        filter: filter.read(query),
        n: Math.floor(n.read(query)),
        t: t.read(query),
        dropped: isDropped,
      });
      const flows = await call('activeFlows', {
        agents: path.agent!,
        name,
        maxFlows: Math.floor(maxFlows.read(query)),
        minValue: minValue.read(query),
        aggMode: aggMode.read(query) ?? (isDropped ? 'sum' : 'max'),
      });
      const factor = scale.read(query);
      return prometheusText([
        {
          name: metricName.read(query),
          help: `Flows by ${wanted.join(', ') || 'nothing'}: ${value.read(query)} per second.`,
          type: 'gauge',
          samples: flows.map((flow) => ({
            labels: Object.fromEntries(
              exports.parts(flow.key).map((part, index) => [named[index] ?? `key${index}`, part]),
            ),
            value: flow.value * factor,
          })),
        },
      ]);
    },
  },
];

function analyzerFamilies(status: WorkspaceStatus): PrometheusFamily[] {
  const one = (name: string, type: 'gauge' | 'counter', help: string, number: number): PrometheusFamily => ({
    name: `sflow_analyzer_${name}`,
    type,
    help,
    samples: [{ labels: {}, value: number }],
  });
  return [
    one('agents', 'gauge', 'Agents heard.', status.agents),
    one('interfaces', 'gauge', 'Interfaces heard of.', status.interfaces),
    one('datagrams_received_total', 'counter', 'Datagrams received.', status.datagrams),
    // A late datagram is taken off again, so that this is no counter.
    one('datagrams_lost', 'gauge', 'Datagrams missing by their sequence numbers.', status.lost),
    {
      name: 'sflow_analyzer_samples_total',
      type: 'counter',
      help: 'Samples received, by kind.',
      samples: [
        { labels: { kind: 'flow' }, value: status.flowSamples },
        { labels: { kind: 'counter' }, value: status.counterSamples },
      ],
    },
    {
      name: 'sflow_analyzer_datagrams_unreadable_total',
      type: 'counter',
      help: 'What could not be read, by reason.',
      samples: status.malformed.map(({ name, count }) => ({ labels: { reason: name }, value: count })),
    },
    one('database_size_bytes', 'gauge', 'Size of the stored minutes.', status.databaseOctets),
  ];
}

const LOOKS_TYPED = /_(total|count|sum|bucket|info)$/;

/** Numbers only; who it is of stands in the labels. */
function metricFamilies(
  values: readonly MetricValue[],
  names: readonly MetricValue[],
  catalog: readonly MetricDescription[],
): PrometheusFamily[] {
  const hosts = new Map<string, string>();
  const interfaces = new Map<string, string>();
  for (const { agent, dataSource, metricName: name, metricValue } of names) {
    if (name === 'host_name' && !hosts.has(agent)) hosts.set(agent, String(metricValue));
    if (name === 'ifname') interfaces.set(`${agent} ${dataSource}`, String(metricValue));
  }
  const about = new Map(catalog.map((metric) => [metric.name, metric.about || metric.label]));
  const families = new Map<string, PrometheusFamily>();
  for (const { agent, dataSource, metricName: name, metricValue } of values) {
    if (typeof metricValue !== 'number') continue;
    let family = families.get(name);
    if (!family) {
      family = {
        name: `sflow_${name}`,
        help: about.get(name) ?? `Flow definition ${name}, per second.`,
        // A gauge whose name ends as a counter's would be taken for a mistake.
        type: LOOKS_TYPED.test(name) ? 'untyped' : 'gauge',
        samples: [],
      };
      families.set(name, family);
    }
    family.samples.push({
      labels: {
        agent,
        datasource: dataSource,
        host: hosts.get(agent) ?? '',
        ifname: interfaces.get(`${agent} ${dataSource}`) ?? '',
      },
      value: metricValue,
    });
  }
  return [...families.values()];
}
