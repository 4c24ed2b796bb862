/**
 * Ten aggregations of one file, beside sfacctd (pmacct) with ten print plugins where it is on the PATH: answers are
 * compared first, then CPU time of whole processes, start-up included, in turn. After every ten datagrams of flows comes
 * one of counters, of which Weir makes metrics and sfacctd nothing. Datagrams of flows hold one sample each: where they
 * hold several, as in the fabric capture, sfacctd 1.7.7 tells about a sixth of what sflowtool prints, and there is
 * nothing to compare.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerFrom } from '../../main/flows/answer.ts';
import { FlowTable } from '../../main/flows/table.ts';
import { Metrics } from '../../main/metrics/metrics.ts';
import { Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { writeDatagram } from '../../main/sflow/write.ts';
import { CaptureFile } from '../../main/sources/capture.ts';
import { PcapFileWriter } from '../../main/sources/pcap-write.ts';
import { RewrittenSample, randomFrom } from '../flows/rewritten.ts';

const SAMPLES = 200_000;
const ROUNDS = 3;

/** What one and the other call the same keys. */
const AGGREGATIONS: readonly [keys: string[], primitives: string][] = [
  [['ipsource', 'ipdestination'], 'src_host,dst_host'],
  [['ipsource'], 'src_host'],
  [['ipdestination'], 'dst_host'],
  [['ipprotocol'], 'proto'],
  [['macsource', 'macdestination'], 'src_mac,dst_mac'],
  [['ipsource', 'ipprotocol'], 'src_host,proto'],
  [['ipsource', 'tcpsourceport'], 'src_host,src_port'],
  [['ipdestination', 'tcpdestinationport'], 'dst_host,dst_port'],
  [['tcpsourceport', 'tcpdestinationport'], 'src_port,dst_port'],
  [
    ['ipsource', 'ipdestination', 'ipprotocol', 'tcpsourceport', 'tcpdestinationport'],
    'src_host,dst_host,proto,src_port,dst_port',
  ],
];

/** Reads a capture into ten tables; the sums of the first by key. */
async function totals(path: string): Promise<Map<string, number>> {
  const network = new Network();
  let nowMs = 0;
  const metrics = new Metrics({
    ...{ network: () => network, keepCountersMs: 3600_000, flows: null, topology: () => null },
    nowMs: () => nowMs,
  });
  const tables = AGGREGATIONS.map(([keys]) => new FlowTable(keys));
  const reader = new SampleReader(network, {
    flow: (sample) => {
      for (const table of tables) table.add(sample, 0);
    },
    counters: (...sample) => metrics.observe(...sample),
    arrival() {},
    restarted() {},
  });
  const file = await CaptureFile.open(path);
  await file.pass({
    datagram: (bytes, view, start, end, meta) => {
      nowMs = meta.timeMs;
      reader.read(bytes, view, start, end, meta.timeMs, null);
    },
  });
  const answers = tables.map((table) =>
    answerFrom(table, network, {
      ...{ fromBucket: 0, toBucket: 1, bucketsPerStep: 1, bucketCount: 1 },
      ...{ value: 'bytes', merge: 'sum', limit: 100_000 },
      scope: { agent: null, ifIndex: null, direction: 'both' },
    }),
  );
  if (!('ifinoctets' in metrics.metricNames())) throw new Error('No counters were read.');
  const [first] = answers;
  return new Map(
    Array.from(first!.rows.value, (octets, row) => [
      first!.keyTexts.slice(2 * row, 2 * row + 2).join(','),
      octets,
    ]),
  );
}

const asked = process.argv[2];
if (asked !== undefined) {
  await totals(asked);
  process.exit(0);
}

