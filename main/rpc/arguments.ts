/**
 * The edge: what a window or a browser sends is checked against the contract before anything acts on it. One
 * schema per call; a call without one does not exist.
 */
import * as v from 'valibot';
import type { HostApi, WorkspaceApi } from '../../shared/api.ts';
import { MOST_FILTER_CHARACTERS } from '../../shared/filter/filter.ts';
import { STATISTICS } from '../../shared/model/metric.ts';
import { MOST_RETENTION_DAYS } from '../../shared/model/storage.ts';
import { RpcError } from '../../shared/rpc.ts';
import { addressListSchema } from '../engine/address-lists.ts';
import { eventSchemas } from '../engine/event-schemas.ts';
import { forwardingTarget } from '../engine/forwarding.ts';
import { knowledgeSchemas } from '../engine/knowledge-schemas.ts';
import { namingSchemas } from '../engine/naming-schemas.ts';

const text = v.pipe(v.string(), v.maxLength(1024));
/** The name of something that a user makes. */
const title = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
/** A file of a hundred thousand names. */
const MOST_IMPORTED_CHARACTERS = 16 * 1024 * 1024;
const timeMs = v.pipe(v.number(), v.finite());
const range = v.pipe(
  v.strictObject({ fromMs: timeMs, toMs: timeMs }),
  v.check(({ fromMs, toMs }) => toMs > fromMs, 'A range ends after it begins.'),
);
const interval = v.nullable(range);
const ifIndex = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff));
const listener = v.strictObject({
  address: v.pipe(v.string(), v.maxLength(64)),
  port: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
});

const flowQuestion = v.strictObject({
  keys: v.pipe(v.array(text), v.maxLength(16)),
  value: text,
  dropped: v.optional(v.boolean(), false),
  scope: v.strictObject({
    agent: v.nullable(text),
    ifIndex: v.nullable(ifIndex),
    direction: v.picklist(['in', 'out', 'both']),
  }),
  filter: v.pipe(v.string(), v.maxLength(MOST_FILTER_CHARACTERS)),
  merge: v.picklist(['once', 'max', 'sum']),
  interval,
  stepMs: v.nullable(v.pipe(v.number(), v.minValue(1000), v.maxValue(31 * 86_400_000))),
  limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)),
});

/** Longer ones are refused by a sentence of their own. */
const filterText = v.pipe(v.string(), v.maxLength(2 * MOST_FILTER_CHARACTERS));

const datagramId = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const datagramFilter = v.strictObject({
  agent: v.nullable(text),
  subAgentId: v.nullable(ifIndex),
  ifIndex: v.nullable(ifIndex),
  filter: filterText,
  only: v.picklist(['all', 'unknown', 'problems']),
  interval,
});

const replay = v.nullable(
  v.strictObject({
    positionMs: timeMs,
    speed: v.pipe(v.number(), v.minValue(0.1), v.maxValue(1000)),
    paused: v.boolean(),
  }),
);

/** What is in it is checked where definitions are read, which says by attribute and place what is wrong. */
const definitionInput = v.pipe(
  v.record(v.pipe(v.string(), v.maxLength(64)), v.unknown()),
  v.check((input) => Object.keys(input).length <= 32, 'A definition has fewer attributes.'),
);
const name = v.pipe(v.string(), v.maxLength(255));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000));
const waitMs = v.pipe(v.number(), v.minValue(0), v.maxValue(3_600_000));
/** Agents and metrics as REST writes them: lists of many, and patterns by name. */
const agentSelection = v.pipe(v.string(), v.maxLength(65_536));
const metricList = v.pipe(v.string(), v.maxLength(65_536));
const metricFilter = v.pipe(
  v.record(text, v.pipe(v.array(text), v.maxLength(256))),
  v.check((filter) => Object.keys(filter).length <= 64, 'A filter names at most 64 metrics.'),
);
const customMetric = v.strictObject({
  agent: text,
  dataSource: text,
  name: v.pipe(text, v.minLength(1)),
  value: v.union([v.pipe(v.number(), v.finite()), text]),
});

