/**
 * What keys cost that ask what is known beside the samples: a definition by group, by country and by name beside one by
 * address alone, over the same samples, with 10 k and 1 M addresses; a name server on loopback answers meanwhile, and
 * what was asked of it is told. CPU time, the best of rounds.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { documentsInMemory } from '../../main/engine/documents.ts';
import { WorkspaceKnowledge } from '../../main/engine/knowledge.ts';
import { FlowDefinitions } from '../../main/flows/definitions.ts';
import { Network } from '../../main/samples/network.ts';
import { SampleReader } from '../../main/samples/reader.ts';
import { RewrittenSample, randomFrom } from '../flows/rewritten.ts';
import { mmdbOf } from '../names/mmdb.ts';
import { startNameServer } from '../names/name-server.ts';

const SAMPLES = 200_000;
const ROUNDS = 3;
const SAMPLES_PER_SECOND = 20_000;
const KEYS = ['ipsource', 'group:ipsource:net', 'country:ipsource', 'dns:ipsource'];

const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
const places = join(folder, 'places.mmdb');
const COUNTRIES = ['CH', 'DE', 'FR', 'IT', 'AT', 'NL', 'SE', 'JP'];
writeFileSync(
  places,
  mmdbOf(
    'GeoLite2-Country',
    Object.fromEntries(
      Array.from({ length: 4096 }, (_, i) => [
        `10.${i >> 8}.${i & 255 & 0xf0}.${0}/28`,
        { country: { iso_code: COUNTRIES[i % 8]!, names: { en: COUNTRIES[i % 8]! } } },
      ]),
    ),
  ),
);
const server = await startNameServer((address) => ({ labels: [`h${address.replaceAll('.', '-')}`, 'test'] }));

async function pass(key: string, addresses: number): Promise<{ seconds: number; asked: number }> {
  const network = new Network();
  const documents = documentsInMemory();
  const knowledge = new WorkspaceKnowledge({ network: () => network, documents, changed() {} });
  await knowledge.start();
  const net = Object.fromEntries(
    Array.from({ length: 256 }, (_, i) => [`site ${i}`, [`10.${i & 15}.${i}.0/24`, `10.${i & 15}.0.0/16`]]),
  );
  await knowledge.handlers['groups.put']('net', net);
  await knowledge.handlers['names.set']({
    ...{ countryFile: places, autonomousSystemFile: '' },
    dns: { lookUp: 'all', servers: [server.address] },
  } as never);
  const definitions = new FlowDefinitions({
    ...{ documents, network: () => network, context: knowledge.context, nowMs: () => 0 },
    ...{ knowsTopology: () => false, portRole: () => null },
  });
  await definitions.put('one', { keys: key, value: 'bytes', t: 2 }, 'weir');
  const reader = new SampleReader(network, {
    flow: (sample) => definitions.frame(sample),
    counters() {},
    arrival() {},
    restarted() {},
  });
  const sample = new RewrittenSample(reader);
  const random = randomFrom(5);
  const askedBefore = server.asked.length;
  let seconds = 0;
  for (let index = 0; index < SAMPLES; ) {
    const before = process.cpuUsage();
    const upTo = Math.min(SAMPLES, index + SAMPLES_PER_SECOND);
    for (; index < upTo; index++) {
      const timeMs = Math.floor((index * 1000) / SAMPLES_PER_SECOND);
      sample.read(0x0a00_0000 + Math.floor(random() * addresses), 0x1400_0000, 500, 100, timeMs);
    }
    definitions.tick((index / SAMPLES_PER_SECOND) * 1000);
    const { user, system } = process.cpuUsage(before);
    seconds += (user + system) / 1e6;
    // Answers come in between.
    await pause(20);
    knowledge.tick();
  }
  knowledge.stop();
  return { seconds, asked: server.asked.length - askedBefore };
}

try {
  for (const addresses of [10_000, 1_000_000]) {
    let plain = 0;
    for (const key of KEYS) {
      const rounds = [];
      for (let round = 0; round < ROUNDS; round++) rounds.push(await pass(key, addresses));
      const seconds = Math.min(...rounds.map((one) => one.seconds));
      if (key === KEYS[0]) plain = seconds;
      const asked = rounds.at(-1)!.asked;
      console.log(
        `  ${key.padEnd(20)} ${String(addresses).padStart(8)} addresses: ${((seconds * 1e9) / SAMPLES).toFixed(0).padStart(5)} ns a sample, ${(seconds / plain).toFixed(1)} × ipsource${asked > 0 ? `; ${asked} addresses asked for` : ''}`,
      );
    }
  }
} finally {
  server.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
