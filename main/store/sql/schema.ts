/** What the SQL console says of its views: the one description of them, for the screen and for completion. */
import type { SqlColumn, SqlSchema, SqlView } from '../../../shared/model/sql.ts';
import { TREND_LEVELS } from '../../../shared/model/storage.ts';
import { levelWords, viewName } from './views.ts';

const column = (name: string, type: SqlColumn['type'], about: string): SqlColumn => ({ name, type, about });
const time = column('time', 'time', 'Beginning of the bucket, UTC: 2026-03-01T12:05:00Z');
const agent = column('agent', 'text', 'Address of the agent');

const flowColumns: SqlColumn[] = [
  time,
  column('keys', 'text', 'Keys of the definition, joined by commas; empty: totals by path'),
  column('filter', 'text', 'Filter of the definition; empty for all samples'),
  column(
    'counts',
    'text',
    'Empty; else the value that stands in the place of octets, as avg:tcprtt (a sum: divide by frames)',
  ),
  agent,
  column('data_source', 'integer', 'Data source that sampled: class in the top octet, ifIndex below'),
  column('input', 'integer', 'ifIndex that it came in at; null where it was none'),
  column('output', 'integer', 'ifIndex that it left by; null where it was none'),
  column(
    'placed',
    'text',
    'counted, transit (counted elsewhere) or not placed: sum the counted ones for network-wide totals',
  ),
  column('key', 'text', 'Key texts joined by commas; null: the exact rest of this path'),
  ...['key1', 'key2', 'key3', 'key4', 'key5'].map((name, i) => column(name, 'text', `Key ${i + 1}`)),
  column('octets', 'number', 'Octets, scaled by the sampling rate'),
  column('frames', 'number', 'Frames, scaled by the sampling rate'),
  column('samples', 'integer', 'Flow samples behind the figures'),
];
const metricColumns: SqlColumn[] = [
  time,
  agent,
  column(
    'data_source',
    'text',
    'As sFlow writes it: 4, 2.1, 3.80; service:NAME for all instances of a service',
  ),
  column('metric', 'text', 'Name of the metric: ifinoctets, load_one'),
  column('least', 'number', 'Smallest reading'),
  column('most', 'number', 'Largest reading'),
  column('mean', 'number', 'Mean of the readings'),
  column('last', 'number', 'Last reading'),
  column('readings', 'integer', 'How many readings'),
];
const arrivalColumns: SqlColumn[] = [
  time,
  agent,
  column('received', 'integer', 'Datagrams received'),
  column('lost', 'integer', 'Datagrams lost, by their sequence numbers'),
];

const eventColumns: SqlColumn[] = [
  column('time', 'time', 'When it was raised, UTC'),
  column('cleared', 'time', 'When it ended; null: it stands'),
  column('updated', 'time', 'When it was last beyond its level, or last repeated'),
  column(
    'id',
    'integer',
    'Grows from event to event; below 0 where it was taken over from a damaged database',
  ),
  column('kind', 'text', 'threshold, or system (of Weir itself)'),
  column('name', 'text', 'Name of the threshold; of system events what they are, as agent-lost'),
  column('severity', 'text', 'info, warning or critical'),
  column('title', 'text', 'What happened, in a sentence'),
  column('agent', 'text', 'Address of the agent; null where it concerns none'),
  column('agent_name', 'text', 'Its name at that time'),
  column('data_source', 'text', 'As sFlow writes it: 4, 2.1, 3.80'),
  column('interface', 'text', 'Its name at that time'),
  column('key', 'text', 'Key of the flow; null where it does not go by flow'),
  column('metric', 'text', 'Metric or flow definition'),
  column('unit', 'text', 'What level, value and peak are in; null for plain numbers'),
  column('level', 'number', 'The level that held'),
  column('value', 'number', 'The last value'),
  column('peak', 'number', 'The value furthest beyond'),
  column('repeats', 'integer', 'How often it was raised again within its flap time'),
  column('acknowledged', 'time', 'When somebody took note; null: nobody did'),
  column('note', 'text', 'What was noted'),
  column('muted_by', 'text', 'The mute that kept it from actions'),
];

