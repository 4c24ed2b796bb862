/**
 * Servers of the made-up network that run a host agent: each tells of its processor, memory, disk and network, and of
 * the containers or virtual machines on it. What it says of its network is what really passed its port at the switch;
 * how busy it is follows from that. Containers come and go as their service is scaled: the first sample of one makes
 * it known, its last one says that it ended.
 */
import type { CountersSampleDescription, RecordDescription } from '../sflow/write.ts';
import { Outbox, type SentDatagram } from './outbox.ts';
import { Random } from './random.ts';
import type { Host, Port, Topology } from './topology.ts';

const PHYSICAL_ENTITY = 2;
const LOGICAL_ENTITY = 3;
const HOST_SUB_AGENT = 100_000;
const FIRST_NODE_INDEX = 300_001;
const X86_64 = 3;
const LINUX = 2;
const RUNNING = 1;
const SHUT_OFF = 5;
const GIB = 2 ** 30;
/** A service is scaled this often. */
const SCALE_EVERY_MS = 60_000;
const MOST_REPLICAS = 5;
/** Of records with their heads, about. */
const HOST_OCTETS = 420;
const NODE_OCTETS = 380;
/** A processor is at its limit when its port is at this part of its speed. */
const FULL_LOAD_AT = 0.5;

type Work = {
  /** Processor time used, ms. */
  cpuMs: number;
  inOctets: number;
  inPackets: number;
  outOctets: number;
  outPackets: number;
  readOctets: number;
  writtenOctets: number;
};

const noWork = (): Work => ({
  cpuMs: 0,
  inOctets: 0,
  inPackets: 0,
  outOctets: 0,
  outPackets: 0,
  readOctets: 0,
  writtenOctets: 0,
});

/** A container or a virtual machine. */
type Node = {
  index: number;
  name: string;
  uuid: Uint8Array;
  cpus: number;
  memoryOctets: number;
  mostMemoryOctets: number;
  /** Which part of the work of its host it does, beside the others. */
  weight: number;
  work: Work;
  sequence: number;
};

export type ServerPlan = {
  name: string;
  cores: number;
  memoryOctets: number;
  /** Virtual machines, which stay. */
  machines: readonly string[];
  /** Services of containers, which are scaled. */
  services: readonly string[];
  gpus: number;
};

export class Server {
  readonly agent: string;
  readonly #plan: ServerPlan;
  readonly #port: Port;
  readonly #random: Random;
  readonly #outbox: Outbox;
  readonly #pollingMs: number;
  readonly #uuid: Uint8Array;
  readonly #mac: Uint8Array;
  readonly #work = noWork();
  readonly #nodes: Node[] = [];
  #nextIndex = FIRST_NODE_INDEX;
  #sequence = 0;
  #polledMs: number;
  #nextPollMs: number;
  #nextScaleMs: number;
  #idleMs = 0;
  #load = 0;
  #gpuMs = 0;
  #seen: Pick<Port, 'inOctets' | 'inPackets' | 'outOctets' | 'outPackets'>;

  constructor(host: Host, plan: ServerPlan, pollingMs: number, startMs: number, random: Random) {
    this.agent = host.ipv4.join('.');
    this.#plan = plan;
    this.#port = host.port;
    this.#mac = host.mac;
    this.#random = random;
    this.#pollingMs = pollingMs;
    this.#uuid = uuid(random);
    const bootMs = startMs - Math.floor(random.between(3, 30) * 86_400_000);
    this.#outbox = new Outbox(this.agent, HOST_SUB_AGENT, bootMs, random.fraction());
    this.#polledMs = startMs;
    this.#nextPollMs = startMs + random.below(pollingMs);
    this.#nextScaleMs = startMs + SCALE_EVERY_MS / 2;
    this.#seen = countersOf(host.port);
    for (const name of plan.machines) this.#begin(name, 4, 8 * GIB);
    for (const service of plan.services) this.#scale(service, 3, startMs);
  }

