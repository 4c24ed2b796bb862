/**
 * Every sampled header of the real captures against what sflowtool printed for it. Where the captures are absent
 * (WEIR_CAPTURES, else ../shared/captures beside the repository) there is nothing to compare.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { describeHeader } from '../../main/packet/describe.ts';
import { PacketHeader } from '../../main/packet/header.ts';
import { parseHeader } from '../../main/packet/parse.ts';
import { formatIpv4Octets, formatIpv6, formatMacPlain, parseIpv6 } from '../../shared/format/address.ts';
import { hex } from './frames.ts';
import { brokenDescription, brokenPromise } from './read.ts';

const folder = resolve(
  process.env.WEIR_CAPTURES ?? resolve(import.meta.dirname, '../../../shared/captures'),
  'sflowtool',
);
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.txt.gz')) : [];

/** One sample's lines, as name and value; of repeated names the last. */
type Printed = Map<string, string>;

function printedSamples(file: string): Printed[] {
  const samples: Printed[] = [];
  let sample: Printed = new Map();
  for (const line of gunzipSync(readFileSync(resolve(folder, file)))
    .toString('latin1')
    .split('\n')) {
    const space = line.indexOf(' ');
    const name = space < 0 ? line : line.slice(0, space);
    if (name === 'startSample') sample = new Map();
    else if (name === 'endSample') {
      if (sample.has('headerBytes')) samples.push(sample);
    } else sample.set(name, line.slice(space + 1));
  }
  return samples;
}

/** The same lines from the parsed header. sflowtool prints the outermost packet only. */
function ourLines(header: PacketHeader): Printed {
  const lines: Printed = new Map();
  const { bytes } = header;
  const layer = header.layers[0];
  const put = (name: string, value: number) => {
    if (value >= 0) lines.set(name, String(value));
  };
  if (layer.ethernet >= 0) {
    lines.set('dstMAC', formatMacPlain(bytes, layer.destinationMac).toLowerCase());
    lines.set('srcMAC', formatMacPlain(bytes, layer.sourceMac).toLowerCase());
    if (layer.etherType >= 1536) put('ethernet_type', layer.etherType);
  }
  if (layer.vlanCount > 0) {
    put('decodedVLAN', layer.vlan[layer.vlanCount - 1]!);
    put('decodedPriority', layer.priority[layer.vlanCount - 1]!);
  }
  if (layer.ipVersion === 4) {
    put('ip.tot_len', layer.ipLength);
    lines.set('srcIP', formatIpv4Octets(bytes, layer.sourceIp));
    lines.set('dstIP', formatIpv4Octets(bytes, layer.destinationIp));
    // sflowtool prints the identification with its octets swapped.
    put('IPID', ((layer.ipId & 0xff) << 8) | (layer.ipId >>> 8));
  }
  if (layer.ipVersion === 6) {
    lines.set('srcIP6', formatIpv6(bytes, layer.sourceIp));
    lines.set('dstIP6', formatIpv6(bytes, layer.destinationIp));
    lines.set('IP6_label', `0x${layer.flowLabel.toString(16)}`);
    put('IPV6_payloadLen', layer.ipLength - 40);
  }
  put('IPTTL', layer.ttl);
  put('IPTOS', layer.tos);
  put('IPProtocol', layer.ipProtocol);
  const kind = { 6: 'TCP', 17: 'UDP' }[layer.ipProtocol];
  if (kind) {
    put(`${kind}SrcPort`, layer.sourcePort);
    put(`${kind}DstPort`, layer.destinationPort);
  }
  if (kind === 'TCP') put('TCPFlags', layer.tcpFlags & 0xff);
  if (kind === 'UDP') put('UDPBytes', layer.udpLength);
  put('ICMPType', layer.icmpType);
  put('ICMPCode', layer.icmpCode);
  return lines;
}

/** Describing costs more than parsing: of the large captures a part will do. */
const DESCRIBE_EACH = 16;

const NAMES = [
  ...[
    'dstMAC',
    'srcMAC',
    'ethernet_type',
    'decodedVLAN',
    'decodedPriority',
    'ip.tot_len',
    'srcIP',
    'dstIP',
    'srcIP6',
  ],
  ...[
    'dstIP6',
    'IP6_label',
    'IPV6_payloadLen',
    'IPProtocol',
    'IPTTL',
    'IPTOS',
    'IPID',
    'TCPSrcPort',
    'TCPDstPort',
  ],
  ...['TCPFlags', 'UDPSrcPort', 'UDPDstPort', 'UDPBytes', 'ICMPType', 'ICMPCode'],
];

describe.skipIf(files.length === 0)('as sflowtool reads them', () => {
  test.each(files)('%s', (file) => {
    const header = new PacketHeader();
    for (const [index, printed] of printedSamples(file).entries()) {
      const octets = hex(printed.get('headerBytes')!);
      const view = new DataView(octets.buffer);
      parseHeader(header, octets, view, 0, octets.length, Number(printed.get('headerProtocol')));
      expect(brokenPromise(header)).toBe('');
      if (index % DESCRIBE_EACH === 0) {
        const layers = describeHeader(octets, 0, octets.length, Number(printed.get('headerProtocol')));
        expect(brokenDescription(layers, 0, octets.length)).toBe('');
      }
      const ours = ourLines(header);
      for (const name of NAMES) {
        let theirs = printed.get(name);
        // A sampled_ethernet record beside the header prints some of these lines too.
        if (theirs === undefined || (header.layers[0].ethernet < 0 && /MAC|ethernet/.test(name))) continue;
        if (name === 'srcIP6' || name === 'dstIP6') theirs = formatIpv6(parseIpv6(theirs)!);
        if (ours.get(name) !== theirs) {
          expect.fail(`${name} ${ours.get(name)}, sflowtool ${theirs}: ${printed.get('headerBytes')}`);
        }
      }
    }
  });
});

test.runIf(files.length === 0)('no captures here: nothing compared', () => {
  expect(files).toEqual([]);
});
