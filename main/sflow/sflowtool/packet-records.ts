/** The records of the sampled packet itself, which also tell the line format what it prints of a sample. */
import { nextWord, type RecordPrinter } from './cursor.ts';
import { printHeader } from './header.ts';
import { plainAddress, plainMac } from './value.ts';

/** sampled_header, of version 5 or (without the stripped octets) of versions 2 and 4. */
export function sampledHeader(hasStripped: boolean): RecordPrinter {
  return (out, at, state) => {
    out.field('flowSampleType', 'HEADER');
    if (at.end - at.offset < (hasStripped ? 16 : 12)) return;
    const protocol = nextWord(at) ?? 0;
    out.field('headerProtocol', protocol);
    state.sampledPacketSize = nextWord(at) ?? 0;
    out.field('sampledPacketSize', state.sampledPacketSize);
    if (hasStripped) {
      state.stripped = nextWord(at) ?? 0;
      out.field('strippedBytes', state.stripped);
    }
    const length = nextWord(at) ?? 0;
    out.field('headerLen', length);
    printHeader(out, state, at.bytes, protocol, at.offset, Math.min(at.end, at.offset + length));
  };
}

/** sampled_ethernet, alone or as the header of a tunnel. */
export function sampledEthernet(prefix: string): RecordPrinter {
  return (out, { bytes, view, offset, end }, state) => {
    out.field('flowSampleType', `${prefix}ETHERNET`);
    if (end - offset < 24) return;
    state.sourceMac = plainMac(bytes, offset + 4);
    state.destinationMac = plainMac(bytes, offset + 12);
    state.etherType = view.getUint32(offset + 20);
    out.pushPrefix(prefix);
    out.field('ethernet_type', state.etherType);
    out.field('ethernet_len', view.getUint32(offset));
    out.field('ethernet_src', state.sourceMac);
    out.field('ethernet_dst', state.destinationMac);
    out.popPrefix();
  };
}

/** sampled_ipv4 (addresses of 4 octets) and sampled_ipv6 (16). */
export function sampledIp(prefix: string, octets: 4 | 16): RecordPrinter {
  return (out, { bytes, view, offset, end }, state) => {
    const suffix = octets === 4 ? '' : '6';
    out.field('flowSampleType', `${prefix}IPV${octets === 4 ? 4 : 6}`);
    if (end - offset < 24 + 2 * octets) return;
    const afterAddresses = offset + 8 + 2 * octets;
    state.sampledPacketSize = view.getUint32(offset);
    state.ipProtocol = view.getUint32(offset + 4);
    state.sourceIp = plainAddress(bytes, offset + 8, octets);
    state.destinationIp = plainAddress(bytes, offset + 8 + octets, octets);
    state.sourcePort = view.getUint32(afterAddresses);
    state.destinationPort = view.getUint32(afterAddresses + 4);
    const serviceOrPriority = view.getUint32(afterAddresses + 12);
    out.pushPrefix(prefix);
    out.field('sampledPacketSize', state.sampledPacketSize);
    out.field('IPSize', state.sampledPacketSize);
    out.field(`srcIP${suffix}`, state.sourceIp);
    out.field(`dstIP${suffix}`, state.destinationIp);
    out.field('IPProtocol', state.ipProtocol);
    if (octets === 4) {
      state.tos = serviceOrPriority;
      out.field('IPTOS', state.tos);
    } else out.field('priority', serviceOrPriority);
    if (state.ipProtocol === 1) out.field('ICMPType', state.destinationPort);
    else if (state.ipProtocol === 6 || state.ipProtocol === 17) {
      const name = state.ipProtocol === 6 ? 'TCP' : 'UDP';
      out.field(`${name}SrcPort`, state.sourcePort);
      out.field(`${name}DstPort`, state.destinationPort);
      if (state.ipProtocol === 6) {
        state.tcpFlags = view.getUint32(afterAddresses + 8);
        out.field('TCPFlags', state.tcpFlags);
      }
    }
    out.popPrefix();
  };
}
