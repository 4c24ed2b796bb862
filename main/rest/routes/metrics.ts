/** Metrics: summaries, tables and dumps of what agents and flow definitions tell. */
import type { CustomMetric, MetricSummary, MetricValue } from '../../../shared/model/metric.ts';
import { RestError, type Route } from '../route.ts';

const CUSTOM = '[{"agent":"10.0.0.1","dataSource":"2.1","metricName":"temperature","metricValue":21.5}]';

export const metricRoutes: readonly Route[] = [
  {
    methods: ['GET'],
    path: '/metrics/json',
    group: 'Metrics',
    summary: 'Names of the metrics that were heard, and milliseconds since.',
    answers: 'json',
    handle: ({ call }) => call('metricNames'),
  },
  {
    methods: ['POST', 'PUT'],
    path: '/metrics/json',
    group: 'Metrics',
    summary: 'Gives metrics of your own, in the form in which /dump gives them.',
    body: CUSTOM,
    answers: 'nothing',
    handle: ({ call, body }) => call('customMetrics', customMetricsOf(body)),
  },
  {
    methods: ['GET'],
    path: '/metric/{agent}/json',
    group: 'Metrics',
    summary: 'All metrics of an agent, as dataSource.name.',
    answers: 'json',
    async handle({ call, path }) {
      const values = await call('metricDump', path.agent!, 'ALL', {});
      return Object.fromEntries(
        values.map(({ dataSource, metricName, metricValue }) => [`${dataSource}.${metricName}`, metricValue]),
      );
    },
  },
  {
    methods: ['GET'],
    path: '/metric/{agent}/{metric}/json',
    group: 'Metrics',
    summary: 'One figure for each metric, over all data sources: max, min, sum, avg, med and others.',
    filters: true,
    answers: 'json',
    async handle({ call, path, filter }) {
      return (await call('metric', path.agent!, path.metric!, filter)).map(summaryBody);
    },
  },
  {
    methods: ['GET'],
    path: '/table/{agent}/{metric}/json',
    group: 'Metrics',
    summary: 'A row for each data source that has all these metrics; sort:NAME:-10 sorts and cuts.',
    filters: true,
    answers: 'json',
    async handle({ call, path, filter }) {
      const rows = await call('metricTable', path.agent!, path.metric!, filter);
      return rows.map((row) => row.map(valueBody));
    },
  },
  {
    methods: ['GET'],
    path: '/dump/{agent}/{metric}/json',
    group: 'Metrics',
    summary: 'Every value of these metrics (ALL, or names divided by semicolons).',
    filters: true,
    answers: 'json',
    async handle({ call, path, filter }) {
      return (await call('metricDump', path.agent!, path.metric!, filter)).map(valueBody);
    },
  },
];

/** In the order in which sFlow-RT writes them; nothing that it does not. */
const valueBody = ({ agent, dataSource, metricName, metricValue, lastUpdate, topKeys }: MetricValue) => ({
  agent,
  metricName,
  ...(topKeys ? { topKeys } : {}),
  dataSource,
  lastUpdate,
  metricValue,
});

/** As sFlow-RT writes it: it has no bands. */
const summaryBody = ({ halfWidth: _, samples: __, ...summary }: MetricSummary) => summary;

/** As `/dump` writes values, or with the shorter names of the call. Throws RestError. */
function customMetricsOf(body: unknown): CustomMetric[] {
  const list = Array.isArray(body) ? body : [body];
  return list.map((one: unknown) => {
    const given = (one !== null && typeof one === 'object' ? one : {}) as Record<string, unknown>;
    const { agent } = given;
    const name = given.metricName ?? given.name;
    const value = given.metricValue ?? given.value;
    const dataSource = given.dataSource ?? '2.1';
    if (
      typeof agent !== 'string' ||
      typeof name !== 'string' ||
      (typeof dataSource !== 'string' && typeof dataSource !== 'number') ||
      (typeof value !== 'number' && typeof value !== 'string')
    )
      throw new RestError(400, `The body must be a list of values, as in ${CUSTOM}.`);
    return { agent, dataSource: String(dataSource), name, value };
  });
}
