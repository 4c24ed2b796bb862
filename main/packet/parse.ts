/**
 * The sampled-header parser: the hot path of every flow sample. One loop asks the reader of the current protocol
 * what it found and what follows; the readers are in link.ts, network.ts, transport.ts and tunnel.ts, the
 * next-protocol tables in protocols.ts. It allocates nothing, throws nothing, reads nothing at or past `end`
 * whatever the octets claim, and leaves nothing of the packet before.
 */
import { Cursor, type Reader } from './cursor.ts';
import { MAX_STEPS, type PacketHeader } from './header.ts';
import {
  readBackbone,
  readEthernet,
  readGlobalRoute,
  readLlc,
  readLocalRoute,
  readMpls,
  readPpp,
  readPppoe,
  readRecognised,
  readSnap,
  readWifi,
  readWifiAggregate,
} from './link.ts';
import { readArp, readAuthentication, readIpByVersion, readIpv4, readIpv6 } from './network.ts';
import * as protocol from './protocols.ts';
import {
  readBaseTransport,
  readDccp,
  readDns,
  readIcmp,
  readSctp,
  readTcp,
  readUdp,
  readUdpLite,
} from './transport.ts';
import {
  readErspan,
  readEtherIp,
  readGeneve,
  readGre,
  readGtpUser,
  readL2tp,
  readL2tpV3,
  readNsh,
  readVxlan,
  readVxlanGpe,
} from './tunnel.ts';

/** The reader of each protocol; those that are not named here are only recognised. */
const readers: Reader[] = new Array<Reader>(protocol.PROTOCOL_COUNT).fill(readRecognised);
readers[protocol.ETHERNET] = readEthernet;
readers[protocol.LLC] = readLlc;
readers[protocol.SNAP] = readSnap;
readers[protocol.PPPOE] = readPppoe;
readers[protocol.PPP] = readPpp;
readers[protocol.MPLS] = readMpls;
readers[protocol.PBB] = readBackbone;
readers[protocol.ARP] = readArp;
readers[protocol.IPV4] = readIpv4;
readers[protocol.IPV6] = readIpv6;
readers[protocol.AH] = readAuthentication;
readers[protocol.TCP] = readTcp;
readers[protocol.UDP] = readUdp;
readers[protocol.SCTP] = readSctp;
readers[protocol.DCCP] = readDccp;
readers[protocol.UDP_LITE] = readUdpLite;
readers[protocol.ICMP] = readIcmp;
readers[protocol.ICMPV6] = readIcmp;
readers[protocol.GRE] = readGre;
readers[protocol.ERSPAN] = readErspan;
readers[protocol.VXLAN] = readVxlan;
readers[protocol.VXLAN_GPE] = readVxlanGpe;
readers[protocol.GENEVE] = readGeneve;
readers[protocol.GTP_U] = readGtpUser;
readers[protocol.L2TP] = readL2tp;
readers[protocol.L2TP_V3] = readL2tpV3;
readers[protocol.ETHER_IP] = readEtherIp;
readers[protocol.NSH] = readNsh;
readers[protocol.DNS] = readDns;
readers[protocol.GRH] = readGlobalRoute;
readers[protocol.BTH] = readBaseTransport;
readers[protocol.LRH] = readLocalRoute;
readers[protocol.WIFI] = readWifi;
readers[protocol.WIFI_AGGREGATE] = readWifiAggregate;
readers[protocol.IP_BY_VERSION] = readIpByVersion;

const cursor = new Cursor();

/**
 * Reads the sampled header at start ≤ o < end into `header`, which is cleared first and keeps `bytes` and `view`
 * (both over the same memory, with the same offsets). `headerProtocol` is sFlow's header_protocol; one that is
 * not read here leaves `depth` 0. A header that was cut off gives what it has, and `truncated`.
 */
export function parseHeader(
  header: PacketHeader,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  headerProtocol: number,
): void {
  header.bytes = bytes;
  header.view = view;
  header.start = start;
  header.end = end;
  header.depth = 0;
  header.truncated = false;
  header.stepCount = 0;
  cursor.reset(header, view, start, end);
  let next =
    headerProtocol < protocol.BY_HEADER_PROTOCOL.length
      ? protocol.BY_HEADER_PROTOCOL[headerProtocol]!
      : protocol.DONE;
  // Each reader advances or ends; the step limit also holds for one that would not.
  for (let step = 0; next !== protocol.DONE && step < MAX_STEPS; step++) {
    cursor.protocol = next;
    next = readers[next]!(cursor);
  }
}
