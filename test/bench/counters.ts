/** How fast counter samples become metrics: datagrams of if_counters and of whole hosts, in memory. CPU time, median of rounds. */
import { Metrics } from '../../main/metrics/metrics.ts';
import { Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { type RecordDescription, writeDatagram } from '../../main/sflow/write.ts';

const ROUNDS = 7;
const POLLS = 400;

const port = {
  name: 'if_counters',
  fields: { ifIndex: 1, ifType: 6, ifSpeed: 10_000_000_000, ifDirection: 1, ifStatus: 3, ifInOctets: 1 },
};
const host: readonly RecordDescription[] = [
  { name: 'host_descr', fields: { hostname: 'leaf1', os_name: 2 } },
  { name: 'host_cpu', fields: { load_one: 1, cpu_num: 4 } },
  { name: 'host_memory', fields: { mem_total: 1e9, mem_free: 1e8 } },
  { name: 'host_disk_io', fields: { disk_total: 1e9 } },
  { name: 'host_net_io', fields: { bytes_in: 5 } },
];

/** A datagram with eight counter samples, and where their numbers stand. */
function datagram(records: (source: number) => readonly RecordDescription[]) {
  return writeDatagram({
    ...{ agent: '10.0.0.1', sequenceNumber: 0, uptimeMs: 0 },
    samples: Array.from({ length: 8 }, (_, source) => ({
      ...{ kind: 'counters_sample' as const, sequenceNumber: 1, dataSourceIndex: source + 1 },
      records: records(source + 1),
    })),
  });
}

const cases: [string, Uint8Array][] = [
  [
    'if_counters and port_name',
    datagram((source) => [
      { ...port, fields: { ...port.fields, ifIndex: source } },
      { name: 'port_name', fields: { name: `swp${source}` } },
    ]),
  ],
  ['a host: five records', datagram(() => host)],
];
for (const [name, bytes] of cases) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const network = new Network();
    const metrics = new Metrics({
      ...{ network: () => network, keepCountersMs: 3600_000, flows: null, topology: () => null },
      nowMs: () => 0,
    });
    let samples = 0;
    const reader = new SampleReader(network, {
      flow() {},
      counters(...sample) {
        samples++;
        metrics.observe(...sample);
      },
      arrival() {},
      restarted() {},
    });
    const before = process.cpuUsage();
    for (let poll = 1; poll <= POLLS; poll++) {
      for (let agent = 0; agent < 20; agent++) {
        view.setUint32(8, 0x0a00_0000 + agent);
        view.setUint32(16, poll);
        view.setUint32(20, poll * 10_000);
        reader.read(bytes, view, 0, bytes.length, poll * 10_000, null);
      }
      metrics.tick(poll * 10_000);
    }
    const { user, system } = process.cpuUsage(before);
    rates.push(samples / ((user + system) / 1e6));
  }
  const median = rates.toSorted((a, b) => a - b)[ROUNDS >> 1]!;
  console.log(`  ${name.padEnd(38)} ${(median / 1e3).toFixed(0).padStart(6)} k counter samples/CPU-s`);
}
