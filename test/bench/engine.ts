/**
 * How fast samples become answers: datagram decoder, header parser and flow tables over a capture that lies in
 * memory, beside a bare walk over the same octets (the limit), and beside sflowtool and sfacctd (pmacct) on the
 * same file where they are on the PATH. CPU time, median of rounds; peers and Weir in turn.
 *
 * The capture is WEIR_BENCH_CAPTURE, else the fabric capture, else one that the sample network makes.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerFrom } from '../../main/flows/answer.ts';
import { flowPresets } from '../../main/flows/presets.ts';
import { FlowTable } from '../../main/flows/table.ts';
import { Counters } from '../../main/metrics/counters.ts';
import { generateTo } from '../../main/sample-network/generate.ts';
import { Network } from '../../main/samples/network.ts';
import { Placement, Placer } from '../../main/samples/placement.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { CaptureFile } from '../../main/sources/capture.ts';
import { capturePath, capturesFolder } from '../captures.ts';

const ROUNDS = 9;
const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
const path =
  process.env.WEIR_BENCH_CAPTURE ??
  (capturesFolder ? capturePath('sflowrt-fabricview-ecmp.pcap') : join(folder, 'made.pcap'));
if (!process.env.WEIR_BENCH_CAPTURE && !capturesFolder)
  await generateTo({ out: path, seconds: 300, rate: 200, seed: 1 });

const file = await CaptureFile.open(path, 2 ** 31);
await file.pass({ datagram() {} });

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** One pass with some definitions; returns samples and CPU seconds. */
function pass(
  definitions: readonly (readonly string[])[],
  placer: Placer | null,
): { samples: number; seconds: number } {
  const network = new Network();
  const counters = new Counters();
  const tables = definitions.map((keys) => new FlowTable(keys));
  const reader = new SampleReader(
    network,
    {
      flow(sample) {
        for (const table of tables) table.add(sample, Math.floor(sample.timeMs / 5000));
      },
      counters: (agent, stream, datagram, sample, timeMs) =>
        void counters.observe(agent, stream, datagram, sample, timeMs),
      arrival() {},
      restarted() {},
    },
    placer,
  );
  const before = cpuSeconds();
  file.passInMemory({
    datagram: (bytes, view, start, end, meta) => reader.read(bytes, view, start, end, meta.timeMs, null),
  });
  for (const table of tables) {
    answerFrom(table, network, {
      fromBucket: 0,
      toBucket: Number.POSITIVE_INFINITY,
      bucketsPerStep: 1,
      bucketCount: 1,
      value: 'bytes',
      merge: 'sum',
      scope: { agent: null, ifIndex: null, direction: 'both' },
      limit: 20,
    });
  }
  return { samples: network.flowSamples, seconds: cpuSeconds() - before };
}

/** The limit: every 32-bit word of every datagram read once, nothing done with it. */
function bareWalk(): number {
  const before = cpuSeconds();
  let sum = 0;
  file.passInMemory({
    datagram(_bytes, view, start, end) {
      for (let offset = start; offset + 4 <= end; offset += 4) sum ^= view.getUint32(offset);
    },
  });
  if (sum === 0.5) throw new Error('never');
  return cpuSeconds() - before;
}

const pair = ['or:ipsource:ip6source', 'or:ipdestination:ip6destination'];
const five = flowPresets.slice(0, 5).map(({ keys }) => keys);
const twenty = Array.from({ length: 20 }, (_, i) => flowPresets[i % flowPresets.length]!.keys);
/** Where packets enter, learned once; a case that learns begins anew each round. */
const placement = new Placement();
pass([], new Placer(placement, true));
placement.learn();
const learning = (): Placer => new Placer(new Placement(), true);
const marking = (): Placer => new Placer(placement, false);

const cases: [string, readonly (readonly string[])[], (() => Placer)?][] = [
  ['decode, header, path, no definition', []],
  ['the same, learning where packets enter', [], learning],
  ['the same, counting each packet once', [], marking],
  ['1 definition (source, destination)', [pair]],
  ['5 definitions', five],
  ['5 definitions, each packet once', five, marking],
  ['20 definitions', twenty],
];
const limit: number[] = [];
for (let round = 0; round < ROUNDS; round++) limit.push(bareWalk());
console.log(
  `  ${path.split('/').pop()}, bare walk over the octets ${(median(limit) * 1000).toFixed(1)} ms CPU`,
);
let decodeRate = 0;
let sampleCount = 0;
for (const [name, definitions, placer] of cases) {
  const seconds: number[] = [];
  let samples = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const one = pass(definitions, placer?.() ?? null);
    samples = one.samples;
    if (round > 1) seconds.push(one.seconds);
  }
  const middle = median(seconds);
  sampleCount = samples;
  if (definitions.length === 0 && !placer) decodeRate = samples / middle;
  console.log(
    `  ${name.padEnd(38)} ${(samples / middle / 1e6).toFixed(2).padStart(6)} M samples/CPU-s   ${(middle / median(limit)).toFixed(1).padStart(6)} × bare walk`,
  );
}

