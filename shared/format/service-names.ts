/**
 * Names of services and IP protocols: those of the bundled tables, with what a user added or calls otherwise. One
 * object holds for screens, filters and keys; a change makes a new one.
 */
import { applicationName, knownPorts, protocolName, serverPort, serviceName } from './names.ts';

/** Service ('6/8443'; an IP protocol alone: '47') → name. */
export type ServiceNameTable = Record<string, string>;
/** `port` is -1 for an IP protocol alone. */
export type Service = { protocol: number; port: number };

const PROTOCOLS = 256;

/** As tables spell it: '6/8443', '47'. */
export const serviceText = ({ protocol, port }: Service): string =>
  port < 0 ? String(protocol) : `${protocol}/${port}`;

/** Reads 'TCP/8443', '8443/tcp', '6:8443', '6/8443', 'GRE' or '47'; null where it is none. */
export function parseService(text: string): Service | null {
  const parts = text.trim().split(/\s*[/:]\s*/);
  if (parts.length > 2) return null;
  const isTurned = parts.length === 2 && /^\d+$/.test(parts[0]!) && !/^\d+$/.test(parts[1]!);
  const [protocolPart = '', portPart] = isTurned ? parts.toReversed() : parts;
  const protocol = protocolNumber(protocolPart);
  if (protocol === null || (portPart !== undefined && !/^\d{1,5}$/.test(portPart))) return null;
  const port = portPart === undefined ? -1 : Number(portPart);
  // Port 0 is reserved (RFC 6335): no service has it.
  return port === 0 || port > 65_535 ? null : { protocol, port };
}

function protocolNumber(text: string): number | null {
  if (/^\d{1,3}$/.test(text)) return Number(text) < PROTOCOLS ? Number(text) : null;
  const lower = text.toLowerCase();
  for (let number = 0; number < PROTOCOLS; number++)
    if (protocolName(number).toLowerCase() === lower) return number;
  return null;
}

export class ServiceNames {
  readonly #own: ReadonlyMap<string, string>;
  /** Per IP protocol: 1 at each port that a service is known for. */
  readonly #known: readonly Uint8Array[];

  /** `own` by {@link serviceText}; what is no such key is passed over. */
  constructor(own: ReadonlyMap<string, string> = new Map()) {
    this.#own = own;
    const known = Array.from({ length: PROTOCOLS }, (_, protocol) => knownPorts(protocol));
    const copied = new Set<number>();
    for (const text of own.keys()) {
      const { protocol, port } = parseService(text) ?? { protocol: -1, port: -1 };
      if (port < 0) continue;
      if (!copied.has(protocol)) known[protocol] = known[protocol]!.slice();
      copied.add(protocol);
      known[protocol]![port] = 1;
    }
    this.#known = known;
  }

  get own(): ReadonlyMap<string, string> {
    return this.#own;
  }

  /** The user's name of a service (of an IP protocol with port -1), '' where they gave none. */
  ownName(protocol: number, port: number): string {
    return this.#own.size === 0 ? '' : (this.#own.get(serviceText({ protocol, port })) ?? '');
  }

  /** 'TCP' for 6; the number as text where it has no name, '' where there is no protocol (-1). */
  protocolName(protocol: number): string {
    return this.ownName(protocol, -1) || protocolName(protocol);
  }

  /** 'https' for TCP port 443; '' where the port has no name over this IP protocol. */
  serviceName(protocol: number, port: number): string {
    return this.ownName(protocol, port) || serviceName(protocol, port);
  }

  /** What an application is called: the service, else protocol and port, else the protocol; '' where there is no IP. */
  applicationName(protocol: number, port: number): string {
    const name = port < 0 ? '' : this.serviceName(protocol, port);
    if (name !== '') return name;
    const own = this.ownName(protocol, -1);
    if (own === '') return applicationName(protocol, port);
    return port < 0 ? own : `${own} ${port}`;
  }

  /** Services and protocols that the user gave this name, whatever its case. */
  named(name: string): Service[] {
    const lower = name.toLowerCase();
    return [...this.#own].flatMap(([text, own]) => {
      const service = own.toLowerCase() === lower ? parseService(text) : null;
      return service ? [service] : [];
    });
  }

  /** As {@link serverPort}, a port that the user named being one that a service is known for. */
  serverPort(protocol: number, sourcePort: number, destinationPort: number): number {
    return serverPort(protocol, sourcePort, destinationPort, this.#known[protocol]);
  }
}

/** The bundled names alone. */
export const BUNDLED_SERVICES = new ServiceNames();
