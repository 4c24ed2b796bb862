/** Flow definitions, and what they count: sFlow-RT's RESTflow. */
import type {
  DefinitionInput,
  DefinitionStatus,
  FlowDefinition,
  FlowRecord,
} from '../../../shared/model/definition.ts';
import { objectOf } from '../body.ts';
import { pollUntil } from '../long-poll.ts';
import { choiceOf, numberOf, RestError, type Route, textOf, textsOf } from '../route.ts';

const DEFINITION = '{keys:"ipsource,ipdestination",value:"bytes"}';

const maxFlows = numberOf('maxFlows', 'At most as many flows', { otherwise: 100, least: 1, most: 1000 });
const minValue = numberOf('minValue', 'Only flows of at least this value', {
  otherwise: 0,
  least: 0,
  most: Number.MAX_VALUE,
});
export const aggMode = choiceOf(
  'aggMode',
  'How the data sources that saw a flow are put together; else as its definition says',
  ['max', 'sum', 'once', 'AGENT', 'edge', 'core'],
);
const names = textsOf('name', 'Of these definitions; else of all');
const flowID = numberOf('flowID', 'Records younger than this one', {
  otherwise: -1,
  least: -1,
  most: Number.MAX_SAFE_INTEGER,
});
const maxRecords = numberOf('maxFlows', 'At most as many records', { otherwise: 100, least: 1, most: 1000 });
export const timeout = numberOf('timeout', 'Seconds to wait for the first', {
  otherwise: 0,
  least: 0,
  most: 300,
});
const key = textOf('key', 'The flow, as activeflows gives it');

export const flowRoutes: readonly Route[] = [
  {
    methods: ['GET'],
    path: '/flowkeys/json',
    group: 'Flows',
    summary: 'Flow keys that samples carry, and milliseconds since.',
    answers: 'json',
    handle: ({ call }) => call('flowKeys'),
  },
  {
    methods: ['GET'],
    path: '/flow/json',
    group: 'Flows',
    summary: 'All flow definitions, by name.',
    answers: 'json',
    async handle({ call }) {
      const all = (await call('definitions.list')).filter(({ origin }) => origin !== 'preset');
      return Object.fromEntries(all.map((one) => [one.definition.name, statusBody(one)]));
    },
  },
  {
    methods: ['GET'],
    path: '/flow/{name}/json',
    group: 'Flows',
    summary: 'One flow definition.',
    answers: 'json',
    async handle({ call, path }) {
      const found = (await call('definitions.list')).find(({ definition }) => definition.name === path.name);
      if (!found) throw new RestError(404, `There is no flow definition “${path.name}”.`);
      return statusBody(found);
    },
  },
  {
    methods: ['PUT', 'POST'],
    path: '/flow/{name}/json',
    group: 'Flows',
    summary: 'Defines a flow; the others go on as they are.',
    body: DEFINITION,
    answers: 'json',
    async handle({ call, path, body }) {
      const input = objectOf(body, DEFINITION) as DefinitionInput;
      return definitionBody(await call('definitions.put', path.name!, input, 'rest'));
    },
  },
  {
    methods: ['DELETE'],
    path: '/flow/{name}/json',
    group: 'Flows',
    summary: 'Deletes a flow definition.',
    answers: 'nothing',
    async handle({ call, path }) {
      await call('definitions.delete', path.name!);
    },
  },
  {
    methods: ['GET'],
    path: '/activeflows/{agent}/{name}/json',
    group: 'Flows',
    summary: 'The largest flows of a definition, largest first.',
    query: [maxFlows, minValue, aggMode],
    answers: 'json',
    async handle({ call, path, query }) {
      const flows = await call('activeFlows', {
        agents: path.agent!,
        name: path.name!,
        maxFlows: Math.floor(maxFlows.read(query)),
        minValue: minValue.read(query),
        aggMode: aggMode.read(query),
      });
      return flows.map(({ flowN, agent, value, dataSource, key: flowKey, values }) => ({
        flowN,
        agent,
        value,
        dataSource,
        key: flowKey,
        ...(values && values.length > 0 ? { values } : {}),
      }));
    },
  },
  {
    methods: ['GET'],
    path: '/flowvalue/{agent}/{name}/json',
    group: 'Flows',
    summary: 'The value of one flow at one agent; 22.tcp asks about data source 22.',
    query: [key],
    answers: 'json',
    async handle({ call, path, query }) {
      const { dataSource, name } = placedName(path.name!);
      return (await call('flowValue', path.agent!, dataSource, name, key.read(query))) ?? 0;
    },
  },
  {
    methods: ['GET'],
    path: '/flows/json',
    group: 'Flows',
    summary: 'Records of flows that ended, newest first; waits for the first.',
    query: [names, flowID, maxRecords, timeout],
    waits: true,
    answers: 'json',
    async handle({ call, query, signal }) {
      const question = {
        names: names.read(query),
        flowID: Math.floor(flowID.read(query)),
        maxFlows: Math.floor(maxRecords.read(query)),
      };
      const records = await pollUntil(
        (timeoutMs) => call('flowRecords', { ...question, timeoutMs }),
        timeout.read(query) * 1000,
        signal,
      );
      return records.map(recordBody);
    },
  },
];

const recordBody = (record: FlowRecord) => ({
  name: record.name,
  flowID: record.flowID,
  agent: record.agent,
  dataSource: record.dataSource,
  flowKeys: record.flowKeys,
  value: record.value,
  ...(record.values && record.values.length > 0 ? { values: record.values } : {}),
  start: record.start,
  end: record.end,
});

/** Lists as the comma texts that scripts write and read. */
function definitionBody({ name: _, keys, values, ...definition }: FlowDefinition): Record<string, unknown> {
  return {
    keys: keys.join(','),
    ...definition,
    ...(values.length > 0 ? { values: values.join(',') } : {}),
  };
}

const statusBody = ({ definition, problem }: DefinitionStatus) => ({
  ...definitionBody(definition),
  ...(problem ? { problem } : {}),
});

/** '22.tcp' and '3.80.slow_reqs': a name with the data source before it. */
export function placedName(text: string): { dataSource: string | null; name: string } {
  const match = /^(\d+(?:\.\d+)?)\.(.+)$/s.exec(text);
  return match ? { dataSource: match[1]!, name: match[2]! } : { dataSource: null, name: text };
}