const views: SqlView[] = [
  ...TREND_LEVELS.flatMap((level): SqlView[] => [
    {
      name: viewName('flows', level),
      about: `Flows per ${levelWords(level)}: largest keys and the rest. Name the time or the keys: all of it is much.`,
      columns: flowColumns,
    },
    { name: viewName('metrics', level), about: `Metrics per ${levelWords(level)}.`, columns: metricColumns },
    {
      name: viewName('arrivals', level),
      about: `Datagrams per ${levelWords(level)}.`,
      columns: arrivalColumns,
    },
  ]),
  {
    name: 'agents',
    about: 'Agents that were heard.',
    columns: [
      agent,
      column('name', 'text', 'Host name'),
      column('sampling_rate_least', 'integer', 'Smallest sampling rate seen'),
      column('sampling_rate_most', 'integer', 'Largest sampling rate seen'),
    ],
  },
  {
    name: 'interfaces',
    about: 'Interfaces that told of themselves.',
    columns: [
      agent,
      column('if_index', 'integer', 'ifIndex'),
      column('name', 'text', 'Name'),
      column('speed', 'number', 'bit/s'),
      column('admin_up', 'integer', '1 up, 0 down, null not told'),
      column('oper_up', 'integer', '1 up, 0 down, null not told'),
    ],
  },
  {
    name: 'events',
    about: 'What thresholds and Weir itself raised, one row each from its beginning to its end.',
    columns: eventColumns,
  },
];

/** The views, their columns, and statements to begin with. */
export const sqlSchema: SqlSchema = {
  views,
  functions: [
    { name: 'strftime', about: "strftime('%H', time): the hour of a time" },
    {
      name: 'datetime',
      about:
        "datetime('now', '-1 hour'): times to compare with, as strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 hour')",
    },
  ],
  examples: [
    {
      title: 'Traffic per minute of the last hour, bit/s',
      text: `SELECT time, sum(octets) * 8 / 60 AS bits_per_second
FROM flows_minute
WHERE keys = '' AND placed = 'counted'
  AND time >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 hour')
GROUP BY time ORDER BY time`,
    },
    {
      title: 'Who sent most today',
      text: `SELECT key AS source, sum(octets) AS octets, sum(samples) AS samples
FROM flows_5minutes
WHERE keys = 'or:ipsource:ip6source:macsource' AND placed = 'counted'
  AND time >= strftime('%Y-%m-%dT00:00:00Z', 'now')
GROUP BY key ORDER BY octets DESC LIMIT 20`,
    },
    {
      title: 'Datagrams lost per agent and hour',
      text: `SELECT time, agent, received, lost
FROM arrivals_hour WHERE lost > 0 ORDER BY time DESC`,
    },
    {
      title: 'Busiest minute of each interface counter today',
      text: `SELECT agent, data_source, metric, max(most) AS most
FROM metrics_minute
WHERE metric IN ('ifinoctets', 'ifoutoctets')
  AND time >= strftime('%Y-%m-%dT00:00:00Z', 'now')
GROUP BY agent, data_source, metric ORDER BY most DESC LIMIT 50`,
    },
    {
      title: 'Which thresholds raised most this week, and for how long',
      text: `SELECT name, severity, count(*) AS events,
  round(sum(unixepoch(coalesce(cleared, 'now')) - unixepoch(time)) / 60.0) AS minutes
FROM events
WHERE kind = 'threshold' AND time >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-7 days')
GROUP BY name, severity ORDER BY events DESC`,
    },
    {
      title: 'Interfaces that are down',
      text: 'SELECT agent, if_index, name FROM interfaces WHERE oper_up = 0 AND admin_up = 1',
    },
  ],
};
