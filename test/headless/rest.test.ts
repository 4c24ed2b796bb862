/**
 * The REST tutorial of sFlow-RT, call by call, through the whole program: a capture that is played over and over, and
 * the live network. What the calls say is held against each other; nothing waits but on an event.
 */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { playCaptures } from '../../main/hosts/play.ts';
import { generateTo } from '../../main/sample-network/generate.ts';
import { sendCapture } from '../../main/sources/send.ts';
import { capturePath, capturesFolder } from '../captures.ts';
import { startNameServer } from '../names/name-server.ts';
import { listening, type Rest, served } from './door.ts';
import { runHost, temporaryFolder } from './running.ts';

type Json = Record<string, unknown>;
type Metric = Json & { metricName: string; metricN: number; metricValue?: number; topKeys?: Json[] };
type Flow = { flowN: number; agent: string; value: number; dataSource: string; key: string };
type Event = Json & { eventID: number; flowKey: string };
type FlowRecord = { name: string; flowID: number; flowKeys: string; dataSource: string } & Json;

const descending = (values: readonly number[]) =>
  expect(values).toEqual(values.toSorted((one, other) => other - one));

/** Waits, as a script does, until a metric is above a value somewhere. */
async function above(rest: Rest, metric: string, value: number, more: Json = {}): Promise<Event[]> {
  await rest.put(`/threshold/until_${metric}/json`, JSON.stringify({ metric, value, timeout: 1, ...more }));
  return rest.get<Event[]>(`/events/json?thresholdID=until_${metric}&maxEvents=10&timeout=60&eventID=-1`);
}

async function tutorial(rest: Rest): Promise<void> {
  const { ask, get, put } = rest;
  // The answer of the tutorial's own body, which is no strict JSON.
  await put('/flow/srcdst/json', '{"keys":"ipsource,ipdestination",value:"bytes"}');
  expect(await get('/flow/srcdst/json')).toMatchObject({ keys: 'ipsource,ipdestination', value: 'bytes' });
  await put('/flow/pairs/json', "{keys:'ipsource,ipdestination',value:'bytes',log:true,flowStart:true}");
  const records = await get<FlowRecord[]>('/flows/json?name=pairs&maxFlows=10&timeout=60&flowID=-1');
  expect(records.length).toBeGreaterThan(0);

  const events = await above(rest, 'srcdst', 1, { byFlow: true });
  expect(events.length).toBeGreaterThan(0);
  descending(events.map(({ eventID }) => eventID));
  expect(events[0]).toMatchObject({
    ...{ thresholdID: 'until_srcdst', metric: 'srcdst', threshold: 1, value: expect.any(Number) },
    ...{ agent: expect.any(String), dataSource: expect.stringMatching(/^\d+$/) },
    ...{ timestamp: expect.any(Number), flowKey: expect.stringMatching(/^[\d.]+,[\d.]+$/) },
  });

  const flows = await get<Flow[]>('/activeflows/ALL/srcdst/json');
  expect(flows.length).toBeGreaterThan(0);
  descending(flows.map(({ value }) => value));
  for (const flow of flows) {
    expect(Object.keys(flow)).toEqual(['flowN', 'agent', 'value', 'dataSource', 'key']);
    expect(flow.flowN).toBeGreaterThanOrEqual(1);
    expect(flow.key.split(',')).toHaveLength(2);
  }
  expect(await get<Flow[]>('/activeflows/ALL/srcdst/json?maxFlows=1')).toHaveLength(1);

  const [metric] = await get<Metric[]>('/metric/ALL/max:srcdst/json');
  expect(Object.keys(metric!).toSorted()).toEqual(
    [
      ...['agent', 'dataSource', 'lastUpdate', 'lastUpdateMax', 'lastUpdateMin'],
      ...['metricN', 'metricName', 'metricValue', 'topKeys'],
    ].toSorted(),
  );
  expect(metric).toMatchObject({ metricName: 'max:srcdst', metricValue: metric!.topKeys![0]!.value });
  for (const top of metric!.topKeys!)
    expect(Object.keys(top).toSorted()).toEqual(['key', 'lastUpdate', 'value']);
  descending(metric!.topKeys!.map(({ value }) => value as number));
  const at = await get<Metric[]>(`/metric/${events[0]!.agent}/${events[0]!.dataSource}.srcdst/json`);
  expect(at[0]).toMatchObject({ agent: events[0]!.agent, dataSource: events[0]!.dataSource });

  // A rate takes two counter samples of a port.
  await above(rest, 'ifinutilization', 0);
  const agents = await get<Record<string, Json>>('/agents/json');
  expect(Object.keys(agents).length).toBeGreaterThan(1);
  for (const agent of Object.values(agents)) expect(agent.sFlowDatagramsReceived).toBeGreaterThan(0);
  const metrics = await get<Record<string, number>>('/metrics/json');
  expect(Object.keys(metrics)).toEqual(expect.arrayContaining(['ifname', 'ifinutilization', 'ifinoctets']));
  for (const age of Object.values(metrics)) expect(age).toBeGreaterThanOrEqual(0);
  const keys = await get<Record<string, number>>('/flowkeys/json');
  expect(Object.keys(keys)).toEqual(expect.arrayContaining(['ipsource', 'ipdestination', 'macsource']));
  for (const age of Object.values(keys)) expect(age).toBeGreaterThanOrEqual(0);
  const both = await get<Metric[]>('/metric/ALL/max:ifinutilization,max:ifoututilization/json');
  expect(both.map(({ metricName }) => metricName)).toEqual(['max:ifinutilization', 'max:ifoututilization']);
  const rows = await get<Json[][]>('/table/ALL/sort:ifinutilization:-5,ifoututilization/json');
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.length).toBeLessThanOrEqual(5);
  for (const row of rows)
    expect(row.map(({ metricName }) => metricName)).toEqual(['ifinutilization', 'ifoututilization']);
  descending(rows.map(([cell]) => cell!.metricValue as number));
  const dump = await get<Json[]>('/dump/ALL/ALL/json');
  expect(dump.length).toBeGreaterThan(100);
  for (const cell of dump)
    expect(Object.keys(cell)).toEqual(expect.arrayContaining(['agent', 'metricValue']));
  const page = await ask('/prometheus/metrics/ALL/ALL/txt');
  expect(page.text).toMatch(/^sflow_ifinoctets\{agent="[\d.]+",datasource="\d+",/m);

  expect((await ask('/flow/srcdst/json', { method: 'DELETE' })).status).toBe(204);
  expect((await ask('/activeflows/ALL/srcdst/json')).status).toBe(404);
}