// Peers as whole processes, each with its start-up, in turn with a whole Weir process on the same file.
type Peer = { name: string; command: string };
const onPath = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const configuration = join(folder, 'sfacctd.conf');
writeFileSync(
  configuration,
  `pcap_savefile: ${path}\npcap_savefile_wait: 0\ndaemonize: false\nplugins: print[p]\naggregate[p]: src_host,dst_host\nprint_output_file[p]: ${folder}/out.txt\nprint_refresh_time[p]: 3600\nprint_cache_entries[p]: 131071\nsfacctd_renormalize: true\n`,
);
/** The same aggregation as its users make it: octets by source and destination, scaled by the sampling rate. */
const awk = `sflowtool -r ${quoted(path)} -L srcIP,dstIP,meanSkipCount,sampledPacketSize 2>/dev/null | awk -F, '$1!="-"{s[$1","$2]+=$3*$4} END{for(k in s) printf "%.0f %s\\n", s[k], k}'`;
const peers: Peer[] = [
  ...(onPath('sflowtool')
    ? [
        { name: 'sflowtool -l', command: `sflowtool -r ${quoted(path)} -l` },
        { name: 'sflowtool -L | awk, top 20', command: `${awk} | sort -t ' ' -k 1,1nr | head -20` },
        { name: 'sflowtool (text)', command: `sflowtool -k -r ${quoted(path)}` },
      ]
    : []),
  ...(onPath('sfacctd')
    ? [{ name: 'sfacctd, src_host,dst_host', command: `timeout 60 sfacctd -f ${quoted(configuration)}` }]
    : []),
];
const node = quoted(process.execPath);
const cli = quoted(join(import.meta.dirname, '../../main/hosts/cli.ts'));
const own = `NODE_COMPILE_CACHE=${quoted(join(import.meta.dirname, '../../node_modules/.cache/weir'))} ${node} ${cli} top ${quoted(path)} --keys ipsource,ipdestination --merge sum --n 20 --format csv`;
/** User and system seconds of a command and its children, output thrown away. */
function cpuOf(command: string): number {
  const { stderr } = spawnSync(
    'bash',
    ['-c', `TIMEFORMAT='%U %S'; time (${command} >/dev/null 2>/dev/null)`],
    { encoding: 'utf8' },
  );
  const [user = 0, system = 0] = stderr.trim().split(/\s+/).slice(-2).map(Number);
  return user + system;
}
if (onPath('sflowtool')) {
  // The answers before the speed.
  const run = (command: string): string =>
    spawnSync('bash', ['-c', command], { encoding: 'utf8', maxBuffer: 1 << 29 }).stdout;
  const theirs = new Map(
    run(awk)
      .trim()
      .split('\n')
      .map((line) => [line.split(' ')[1]!, Number(line.split(' ')[0])]),
  );
  const ours = run(own)
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => /^"([^"]+)",(\d+)/.exec(line))
    .flatMap((match) => (match ? [[match[1]!, Number(match[2])] as const] : []));
  const alike = ours.filter(([key, octets]) => theirs.get(key) === octets).length;
  console.log(`  answers: ${alike} of the ${ours.length} largest pairs are as sflowtool and awk add them up`);
}
if (peers.length === 0)
  console.log('  No peer is on the PATH (sflowtool, sfacctd): nothing to compare with.');
for (const peer of peers) {
  const ratios: number[] = [];
  const theirs: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round < 5; round++) {
    theirs.push(cpuOf(peer.command));
    ours.push(cpuOf(own));
    ratios.push(theirs.at(-1)! / ours.at(-1)!);
  }
  console.log(
    `  ${peer.name.padEnd(28)} ${median(theirs).toFixed(2)} s CPU, weir top ${median(ours).toFixed(2)} s (start-up included): ${median(ratios).toFixed(1)} × (${Math.min(...ratios).toFixed(1)} to ${Math.max(...ratios).toFixed(1)})`,
  );
  const theirRate = sampleCount / median(theirs);
  console.log(
    `${' '.repeat(30)} ${(theirRate / 1e3).toFixed(0)} k samples/CPU-s against ${(decodeRate / 1e6).toFixed(2)} M decoded in memory: ${(decodeRate / theirRate).toFixed(0)} ×`,
  );
}
rmSync(folder, { recursive: true, force: true });