const shownAddresses = v.pipe(v.array(text), v.maxLength(1000));
const locatedLimit = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000));

const action = v.record(v.string(), v.unknown());

type Schemas<Api> = { [Method in keyof Api]: v.GenericSchema<unknown, unknown[]> };

const days = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_RETENTION_DAYS));
/** SQL that somebody typed. */
const statement = v.pipe(v.string(), v.maxLength(100_000));

const clickHouse = v.strictTuple([
  v.strictObject({
    enabled: v.boolean(),
    address: text,
    database: text,
    user: text,
  }),
  v.nullable(text),
]);

export const hostArguments: Schemas<HostApi> = {
  'host.describe': v.strictTuple([]),
  'workspaces.list': v.strictTuple([]),
  'workspaces.open': v.strictTuple([v.pipe(v.string(), v.minLength(1), v.maxLength(4096))]),
  'workspaces.close': v.strictTuple([text]),
  'sampleNetwork.start': v.strictTuple([]),
  'sampleNetwork.stop': v.strictTuple([]),
  'rest.get': v.strictTuple([]),
  'rest.set': v.strictTuple([
    v.strictObject({
      enabled: v.boolean(),
      port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
    }),
  ]),
  'storage.report': v.strictTuple([]),
  'storage.setRetention': v.strictTuple([v.strictObject({ 1: days, 5: days, 60: days, 1440: days })]),
  'storage.backup': v.strictTuple([]),
  'storage.salvage': v.strictTuple([]),
  'clickhouse.status': v.strictTuple([]),
  'clickhouse.set': clickHouse,
  'clickhouse.test': clickHouse,
  'sql.schema': v.strictTuple([]),
  'sql.run': v.strictTuple([title, statement]),
  'sql.cancel': v.strictTuple([title]),
  'sql.saved.list': v.strictTuple([]),
  'sql.saved.put': v.strictTuple([title, statement]),
  'sql.saved.delete': v.strictTuple([title]),
};