async function played(path: string, speed: number): Promise<Rest> {
  const running = await runHost({ live: false, captures: [path] });
  onTestFinished(playCaptures(running.host, { speed, repeat: true }));
  return served(running);
}

async function madeCapture(seconds: number): Promise<string> {
  const path = join(temporaryFolder(), 'made.pcap');
  await generateTo({ out: path, seconds, rate: 200, seed: 5, startMs: Date.UTC(2026, 0, 5, 12) });
  return path;
}

/** Sends a capture until the test has ended. */
function sendUntilEnd(path: string, port: number, speed: number): void {
  const end = new AbortController();
  const sending = sendCapture(path, { host: '127.0.0.1', port, speed, signal: end.signal });
  onTestFinished(async () => {
    end.abort();
    await sending;
  });
}

/** The polls of a script: each asks for what is younger than the newest it was given, until it has what it wants. */
async function poll(
  rest: Rest,
  name: string,
  enough: (records: FlowRecord[]) => boolean,
): Promise<FlowRecord[]> {
  const all: FlowRecord[] = [];
  let flowID = -1;
  while (!enough(all)) {
    const path = `/flows/json?name=${name}&maxFlows=1000&timeout=60&flowID=${flowID}`;
    const records = await rest.get<FlowRecord[]>(path);
    descending(records.map((record) => record.flowID));
    for (const record of records) expect(record.flowID).toBeGreaterThan(flowID);
    flowID = records[0]?.flowID ?? flowID;
    all.push(...records);
  }
  return all;
}

describe('dnspair.py', () => {
  it('reads addresses until their names are known, and then the names with their full stop', async () => {
    const path = await madeCapture(120);
    const { running, rest, port } = await listening();
    const server = await startNameServer((address) =>
      /[02468]$/.test(address) ? { labels: [`h${address.replaceAll('.', '-')}`, 'sf', 'inmon', 'com'] } : {},
    );
    onTestFinished(() => server.close());
    await running.client.call('live', 'names.set', [
      { countryFile: '', autonomousSystemFile: '', dns: { lookUp: 'asked', servers: [server.address] } },
    ]);
    await rest.put(
      '/flow/dnspair/json',
      "{keys:'dns:ipsource,dns:ipdestination',value:'bytes',log:true,flowStart:true}",
    );
    await rest.put(
      '/flow/domains/json',
      "{keys:'suffix:[dns:ipsource]:.:3',filter:'suffix:[dns:ipsource]:.:3=inmon.com.',value:'bytes',log:true,flowStart:true}",
    );
    sendUntilEnd(path, port, 10);
    const named = (record: FlowRecord) => /^h[\d-]+\.sf\.inmon\.com\.(,|$)/.test(record.flowKeys);
    const records = await poll(rest, 'dnspair', (all) => all.some(named));
    expect(Object.keys(records[0]!)).toEqual([
      ...['name', 'flowID', 'agent', 'dataSource', 'flowKeys', 'value', 'start', 'end'],
    ]);
    const [first] = records.toSorted((one, other) => one.flowID - other.flowID);
    expect(first!.flowKeys).toMatch(/^[\d.]+,[\d.]+$/);
    expect(records.every(({ dataSource }) => typeof dataSource === 'string')).toBe(true);
    const [domain] = await poll(rest, 'domains', (all) => all.length > 0);
    expect(domain!.flowKeys).toBe('inmon.com.');
  }, 60_000);
});

describe('the REST tutorial', () => {
  it('on a capture that is played', { timeout: 90_000 }, async () => {
    // Long enough that its end is not reached meanwhile, where nothing is known again.
    await tutorial(await played(await madeCapture(900), 15));
  });

  it('on the live network', { timeout: 90_000 }, async () => {
    const path = await madeCapture(400);
    const { rest, port } = await listening();
    sendUntilEnd(path, port, 20);
    await tutorial(rest);
  });

  it.skipIf(capturesFolder === null)(
    'on the fabric capture that is played',
    { timeout: 90_000 },
    async () => {
      await tutorial(await played(capturePath('sflowrt-fabricview-ecmp.pcap'), 10));
    },
  );

  it('counts again when the capture begins anew', { timeout: 60_000 }, async () => {
    const rest = await played(await madeCapture(10), 20);
    await rest.put('/flow/pairs/json', '{keys:"ipsource,ipdestination",log:true,flowStart:true}');
    const starts = (records: FlowRecord[]) =>
      records.toSorted((one, other) => one.flowID - other.flowID).map(({ start }) => start as number);
    const records = await poll(rest, 'pairs', (all) =>
      starts(all).some((start, at, before) => at > 0 && start < before[at - 1]! - 5000),
    );
    expect(new Set(records.map(({ flowID }) => flowID)).size).toBe(records.length);
    // It begins anew twice a second, and there nothing is known for a moment.
    while ((await rest.get<Flow[]>('/activeflows/ALL/pairs/json')).length === 0);
  });
});
