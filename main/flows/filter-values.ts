/**
 * What the values of a filter mean for a key. Texts count as the key spells them, and as people do: protocol=TCP,
 * application=https, a MAC address with colons, an agent's address beside its name.
 */
import {
  formatMacPlain,
  type Prefix,
  parseAddress,
  parseMac,
  parsePrefix,
  prefixContains,
} from '../../shared/format/address.ts';
import { etherTypeName, protocolName, serviceName } from '../../shared/format/names.ts';
import type { ServiceNames } from '../../shared/format/service-names.ts';
import type { CompiledKey, KeyNames } from './key.ts';

/** 'ipprotocol' of 'ipprotocol.1'. */
const baseOf = (key: string): string => key.replace(/\.\d+$/, '');

const isProtocol = (base: string): boolean => /^(protocol|ipprotocol|ip6nexthdr)$/.test(base);
const TCP = 6;
const UDP = 17;
const SCTP = 132;

/** Numbers by their names in lower case, made when a name is first typed: a filter may hold a thousand of them. */
function byName(first: number, last: number, nameOf: (number: number) => string): (name: string) => number[] {
  let known: Map<string, number[]> | null = null;
  return (name) => {
    if (known === null) {
      known = new Map();
      for (let number = first; number <= last; number++) {
        const lower = nameOf(number).toLowerCase();
        if (lower !== '') known.set(lower, [...(known.get(lower) ?? []), number]);
      }
    }
    return known.get(name.toLowerCase()) ?? [];
  };
}
const protocolsNamed = byName(0, 255, protocolName);
const etherTypesNamed = byName(1536, 65_535, etherTypeName);
const portsNamed = {
  tcp: byName(0, 65_535, (port) => serviceName(TCP, port)),
  udp: byName(0, 65_535, (port) => serviceName(UDP, port)),
  sctp: byName(0, 65_535, (port) => serviceName(SCTP, port)),
};

/** The numbers that a value of a numeric key stands for: 443, 0x0800, TCP, IPv4, https; none where it is none. */
export function numbersOf(key: string, value: string, services: ServiceNames): number[] {
  if (/^(\d{1,10}|0x[0-9a-f]{1,8})$/i.test(value)) {
    const number = Number(value);
    return number <= 0xffff_ffff ? [number] : [];
  }
  const base = baseOf(key);
  const named = services.named(value);
  if (isProtocol(base))
    return [...protocolsNamed(value), ...named.flatMap(({ protocol, port }) => (port < 0 ? [protocol] : []))];
  if (base === 'ethernetprotocol') return etherTypesNamed(value);
  if (/port$/.test(base) && /[a-z]/i.test(value)) {
    const { tcp, udp, sctp } = portsNamed;
    const over = base.startsWith('tcp') ? TCP : base.startsWith('udp') ? UDP : null;
    const tables = over === TCP ? [tcp] : over === UDP ? [udp] : [tcp, udp, sctp];
    const own = named.filter(({ protocol, port }) => port >= 0 && (over === null || protocol === over));
    return [...new Set([...tables.flatMap((table) => table(value)), ...own.map(({ port }) => port)])];
  }
  return [];
}

/** No agent and no port has a name: their addresses and numbers show. */
export const NO_NAMES: KeyNames = {
  agentName: () => '',
  interfaceName: (_agent, ifIndex) => String(ifIndex),
};

/** How else the text of a key may be written by people; '' where in no other way. */
export function otherTextOf(
  key: string,
  compiled: CompiledKey,
  said: string,
  words: Uint32Array,
  services: ServiceNames,
): string {
  const base = baseOf(key);
  if (base === 'agent' || base.startsWith('ifname:')) return compiled.text(words, 0, NO_NAMES);
  if (isProtocol(base)) return services.protocolName(Number(said));
  if (base === 'ethernetprotocol') return etherTypeName(Number(said));
  if (base !== 'application') return '';
  const [protocol, port] = said.split(':');
  return services.applicationName(Number(protocol), Number(port ?? -1));
}

/** Whether a text of a key is one value: as it stands, by its other name, as the same address or within a subnet. */
export function textTest(value: string): (said: string, otherwise: string) => boolean {
  const lower = value.toLowerCase();
  const mac = parseMac(value);
  const plainMac = mac ? formatMacPlain(mac) : null;
  const prefix: Prefix | null = parsePrefix(value);
  return (said, otherwise) => {
    if (said === value || said === plainMac) return true;
    if (otherwise !== '' && otherwise.toLowerCase() === lower) return true;
    if (prefix === null) return false;
    const octets = parseAddress(said);
    return octets !== null && prefixContains(prefix, octets);
  };
}