export const workspaceArguments: Schemas<WorkspaceApi> = {
  status: v.strictTuple([]),
  catalog: v.strictTuple([]),
  agents: v.strictTuple([]),
  interfaces: v.strictTuple([interval]),
  flows: v.strictTuple([flowQuestion]),
  explain: v.strictTuple([
    v.strictObject({
      value: flowQuestion.entries.value,
      dropped: flowQuestion.entries.dropped,
      scope: flowQuestion.entries.scope,
      filter: flowQuestion.entries.filter,
      merge: flowQuestion.entries.merge,
      during: range,
      before: range,
    }),
  ]),
  'filter.check': v.strictTuple([filterText]),
  counters: v.strictTuple([v.strictObject({ agent: text, ifIndex, interval })]),
  'datagrams.check': v.strictTuple([filterText]),
  'datagrams.list': v.strictTuple([
    v.strictObject({
      filter: datagramFilter,
      offset: datagramId,
      limit: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1000)),
      upTo: v.nullable(datagramId),
    }),
  ]),
  'datagrams.get': v.strictTuple([datagramId, v.nullable(datagramFilter)]),
  'datagrams.export': v.strictTuple([
    v.strictObject({
      what: v.union([
        v.strictObject({ ids: v.pipe(v.array(datagramId), v.maxLength(100_000)) }),
        v.strictObject({ filter: datagramFilter }),
      ]),
      form: v.picklist(['datagrams', 'headers']),
    }),
  ]),
  'definitions.list': v.strictTuple([]),
  'definitions.put': v.strictTuple([name, definitionInput, v.picklist(['weir', 'rest'])]),
  'definitions.delete': v.strictTuple([name]),
  'definitions.check': v.strictTuple([name, definitionInput]),
  flowKeys: v.strictTuple([]),
  activeFlows: v.strictTuple([
    v.strictObject({
      agents: v.pipe(v.string(), v.maxLength(65_536)),
      name,
      maxFlows: count,
      minValue: v.number(),
      aggMode: v.nullable(v.picklist(['max', 'sum', 'once', 'AGENT', 'edge', 'core'])),
    }),
  ]),
  flowValue: v.strictTuple([text, v.nullable(text), name, v.pipe(v.string(), v.maxLength(16_384))]),
  flowRecords: v.strictTuple([
    v.strictObject({
      names: v.pipe(v.array(name), v.maxLength(256)),
      flowID: v.pipe(v.number(), v.integer()),
      maxFlows: count,
      timeoutMs: waitMs,
    }),
  ]),
  seenValues: v.strictTuple([
    v.pipe(v.string(), v.maxLength(1024)),
    v.pipe(v.string(), v.maxLength(1024)),
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)),
  ]),
  'recording.status': v.strictTuple([]),
  'recording.set': v.strictTuple([
    v.strictObject({
      enabled: v.boolean(),
      budgetOctets: v.nullable(
        v.pipe(v.number(), v.integer(), v.minValue(64 * 1024 ** 2), v.maxValue(2 ** 50)),
      ),
    }),
  ]),
  'recording.deleteAll': v.strictTuple([]),
  'recording.export': v.strictTuple([
    range,
    v.nullable(v.strictObject({ sequence: datagramId, at: datagramId })),
  ]),
  cancelOpening: v.strictTuple([]),
  'listeners.set': v.strictTuple([v.pipe(v.array(listener), v.maxLength(16))]),
  'replay.set': v.strictTuple([replay]),
  health: v.strictTuple([]),
  metricNames: v.strictTuple([]),
  metric: v.strictTuple([agentSelection, metricList, metricFilter]),
  metricTable: v.strictTuple([agentSelection, metricList, metricFilter]),
  metricDump: v.strictTuple([agentSelection, metricList, metricFilter]),
  metricSeries: v.strictTuple([
    v.strictObject({
      agents: agentSelection,
      dataSource: v.nullable(text),
      metric: text,
      statistic: v.picklist(STATISTICS),
      filter: metricFilter,
      interval,
    }),
  ]),
  metricCatalog: v.strictTuple([]),
  'moment.agents': v.strictTuple([timeMs]),
  'moment.health': v.strictTuple([timeMs]),
  'moment.hosts': v.strictTuple([timeMs]),
  'moment.metricDump': v.strictTuple([timeMs, agentSelection, metricList, metricFilter]),
  'moment.locate': v.strictTuple([timeMs, text, locatedLimit]),
  'moment.names': v.strictTuple([timeMs, shownAddresses]),
  timeline: v.strictTuple([]),
  hosts: v.strictTuple([]),
  customMetrics: v.strictTuple([v.pipe(v.array(customMetric), v.maxLength(10_000))]),
  'groups.list': v.strictTuple([]),
  'groups.put': v.strictTuple([title, knowledgeSchemas.group]),
  'groups.delete': v.strictTuple([title]),
  'maps.list': v.strictTuple([]),
  'maps.put': v.strictTuple([title, knowledgeSchemas.map]),
  'maps.delete': v.strictTuple([title]),
  'topology.get': v.strictTuple([]),
  'topology.put': v.strictTuple([knowledgeSchemas.topology]),
  'topology.match': v.strictTuple([]),
  'names.status': v.strictTuple([]),
  'names.set': v.strictTuple([knowledgeSchemas.sources]),
  'names.of': v.strictTuple([shownAddresses]),
  'names.find': v.strictTuple([text, v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))]),
  'ownNames.list': v.strictTuple([]),
  'ownNames.put': v.strictTuple([knowledgeSchemas.ownNames]),
  'serviceNames.list': v.strictTuple([]),
  'serviceNames.put': v.strictTuple([knowledgeSchemas.ownNames]),
  'interfaceNames.list': v.strictTuple([]),
  'interfaceNames.put': v.strictTuple([namingSchemas.ownInterfaces]),
  'interfaceNames.import': v.strictTuple([v.pipe(v.string(), v.maxLength(MOST_IMPORTED_CHARACTERS))]),
  'addressLists.list': v.strictTuple([]),
  'addressLists.put': v.strictTuple([addressListSchema]),
  'addressLists.delete': v.strictTuple([title]),
  'addressLists.read': v.strictTuple([title]),
  locate: v.strictTuple([text, locatedLimit]),
  'snmp.get': v.strictTuple([]),
  'snmp.set': v.strictTuple([namingSchemas.snmp]),
  'snmp.ask': v.strictTuple([text]),
  'forwarding.list': v.strictTuple([]),
  'forwarding.put': v.strictTuple([title, forwardingTarget]),
  'forwarding.delete': v.strictTuple([title]),
  'thresholds.list': v.strictTuple([]),
  // Its owner says what is wrong with one, by its own sentences.
  'thresholds.put': v.strictTuple([title, v.record(v.string(), v.unknown())]),
  'thresholds.delete': v.strictTuple([title]),
  'thresholds.places': v.strictTuple([
    name,
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)),
  ]),
  'thresholds.usual': v.pipe(
    v.strictTuple([
      v.pipe(v.array(v.strictObject({ agent: text, dataSource: text, metric: text })), v.maxLength(50)),
      timeMs,
      timeMs,
    ]),
    v.check(([, fromMs, toMs]) => toMs > fromMs, 'A range ends after it begins.'),
  ),
  'thresholds.rehearse': v.pipe(
    v.strictTuple([v.record(v.string(), v.unknown()), timeMs, timeMs]),
    v.check(([, fromMs, toMs]) => toMs > fromMs, 'A range ends after it begins.'),
  ),
  'events.list': v.strictTuple([eventSchemas.question]),
  'events.get': v.strictTuple([eventSchemas.id]),
  'events.counts': v.strictTuple([]),
  'events.acknowledge': v.strictTuple([eventSchemas.ids, v.nullable(v.pipe(v.string(), v.maxLength(2000)))]),
  'events.snooze': v.strictTuple([eventSchemas.ids, v.nullable(timeMs)]),
  'actions.kinds': v.strictTuple([]),
  'actions.list': v.strictTuple([]),
  // Its owner says what is wrong with one, by its own sentences.
  'actions.put': v.strictTuple([action]),
  'actions.delete': v.strictTuple([title]),
  'actions.dryRun': v.strictTuple([action, v.nullable(datagramId)]),
  'actions.test': v.strictTuple([action]),
  'actions.attempts': v.strictTuple([name, v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000))]),
  'actions.templateFields': v.strictTuple([]),
  'actions.copyTexts': v.strictTuple([datagramId]),
  'mutes.list': v.strictTuple([]),
  'mutes.put': v.strictTuple([eventSchemas.mute]),
  'mutes.delete': v.strictTuple([title]),
  events: v.strictTuple([
    v.strictObject({
      thresholdIDs: v.pipe(v.array(title), v.maxLength(100)),
      eventID: v.pipe(v.number(), v.integer()),
      maxEvents: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1000)),
      timeoutMs: v.pipe(v.number(), v.minValue(0), v.maxValue(300_000)),
    }),
  ]),
  'ownNames.import': v.strictTuple([v.pipe(v.string(), v.maxLength(MOST_IMPORTED_CHARACTERS))]),
  'topology.import': v.strictTuple([v.pipe(v.string(), v.maxLength(MOST_IMPORTED_CHARACTERS))]),
  'serviceNames.import': v.strictTuple([v.pipe(v.string(), v.maxLength(MOST_IMPORTED_CHARACTERS))]),
};

/** The arguments of a call, checked. Throws RpcError 'refused' with a sentence where they do not fit. */
export function checkArguments(
  schemas: Record<string, v.GenericSchema<unknown, unknown[]>>,
  method: string,
  args: unknown,
): unknown[] {
  const schema = Object.hasOwn(schemas, method) ? schemas[method] : undefined;
  if (!schema) throw new RpcError('refused', `There is no call “${method}”.`);
  const checked = v.safeParse(schema, args);
  if (checked.success) return checked.output;
  const issue = checked.issues[0];
  throw new RpcError(
    'refused',
    `The call “${method}” was refused: ${issue.message} (at ${v.getDotPath(issue) ?? 'its arguments'}).`,
  );
}