if (spawnSync('sh', ['-c', 'command -v sfacctd']).status !== 0) {
  console.log('  sfacctd is not on the PATH: nothing to compare with.');
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
const path = join(folder, 'made.pcap');
const writer = await PcapFileWriter.create(path);
const from = { address: '10.0.0.1', port: 50_000 };
const to = { address: '10.0.0.2', port: 6343 };
let timeMs = 1_700_000_000_000;
const sample = new RewrittenSample({
  read: (octets) => writer.append(octets, timeMs, from, to),
});
const random = randomFrom(9);

/** Counters of a port of one of twenty other switches, which go up from one poll of it to the next. */
function counterDatagram(number: number): Uint8Array {
  const poll = Math.floor(number / 160);
  const port = Math.floor(number / 20) % 8;
  return writeDatagram({
    ...{ agent: `10.0.1.${number % 20}`, uptimeMs: timeMs % 2 ** 32 },
    sequenceNumber: Math.floor(number / 20) + 1,
    samples: [
      {
        ...{ kind: 'counters_sample', sequenceNumber: poll + 1, dataSourceIndex: port + 1 },
        records: [
          {
            name: 'if_counters',
            fields: {
              ...{ ifIndex: port + 1, ifType: 6, ifSpeed: 10_000_000_000, ifDirection: 1, ifStatus: 3 },
              ...{ ifInOctets: 1_000_000 * poll, ifOutOctets: 2_000_000 * poll },
            },
          },
        ],
      },
    ],
  });
}
for (let i = 0; i < SAMPLES; i++) {
  timeMs = 1_700_000_000_000 + Math.floor(i / 100);
  const key = Math.floor(random() * 2000);
  sample.read(0x0a10_0000 + key, 0x0a20_0000 + (key % 50), 64 + (key % 1400), 100, timeMs);
  if (i % 10 === 0) writer.append(counterDatagram(i / 10), timeMs, { ...from, address: '10.0.1.1' }, to);
  if (i % 5000 === 0) await writer.flush();
}
await writer.close();

const configuration = join(folder, 'sfacctd.conf');
const names = AGGREGATIONS.map((_, i) => `p${i}`);
writeFileSync(
  configuration,
  [
    `pcap_savefile: ${path}`,
    'daemonize: false',
    'sfacctd_renormalize: true',
    `plugins: ${names.map((name) => `print[${name}]`).join(', ')}`,
    ...AGGREGATIONS.flatMap(([, primitives], i) => [
      `aggregate[p${i}]: ${primitives}`,
      `print_output_file[p${i}]: ${folder}/p${i}.csv`,
      `print_output[p${i}]: csv`,
      `print_refresh_time[p${i}]: 3600`,
      `print_cache_entries[p${i}]: 16411`,
    ]),
    'plugin_pipe_size: 67108864',
    'plugin_buffer_size: 65536',
    '',
  ].join('\n'),
);

/** User and system seconds of a command and its children. */
function cpuOf(command: string): number {
  const { stderr } = spawnSync(
    'bash',
    ['-c', `TIMEFORMAT='%U %S'; time (${command} >/dev/null 2>/dev/null)`],
    { encoding: 'utf8' },
  );
  const [user = 0, system = 0] = stderr.trim().split(/\s+/).slice(-2).map(Number);
  return user + system;
}
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const theirs = `timeout 120 sfacctd -f ${quoted(configuration)}`;
const ours = `${quoted(process.execPath)} ${quoted(import.meta.filename)} ${quoted(path)}`;

cpuOf(theirs);
const own = await totals(path);
const lines = readFileSync(`${folder}/p0.csv`, 'utf8').trim().split('\n').slice(1);
const other = new Map(
  lines.map((line) => {
    const [source = '', destination = '', , octets] = line.split(',');
    return [`${source},${destination}`, Number(octets)];
  }),
);
const alike = [...own].filter(([key, octets]) => other.get(key) === octets).length;
console.log(
  `  answers: ${alike} of ${own.size} sums by source and destination are the same (sfacctd has ${other.size})`,
);
const ratios: number[] = [];
for (let round = 0; round < ROUNDS; round++) ratios.push(cpuOf(theirs) / cpuOf(ours));
ratios.sort((a, b) => a - b);
console.log(
  `  sfacctd with 10 print plugins takes ${ratios[ROUNDS >> 1]!.toFixed(1)} × the CPU time of 10 definitions and all counters as metrics (${ratios[0]!.toFixed(1)} to ${ratios.at(-1)!.toFixed(1)})`,
);
rmSync(folder, { recursive: true, force: true });
