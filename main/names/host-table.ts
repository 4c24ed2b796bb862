/**
 * Which host owns an address, by what hosts tell of themselves: a host's own addresses are its agent's and those of
 * its network cards, a virtual machine's those of its cards. The IP addresses of a card are those that frames from it
 * carry; a card that sends for many is a router's and has none.
 */
import type { HostAttribute } from '../../shared/model/knowledge.ts';
import { addressText } from './address.ts';

/** Hosts and virtual machines; later ones are not taken. */
export const MOST_HOSTS = 65_536;
const MOST_CARDS = 64;
/** IP addresses of one card; past them it is taken for a router's. */
const MOST_ADDRESSES = 16;
/** Network cards of all hosts. */
const MOST_CARDS_IN_ALL = 262_144;
/** IP addresses of all cards. */
const MOST_BOUND = 131_072;

export type HostDescription = {
  host_name: string;
  machine_type: string;
  os_name: string;
  os_release: string;
  uuid: string;
};

export type ToldHost = HostDescription & {
  agent: string;
  /** Class and index of the data source. */
  dataSource: number;
  isVirtual: boolean;
  /** Twelve digits each. */
  macs: readonly string[];
};

type Card = { physical: ToldHost | null; virtual: ToldHost | null; addresses: Set<string> | null };

export class HostTable {
  readonly #hosts = new Map<string, ToldHost>();
  readonly #agents = new Map<string, ToldHost>();
  readonly #cards = new Map<string, Card>();
  readonly #cardOf = new Map<string, Card>();

  get size(): number {
    return this.#hosts.size;
  }
  get cards(): number {
    return this.#cards.size;
  }

  /** Takes what a host tells of itself. True where it is new or says something else than before. */
  tell(told: ToldHost): boolean {
    const place = `${told.agent} ${told.dataSource}`;
    const before = this.#hosts.get(place);
    if (before ? isSame(before, told) : this.#hosts.size >= MOST_HOSTS) return false;
    const kind = told.isVirtual ? 'virtual' : 'physical';
    for (const mac of before?.macs ?? []) {
      const card = this.#cards.get(mac);
      if (card && card[kind] === before) card[kind] = null;
    }
    this.#hosts.set(place, told);
    if (!told.isVirtual) this.#agents.set(addressText(told.agent) ?? told.agent, told);
    for (const mac of told.macs.slice(0, MOST_CARDS)) {
      if (!this.#cards.has(mac) && this.#cards.size >= MOST_CARDS_IN_ALL) break;
      const card = this.#cards.get(mac) ?? { physical: null, virtual: null, addresses: new Set() };
      card[kind] = told;
      this.#cards.set(mac, card);
    }
    return true;
  }

  isCard(mac: string): boolean {
    return this.#cards.has(mac);
  }

  /** A frame from a card carried this IP address. True where that is new. */
  bind(mac: string, address: string): boolean {
    const card = this.#cards.get(mac);
    if (!card?.addresses || card.addresses.has(address)) return false;
    if (card.addresses.size >= MOST_ADDRESSES) {
      for (const known of card.addresses) this.#cardOf.delete(known);
      card.addresses = null;
      return true;
    }
    if (this.#cardOf.has(address) || this.#cardOf.size >= MOST_BOUND) return false;
    card.addresses.add(address);
    this.#cardOf.set(address, card);
    return true;
  }

  /** Every IP address with the name of the host, or of the virtual machine, that owns it. */
  *entries(): Iterable<[string, string]> {
    for (const [address, { host_name }] of this.#agents) yield [address, host_name];
    for (const [address, { physical, virtual }] of this.#cardOf)
      for (const host of [virtual, physical]) if (host) yield [address, host.host_name];
  }

  /** What is known of the host, or with vir_ of the virtual machine, that owns an IP or MAC address. */
  attribute(address: string, attribute: HostAttribute): string | null {
    const text = addressText(address);
    if (text === null) return null;
    const card = this.#cards.get(text) ?? this.#cardOf.get(text) ?? null;
    if (attribute.startsWith('vir_'))
      return card?.virtual?.[attribute.slice(4) as keyof HostDescription] || null;
    const host = this.#agents.get(text) ?? card?.physical ?? null;
    return host?.[attribute as keyof HostDescription] || null;
  }
}

function isSame(a: ToldHost, b: ToldHost): boolean {
  return (
    a.host_name === b.host_name &&
    a.machine_type === b.machine_type &&
    a.os_name === b.os_name &&
    a.os_release === b.os_release &&
    a.uuid === b.uuid &&
    a.macs.join() === b.macs.join()
  );
}
