/** Where hosts are, in words: what `samples/locations.ts` has learned, with the names of switches, ports and hosts. */
import {
  formatAddress,
  parseAddress,
  parseMac,
  parsePrefix,
  prefixContains,
} from '../../shared/format/address.ts';
import type {
  HostMove,
  HostPlace,
  LocateAnswer,
  LocatedHost,
  LocationsApi,
} from '../../shared/model/location.ts';
import type { Handlers } from '../../shared/rpc.ts';
import { addressText, macText } from '../names/address.ts';
import type { Knowledge } from '../names/knowledge.ts';
import { KIND_MAC, type Located, Locations, type Place, vlanOf } from '../samples/locations.ts';
import type { Network } from '../samples/network.ts';

const MOST_ADDRESSES = 16;

export class HostLocations {
  readonly locations: Locations;
  readonly handlers: Handlers<LocationsApi>;
  readonly #network: () => Network;
  readonly #knowledge: Knowledge;

  constructor(network: () => Network, knowledge: Knowledge) {
    this.#network = network;
    this.#knowledge = knowledge;
    this.locations = new Locations(network());
    this.handlers = { locate: (text, limit) => this.#locate(text.trim(), limit) };
  }

  #locate(text: string, limit: number): LocateAnswer {
    const isWanted = this.#matcher(text);
    const exact = parseMac(text) ?? parseAddress(text);
    const found: Located[] = [];
    if (exact) found.push(...[this.locations.of(exact)].filter((host) => host !== null));
    else for (const host of this.locations.all()) if (isWanted(textOf(host))) found.push(host);
    found.sort((a, b) => b.lastMs - a.lastMs);
    const shown = found.slice(0, limit);
    const byMac = this.#addressesOf(shown);
    const moves = this.locations.moves.filter((move) => isWanted(textOf(move)));
    return {
      found: found.length,
      hosts: shown.map((host) => this.#inWords(host, byMac)),
      moves: moves.slice(0, limit).flatMap((move): HostMove[] => {
        const [from, to] = [this.#placeInWords(move.from), this.#placeInWords(move.to)];
        return from && to ? [{ address: textOf(move), from, to, atMs: move.atMs }] : [];
      }),
    };
  }

  /** By address, block, or a part of a name, whatever the case. */
  #matcher(text: string): (address: string) => boolean {
    if (text === '') return () => true;
    const exact = addressText(text);
    if (exact !== null) return (address) => address === exact;
    const prefix = text.includes('/') ? parsePrefix(text) : null;
    if (prefix !== null)
      return (address) => {
        const one = parsePrefix(address);
        return one !== null && prefixContains(prefix, one.octets);
      };
    const part = text.toLowerCase();
    return (address) => {
      const known = this.#knowledge.nameKept(address);
      return known !== null && known.origin !== 'vendor' && known.name.toLowerCase().includes(part);
    };
  }

  /** IP addresses by the MAC address that they send by, of those MAC addresses that are shown. */
  #addressesOf(shown: readonly Located[]): Map<string, string[]> {
    const byMac = new Map(
      shown.filter(({ kind }) => kind === KIND_MAC).map((host) => [textOf(host), [] as string[]]),
    );
    if (byMac.size === 0) return byMac;
    for (const { kind, octets, mac } of this.locations.all()) {
      if (kind === KIND_MAC || mac === null) continue;
      const addresses = byMac.get(macText(mac));
      if (addresses && addresses.length < MOST_ADDRESSES) addresses.push(formatAddress(octets));
    }
    return byMac;
  }

  #inWords(host: Located, byMac: ReadonlyMap<string, string[]>): LocatedHost {
    const address = textOf(host);
    const unknown = { agent: '', agentName: '', ifIndex: 0, interfaceName: '', alias: '', vlan: null };
    const { sinceMs, lastMs, samples, mac } = host;
    return {
      ...{ address, sinceMs, lastMs, samples },
      name: this.#knowledge.nameKept(address),
      place: this.#placeInWords(host.place) ?? unknown,
      mac: mac && macText(mac),
      addresses: byMac.get(address) ?? [],
      alsoAt: host.also && this.#placeInWords(host.also),
    };
  }

  #placeInWords(place: Place): HostPlace | null {
    const agent = this.#network().at(place.agent);
    if (!agent) return null;
    const { ifIndex } = place;
    const { name, alias } = agent.nameOfInterface(ifIndex);
    return {
      ...{ agent: agent.address, agentName: agent.shownName, ifIndex },
      ...{ interfaceName: name, alias, vlan: vlanOf(place) },
    };
  }
}

const textOf = ({ kind, octets }: { kind: number; octets: Uint8Array }): string =>
  kind === KIND_MAC ? macText(octets) : formatAddress(octets);