  /** Works until `toMs`, does the poll that is due, and appends to `sent` the datagrams of the step. */
  collect(fromMs: number, toMs: number, sent: SentDatagram[]): void {
    if (toMs >= this.#nextScaleMs) {
      this.#nextScaleMs += SCALE_EVERY_MS;
      for (const service of this.#plan.services)
        this.#scale(service, 1 + this.#random.below(MOST_REPLICAS), toMs);
    }
    if (toMs >= this.#nextPollMs) {
      this.#nextPollMs += this.#pollingMs;
      this.#workUntil(toMs);
      this.#outbox.add(this.#counters(toMs), HOST_OCTETS, toMs);
      for (const node of this.#nodes) this.#tell(node, RUNNING, toMs);
    }
    this.#outbox.collect(fromMs, toMs, sent);
  }

  /** What passed the port since the last poll is the work of the server, and of what runs on it. */
  #workUntil(nowMs: number): void {
    const elapsedMs = nowMs - this.#polledMs;
    if (elapsedMs <= 0) return;
    const now = countersOf(this.#port);
    // What goes out of the switch comes into the server.
    const inOctets = now.outOctets - this.#seen.outOctets;
    const outOctets = now.inOctets - this.#seen.inOctets;
    const share = Math.min(
      1,
      ((inOctets + outOctets) * 8000) / elapsedMs / this.#port.bitsPerSecond / FULL_LOAD_AT,
    );
    const busy = Math.min(0.98, 0.04 + 0.9 * share + this.#random.between(0, 0.05));
    const work: Work = {
      cpuMs: busy * elapsedMs * this.#plan.cores,
      inOctets,
      outOctets,
      inPackets: now.outPackets - this.#seen.outPackets,
      outPackets: now.inPackets - this.#seen.inPackets,
      readOctets: Math.floor(outOctets * 0.3 * this.#random.fraction()),
      writtenOctets: Math.floor(inOctets * 0.2 * this.#random.fraction()),
    };
    this.#seen = now;
    this.#polledMs = nowMs;
    addWork(this.#work, work, 1);
    this.#idleMs += elapsedMs * this.#plan.cores - work.cpuMs;
    this.#gpuMs += elapsedMs * Math.min(1, busy * 1.2);
    this.#load = this.#load * 0.6 + busy * this.#plan.cores * 0.4;
    const weights = this.#nodes.reduce((sum, node) => sum + node.weight, 0);
    for (const node of this.#nodes) {
      const share = (0.9 * node.weight) / weights;
      // A node has only the processors that it was given.
      const most = (0.95 * elapsedMs * node.cpus) / share;
      addWork(node.work, { ...work, cpuMs: Math.min(work.cpuMs, most) }, share);
      node.memoryOctets = Math.min(
        node.mostMemoryOctets,
        Math.max(node.mostMemoryOctets * 0.1, node.memoryOctets * this.#random.between(0.97, 1.04)),
      );
    }
  }

  /** Starts or ends replicas of a service until there are `count`. */
  #scale(service: string, count: number, nowMs: number): void {
    const running = this.#nodes.filter(({ name }) => name.startsWith(`${service}.`));
    for (let replica = running.length; replica < count; replica++) {
      const started = this.#begin(`${service}.${replica + 1}.${word(this.#random)}`, 4, GIB / 2);
      this.#tell(started, RUNNING, nowMs);
    }
    for (const ended of running.slice(count)) {
      this.#tell(ended, SHUT_OFF, nowMs);
      this.#nodes.splice(this.#nodes.indexOf(ended), 1);
    }
  }

  #begin(name: string, cpus: number, mostMemoryOctets: number): Node {
    const node: Node = {
      index: this.#nextIndex++,
      name,
      uuid: uuid(this.#random),
      cpus,
      memoryOctets: mostMemoryOctets * this.#random.between(0.3, 0.6),
      mostMemoryOctets,
      weight: this.#random.between(0.5, 1.5),
      work: noWork(),
      sequence: 0,
    };
    this.#nodes.push(node);
    return node;
  }

  #tell(node: Node, state: number, nowMs: number): void {
    this.#outbox.add(nodeCounters(node, state), NODE_OCTETS, nowMs);
  }

  #counters(nowMs: number): CountersSampleDescription {
    const { cores, memoryOctets, name } = this.#plan;
    const { cpuMs, readOctets, writtenOctets } = this.#work;
    const used = memoryOctets * (0.35 + 0.02 * this.#nodes.length);
    const records: RecordDescription[] = [
      describe(name, this.#uuid),
      {
        name: 'host_adapters',
        fields: { adapters: [{ ifIndex: 2, mac_address: [this.#mac] }] },
      },
      {
        name: 'host_cpu',
        fields: {
          load_one: this.#load,
          load_five: this.#load * 0.95,
          load_fifteen: this.#load * 0.9,
          proc_run: Math.ceil(this.#load),
          proc_total: 180 + 12 * this.#nodes.length,
          cpu_num: cores,
          cpu_speed: 2900,
          uptime: Math.floor(this.#outbox.uptimeMs(nowMs) / 1000),
          cpu_user: wrap(cpuMs * 0.7),
          cpu_nice: 0,
          cpu_system: wrap(cpuMs * 0.2),
          cpu_idle: wrap(this.#idleMs),
          cpu_wio: wrap(cpuMs * 0.06),
          cpu_intr: wrap(cpuMs * 0.01),
          cpu_sintr: wrap(cpuMs * 0.03),
          interrupts: wrap(cpuMs * 3),
          contexts: wrap(cpuMs * 7),
        },
      },
      {
        name: 'host_memory',
        fields: {
          mem_total: memoryOctets,
          mem_free: Math.floor(memoryOctets - used),
          mem_shared: 0,
          mem_buffers: Math.floor(memoryOctets * 0.02),
          mem_cached: Math.floor(memoryOctets * 0.2),
          swap_total: 4 * GIB,
          swap_free: 4 * GIB,
          page_in: wrap(readOctets / 4096),
          page_out: wrap(writtenOctets / 4096),
          swap_in: 0,
          swap_out: 0,
        },
      },
      {
        name: 'host_disk_io',
        fields: {
          disk_total: 800 * GIB,
          disk_free: 490 * GIB,
          part_max_used: 61.2,
          reads: wrap(readOctets / 65_536),
          bytes_read: readOctets,
          read_time: wrap(readOctets / 1e6),
          writes: wrap(writtenOctets / 65_536),
          bytes_written: writtenOctets,
          write_time: wrap(writtenOctets / 1e6),
        },
      },
      networkRecord(this.#work),
    ];
    if (this.#plan.gpus > 0) records.push(this.#gpuRecord());
    return {
      kind: 'counters_sample',
      sequenceNumber: ++this.#sequence,
      dataSourceClass: PHYSICAL_ENTITY,
      dataSourceIndex: 1,
      records,
    };
  }

  #gpuRecord(): RecordDescription {
    const busy = this.#load / this.#plan.cores;
    return {
      name: 'nvidia_gpu',
      fields: {
        device_count: this.#plan.gpus,
        processes: 2,
        gpu_time: wrap(this.#gpuMs),
        mem_time: wrap(this.#gpuMs * 0.6),
        mem_total: 40 * GIB,
        mem_free: Math.floor((40 - 26 * busy) * GIB),
        ecc_errors: 0,
        energy: wrap(this.#gpuMs * 180),
        temperature: Math.round(41 + 35 * busy),
        fan_speed: Math.round(30 + 50 * busy),
      },
    };
  }
}

/** The servers that run a host agent: two that run containers, one that runs virtual machines. */
export function serversOf(topology: Topology, pollingMs: number, startMs: number, seed: number): Server[] {
  const random = new Random(seed ^ 0x5e72e7);
  const application = topology.hostsOf('application');
  const plans: [Host | undefined, ServerPlan][] = [
    [
      application[0],
      {
        name: 'app1',
        cores: 16,
        memoryOctets: 64 * GIB,
        machines: [],
        services: ['shop_web', 'shop_api'],
        gpus: 0,
      },
    ],
    [
      application.find(({ leafIndex }) => leafIndex === 1),
      { name: 'app2', cores: 32, memoryOctets: 128 * GIB, machines: [], services: ['search_web'], gpus: 1 },
    ],
    [
      topology.hostsOf('database')[0],
      {
        name: 'db1',
        cores: 24,
        memoryOctets: 192 * GIB,
        machines: ['orders-db', 'stats-db'],
        services: [],
        gpus: 0,
      },
    ],
  ];
  return plans.flatMap(([host, plan]) => (host ? [new Server(host, plan, pollingMs, startMs, random)] : []));
}

function nodeCounters(node: Node, state: number): CountersSampleDescription {
  const { work } = node;
  return {
    kind: 'counters_sample',
    sequenceNumber: ++node.sequence,
    dataSourceClass: LOGICAL_ENTITY,
    dataSourceIndex: node.index,
    records: [
      describe(node.name, node.uuid),
      { name: 'host_parent', fields: { container_type: PHYSICAL_ENTITY, container_index: 1 } },
      {
        name: 'virt_cpu',
        fields: { state, cpuTime: wrap(work.cpuMs), nrVirtCpu: node.cpus },
      },
      {
        name: 'virt_memory',
        fields: { memory: Math.floor(node.memoryOctets), maxMemory: node.mostMemoryOctets },
      },
      {
        name: 'virt_disk_io',
        fields: {
          capacity: 40 * GIB,
          allocation: 12 * GIB,
          available: 28 * GIB,
          rd_req: wrap(work.readOctets / 65_536),
          rd_bytes: Math.floor(work.readOctets),
          wr_req: wrap(work.writtenOctets / 65_536),
          wr_bytes: Math.floor(work.writtenOctets),
          errs: 0,
        },
      },
      {
        name: 'virt_net_io',
        fields: {
          rx_bytes: Math.floor(work.inOctets),
          rx_packets: wrap(work.inPackets),
          rx_errs: 0,
          rx_drop: 0,
          tx_bytes: Math.floor(work.outOctets),
          tx_packets: wrap(work.outPackets),
          tx_errs: 0,
          tx_drop: 0,
        },
      },
    ],
  };
}

const describe = (hostname: string, id: Uint8Array): RecordDescription => ({
  name: 'host_descr',
  fields: {
    hostname,
    uuid: id,
    machine_type: X86_64,
    os_name: LINUX,
    os_release: '6.1.0 (sample network)',
  },
});

const networkRecord = (work: Work): RecordDescription => ({
  name: 'host_net_io',
  fields: {
    bytes_in: work.inOctets,
    pkts_in: wrap(work.inPackets),
    errs_in: 0,
    drops_in: 0,
    bytes_out: work.outOctets,
    packets_out: wrap(work.outPackets),
    errs_out: 0,
    drops_out: 0,
  },
});

function addWork(sum: Work, more: Work, share: number): void {
  sum.cpuMs += more.cpuMs * share;
  sum.inOctets += more.inOctets * share;
  sum.inPackets += more.inPackets * share;
  sum.outOctets += more.outOctets * share;
  sum.outPackets += more.outPackets * share;
  sum.readOctets += more.readOctets * share;
  sum.writtenOctets += more.writtenOctets * share;
}

const countersOf = ({ inOctets, inPackets, outOctets, outPackets }: Port) => ({
  inOctets,
  inPackets,
  outOctets,
  outPackets,
});

/** As a 32-bit counter carries it. */
const wrap = (value: number): number => Math.floor(value) % 0x1_0000_0000;

function uuid(random: Random): Uint8Array {
  return Uint8Array.from({ length: 16 }, () => random.below(256));
}

/** As an orchestrator ends the names of its containers. */
function word(random: Random): string {
  return Array.from({ length: 25 }, () => random.below(36).toString(36)).join('');
}
