/**
 * Reads from counter samples what hosts and their virtual machines tell of themselves (sflow_host.txt: description
 * 0:2000, network cards 0:2001), and from sampled frames which IP addresses those cards begin to send by. A frame costs one look
 * at a table of octets as long as no card is known by it.
 */
import { formatIpv4Octets, formatIpv6 } from '../../shared/format/address.ts';
import { safeText } from '../../shared/format/text.ts';
import { macText } from '../names/address.ts';
import type { Knowledge } from '../names/knowledge.ts';
import type { Agent } from '../samples/agent.ts';
import type { Sample } from '../samples/sample.ts';
import { MACHINE_TYPE, OS_NAME } from '../sflow/enumerations.ts';
import type { CounterSample, Datagram } from '../sflow/sample.ts';

const HOST_DESCR = 2000;
const HOST_ADAPTERS = 2001;
/** Data source classes: the agent's own host, and what runs on it (sflow_host.txt). */
const PHYSICAL_ENTITY = 2;
const LOGICAL_ENTITY = 3;

const MOST_CARDS = 64;
const UUID_OCTETS = 16;
/** What senders begin to count down from; a frame that a router sends on has been counted down already. */
const FIRST_TTLS: ReadonlySet<number> = new Set([32, 64, 128, 255]);
/** Frames from a host's cards that are looked at per second of their time. */
const MOST_FRAMES_PER_SECOND = 256;

/** A place in a table of 65,536 bits for the last octets of a MAC address, which differ most. */
const placeOf = (bytes: Uint8Array, at: number): number => (bytes[at + 4]! << 8) | bytes[at + 5]!;

export class HostLearner {
  readonly #knowledge: Knowledge;
  /** 1 where a known card may be. */
  readonly #mayBeCard = new Uint8Array(65_536);
  #second = Number.NaN;
  #frames = 0;

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  counters(agent: Agent, datagram: Datagram, sample: CounterSample): void {
    const { records, dataSourceClass, dataSourceIndex } = sample;
    if (dataSourceClass !== PHYSICAL_ENTITY && dataSourceClass !== LOGICAL_ENTITY) return;
    const at = records.find(HOST_DESCR);
    if (at < 0) return;
    const description = readDescription(datagram, records.start[at]!, records.end[at]!);
    if (description === null) return;
    const cards = records.find(HOST_ADAPTERS);
    const macs = cards < 0 ? [] : this.#readCards(datagram, records.start[cards]!, records.end[cards]!);
    this.#knowledge.takeHost({
      ...description,
      macs,
      agent: agent.address,
      dataSource: ((dataSourceClass << 24) | dataSourceIndex) >>> 0,
      isVirtual: dataSourceClass === LOGICAL_ENTITY,
    });
  }

  /** The MAC addresses of all cards, twelve digits each, without those of no card (loopback). */
  #readCards({ view, bytes }: Datagram, start: number, end: number): string[] {
    const found: string[] = [];
    if (start + 4 > end) return found;
    const cards = view.getUint32(start);
    let at = start + 4;
    for (let card = 0; card < cards && at + 8 <= end; card++) {
      const addresses = view.getUint32(at + 4);
      at += 8;
      for (let i = 0; i < addresses && at + 8 <= end; i++, at += 8) {
        const mac = macText(bytes.subarray(at, at + 6));
        if (mac === '000000000000' || found.length >= MOST_CARDS) continue;
        found.push(mac);
        this.#mayBeCard[placeOf(bytes, at)] = 1;
      }
    }
    return found;
  }

  flow(sample: Sample): void {
    const { bytes, depth, layers } = sample.header;
    const { sourceMac, sourceIp, ipVersion, ttl } = layers[0];
    if (depth === 0 || sourceMac < 0 || sourceIp < 0) return;
    // A switch that routes tells of its cards too, and the addresses behind it are not its own.
    if (!FIRST_TTLS.has(ttl)) return;
    if (this.#mayBeCard[placeOf(bytes, sourceMac)] === 0) return;
    const second = Math.floor(sample.timeMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#frames = 0;
    }
    if (++this.#frames > MOST_FRAMES_PER_SECOND) return;
    const address = ipVersion === 4 ? formatIpv4Octets(bytes, sourceIp) : formatIpv6(bytes, sourceIp);
    this.#knowledge.takeHostAddress(macText(bytes.subarray(sourceMac, sourceMac + 6)), address);
  }
}

function readDescription({ view, bytes }: Datagram, start: number, end: number) {
  const hostName = readText(view, bytes, start, end);
  if (hostName === null || hostName.next + UUID_OCTETS + 8 > end) return null;
  const at = hostName.next + UUID_OCTETS;
  const machine = view.getUint32(at);
  const system = view.getUint32(at + 4);
  return {
    host_name: hostName.text,
    machine_type: MACHINE_TYPE[machine] ?? String(machine),
    os_name: OS_NAME[system] ?? String(system),
    os_release: readText(view, bytes, at + 8, end)?.text ?? '',
    uuid: uuidText(bytes.subarray(hostName.next, at)),
  };
}

/** An XDR string; null where it does not fit. */
function readText(
  view: DataView,
  bytes: Uint8Array,
  start: number,
  end: number,
): { text: string; next: number } | null {
  if (start + 4 > end) return null;
  const length = view.getUint32(start);
  if (length > end - start - 4) return null;
  const text = safeText(new TextDecoder().decode(bytes.subarray(start + 4, start + 4 + length)));
  return { text, next: start + 4 + Math.ceil(length / 4) * 4 };
}

/** As RFC 9562 spells it; '' for the nil UUID, which says nothing. */
function uuidText(octets: Uint8Array): string {
  if (octets.every((octet) => octet === 0)) return '';
  return Buffer.from(octets)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
