/**
 * How the packet tests look at a parsed header: the frame is put between poison, so that a read beyond its end
 * shows up as a difference, and what was found is a plain object that can be compared.
 */
import { type Layer, PacketHeader } from '../../main/packet/header.ts';
import { parseHeader } from '../../main/packet/parse.ts';
import { stackOf, stackText } from '../../main/packet/stack.ts';
import type { DescribedField, DescribedLayer } from '../../shared/model/packet.ts';

/** Octets before and after the frame. */
export const MARGIN = 48;

const OFFSETS = [
  'ethernet',
  'destinationMac',
  'sourceMac',
  'arp',
  'ip',
  'sourceIp',
  'destinationIp',
  'transport',
  'tunnel',
  'tunnelKey',
  'dns',
  'baseTransport',
  'payload',
] as const satisfies readonly (keyof Layer)[];

const NUMBERS = [
  'etherType',
  'ipVersion',
  'ipProtocol',
  'extensionCount',
  'tos',
  'ttl',
  'ipLength',
  'ipId',
  'ipFlags',
  'fragmentOffset',
  'moreFragments',
  'flowLabel',
  'sourcePort',
  'destinationPort',
  'tcpFlags',
  'tcpWindow',
  'udpLength',
  'icmpType',
  'icmpCode',
  'vni',
  'tunnelProtocol',
  'tagsPassed',
] as const satisfies readonly (keyof Layer)[];

export type FoundLayer = Record<(typeof OFFSETS)[number] | (typeof NUMBERS)[number], number> & {
  vlans: { id: number; priority: number; tpid: number }[];
  labels: number[];
};
export type Found = { stack: string; truncated: boolean; depth: number; layers: FoundLayer[] };

/** What a layer says, offsets counted from the start of the frame. */
function plainLayer(layer: Layer, start: number): FoundLayer {
  const found = {} as FoundLayer;
  for (const name of OFFSETS) found[name] = layer[name] < 0 ? -1 : layer[name] - start;
  for (const name of NUMBERS) found[name] = layer[name];
  found.vlans = Array.from({ length: layer.vlanCount }, (_, index) => ({
    id: layer.vlan[index]!,
    priority: layer.priority[index]!,
    tpid: layer.tpid[index]!,
  }));
  found.labels = [...layer.label.subarray(0, layer.labelCount)];
  return found;
}

/** Parses a frame into `header` with `poison` on both sides. */
export function readInto(header: PacketHeader, frame: Uint8Array, headerProtocol = 1, poison = 0xff): Found {
  const memory = new Uint8Array(frame.length + 2 * MARGIN).fill(poison);
  memory.set(frame, MARGIN);
  const end = MARGIN + frame.length;
  parseHeader(header, memory, new DataView(memory.buffer), MARGIN, end, headerProtocol);
  return {
    stack: stackText(stackOf(header)),
    truncated: header.truncated,
    depth: header.depth,
    layers: header.layers.slice(0, Math.max(1, header.depth)).map((layer) => plainLayer(layer, MARGIN)),
  };
}

const dirty = new PacketHeader();

/** Parses a frame with a header object that has seen all earlier ones. */
export function read(frame: Uint8Array, headerProtocol = 1, poison = 0xff): Found {
  return readInto(dirty, frame, headerProtocol, poison);
}

/** What every parsed header must keep, whatever the octets: returns the first broken promise, or ''. */
export function brokenPromise(header: PacketHeader): string {
  const { start, end } = header;
  if (header.depth < 0 || header.depth > header.layers.length) return `depth ${header.depth}`;
  for (const layer of header.layers.slice(0, Math.max(1, header.depth))) {
    for (const name of OFFSETS) {
      const offset = layer[name];
      if (offset !== -1 && (offset < start || offset >= end))
        return `${name} ${offset} outside ${start}..${end}`;
    }
    const reaches: readonly (readonly [number, number, string])[] = [
      [layer.ethernet, 12, 'ethernet'],
      [layer.destinationMac, 6, 'destinationMac'],
      [layer.sourceMac, 6, 'sourceMac'],
      [layer.sourceIp, layer.ipVersion === 6 ? 16 : 4, 'sourceIp'],
      [layer.destinationIp, layer.ipVersion === 6 ? 16 : 4, 'destinationIp'],
      [layer.arp, 8, 'arp'],
      [layer.tunnelKey, 4, 'tunnelKey'],
      [layer.dns, 12, 'dns'],
      [layer.baseTransport, 12, 'baseTransport'],
    ];
    for (const [offset, octets, name] of reaches) {
      if (offset >= 0 && offset + octets > end) return `${name} reaches beyond the end`;
    }
    for (const name of NUMBERS) {
      if (!Number.isInteger(layer[name]) || layer[name] < -1) return `${name} is ${layer[name]}`;
    }
    if (layer.vlanCount > layer.vlan.length || layer.labelCount > layer.label.length) return 'too many tags';
    if (layer.fragmentOffset > 0 && layer.sourcePort !== -1) return 'ports of a later fragment';
    if (layer.sourcePort < 0 !== layer.destinationPort < 0) return 'one port only';
  }
  for (let step = 0; step < header.stepCount; step++) {
    const offset = header.stepOffset[step]!;
    if (offset < start || offset >= end) return `step ${step} at ${offset}`;
    if (step > 0 && offset < header.stepOffset[step - 1]!) return `step ${step} goes back`;
  }
  return '';
}

/** What holds for any description of any octets; the first that does not, or ''. */
export function brokenDescription(layers: DescribedLayer[], start: number, end: number): string {
  let behind = start;
  for (const layer of layers) {
    if (layer.offset !== behind) return `${layer.name} begins at ${layer.offset}, not at ${behind}`;
    if (layer.offset + layer.length > end) return `${layer.name} reaches beyond the end`;
    behind = layer.offset + layer.length;
    if (/-1|undefined|NaN/.test(ownWords(layer))) return `${layer.name} says "${layer.summary}"`;
    const broken = brokenFields(layer.fields, start, end);
    if (broken) return `${layer.name}: ${broken}`;
  }
  return behind === end ? '' : `octets from ${behind} are not described`;
}

/** The summary without the texts that the packet itself carries: a neighbour may well be called "leaf-1". */
function ownWords(layer: DescribedLayer): string {
  return textsOf(layer.fields).reduce((summary, text) => summary.replaceAll(text, ''), layer.summary);
}

function textsOf(fields: DescribedField[]): string[] {
  return fields.flatMap(({ value, text, fields: inner }) => [
    ...(typeof value === 'string' && text !== '' ? [text] : []),
    ...textsOf(inner),
  ]);
}

function brokenFields(fields: DescribedField[], start: number, end: number): string {
  for (const one of fields) {
    if (one.offset < start || one.offset + one.length > end) return `${one.name} outside`;
    if (/undefined|NaN/.test(one.text)) return `${one.name} says "${one.text}"`;
    if (typeof one.value === 'number' && !(one.value >= 0)) return `${one.name} is ${one.value}`;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of these may be shown
    if (/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/.test(one.text))
      return `${one.name} has control characters`;
    const broken = brokenFields(one.fields, start, end);
    if (broken) return broken;
  }
  return '';
}
