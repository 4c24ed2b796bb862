/**
 * How fast datagrams come in: `node test/bench/sources.ts`. Medians of the rounds, in CPU time (all threads)
 * and in wall time. Cases: passes in memory and from disk over the real leaf-spine capture (where it is) and
 * over a large file made here, compressed ones, writing, and UDP on loopback between this process and itself.
 */
import { createReadStream, createWriteStream, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createGzip, createZstdCompress } from 'node:zlib';
import { SampleNetwork } from '../../main/sample-network/network.ts';
import { CaptureFile, readCapture } from '../../main/sources/capture.ts';
import { PcapFileWriter, PcapWriter } from '../../main/sources/pcap-write.ts';
import { sendCapture } from '../../main/sources/send.ts';
import { openListener } from '../../main/sources/udp.ts';

const ROUNDS = 7;
const LARGE_DATAGRAMS = 500_000;

const captures =
  process.env.WEIR_CAPTURES ?? fileURLToPath(new URL('../../../shared/captures', import.meta.url));
const real = join(captures, 'sflowrt-fabricview-ecmp.pcap');
const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
const large = join(folder, 'large.pcap');

/** Reads a word of each datagram, so that none of the work can be left out. */
let sum = 0;
const sink = {
  datagram: (_bytes: Uint8Array, view: DataView, start: number) => {
    sum += view.getUint32(start + 16);
  },
};

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

async function measure(
  name: string,
  octets: number,
  work: () => Promise<number> | number,
  rounds = ROUNDS,
): Promise<void> {
  const wall: number[] = [];
  const cpu: number[] = [];
  let datagrams = 0;
  for (let round = 0; round < rounds; round++) {
    const cpuBefore = process.cpuUsage();
    const before = performance.now();
    datagrams = await work();
    wall.push(performance.now() - before);
    const { user, system } = process.cpuUsage(cpuBefore);
    cpu.push((user + system) / 1000);
  }
  const wallMs = median(wall);
  const cpuMs = median(cpu);
  const perSecond = (milliseconds: number) => (datagrams / milliseconds / 1000).toFixed(2).padStart(7);
  const megabytes = octets > 0 ? `${(octets / wallMs / 1000).toFixed(0).padStart(6)} MB/s` : '';
  console.log(
    `${name.padEnd(42)}${wallMs.toFixed(2).padStart(9)} ms${perSecond(wallMs)} M/s wall${perSecond(cpuMs)} M/CPU-s ${megabytes}`,
  );
}

async function makeLarge(): Promise<void> {
  const network = new SampleNetwork({
    seed: 1,
    agents: 8,
    ratePerSecond: 20_000,
    startMs: 1_750_000_000_000,
  });
  const made: Uint8Array[] = [];
  for (const { datagram } of network.step(1_750_000_000_000 + 5_000)) made.push(datagram);
  const file = await PcapFileWriter.create(large);
  for (let index = 0; index < LARGE_DATAGRAMS; index++) {
    const from = { address: `10.20.0.${index % 8}`, port: 50_000 };
    file.append(made[index % made.length]!, 1_750_000_000_000 + index / 10, from, {
      address: '10.0.0.1',
      port: 6343,
    });
    if (file.waitingOctets > 1 << 20) await file.flush();
  }
  await file.close();
}

try {
  await makeLarge();
  for (const [name, path] of [
    ['leaf-spine capture', real],
    ['large file', large],
  ] as const) {
    if (!existsSync(path)) {
      console.log(`${name}: not here; set WEIR_CAPTURES`);
      continue;
    }
    const { size } = statSync(path);
    console.log(`${name}: ${(size / 1e6).toFixed(1)} MB`);
    await measure('  from disk', size, async () => (await readCapture(path, sink)).datagrams);
    const capture = await CaptureFile.open(path, 4 * 1024 ** 3);
    await measure('  first pass, which keeps it', size, async () => (await capture.pass(sink)).datagrams, 1);
    await measure('  in memory', size, () => capture.passInMemory(sink).datagrams, 21);
  }
  const { size } = statSync(large);
  for (const [name, compressor] of [
    ['gzip', createGzip({ level: 1 })],
    ['zstd', createZstdCompress()],
  ] as const) {
    const packed = `${large}.${name}`;
    await pipeline(createReadStream(large), compressor, createWriteStream(packed));
    const label = `  ${name}, ${(statSync(packed).size / 1e6).toFixed(0)} MB`;
    await measure(label, size, async () => (await readCapture(packed, sink)).datagrams, 3);
  }
  const datagram = new Uint8Array(1330).fill(7);
  await measure('writing into memory', 0, () => {
    const writer = new PcapWriter();
    const from = { address: '10.20.0.11', port: 50_000 };
    const to = { address: '10.0.0.1', port: 6343 };
    for (let index = 0; index < 100_000; index++) {
      writer.append(datagram, index, from, to);
      if (writer.waitingOctets > 1 << 20) writer.take();
    }
    return 100_000;
  });
  if (existsSync(real)) {
    let received = 0;
    const listener = await openListener({ address: '127.0.0.1', port: 0 }, () => received++, console.error);
    const to = { host: '127.0.0.1', port: listener.status().port };
    await measure('loopback, sent and received', 0, async () => {
      received = 0;
      const { sent } = await sendCapture(real, { ...to, speed: 'max' });
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (received < sent) console.log(`  (${sent - received} of ${sent} lost)`);
      return received;
    });
    await listener.close();
  }
  if (sum < 0) console.log(sum);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
