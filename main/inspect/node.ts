/**
 * One datagram as the tree that the inspector shows: samples, records and fields as the decoder reads them, the
 * layers of each sampled header below its record, what was odd in words, and for the values that traffic can be
 * filtered by, the filter. Offsets count from the datagram's start. It never throws, whatever the octets.
 */
import { printCondition } from '../../shared/filter/print.ts';
import { figureText, formatCount, formatOctets, formatSamplingRate } from '../../shared/format/rates.ts';
import type { InspectNode } from '../../shared/model/inspect.ts';
import type { DescribedField, DescribedLayer } from '../../shared/model/packet.ts';
import { describeHeader } from '../packet/describe.ts';
import { readDatagramTree } from '../sflow/inspect.ts';
import type { ProblemReason } from '../sflow/sample.ts';
import type { TreeNode } from '../sflow/tree.ts';
import { sampledHeaderOf } from './datagram.ts';

/** The name of a port of the datagram's agent, 'if 52' where none was heard. */
export type PortName = (ifIndex: number) => string;

/** What is odd, in words that say what it means for what was counted. */
const PROBLEMS: Readonly<Record<ProblemReason, string>> = {
  'not sFlow': 'This is no sFlow datagram; nothing of it was counted.',
  'version not supported': 'This version of sFlow is not known (2, 4 and 5 are); nothing of it was counted.',
  'datagram cut short': 'The datagram ends within its header; nothing of it was counted.',
  'agent address type unknown': 'The agent’s address is of no known kind; nothing of it was counted.',
  'sample count beyond the datagram':
    'More samples are stated than the datagram has room for; those that are there were counted.',
  'sample cut short': 'The sample ends before it is whole; what came before it was counted.',
  'record count beyond the sample':
    'More records are stated than the sample has room for; those that are there were read.',
  'record cut short': 'The record reaches beyond its sample; those before it were read.',
  'too many records': 'The sample has more records than Weir reads; the first ones were read.',
  'sampling rate 0': 'A sampling rate of 0 says nothing of the traffic; the sample was not counted.',
  'octets after the last sample': 'Octets follow the last sample; they were passed over.',
};

/** Keys that a field of the outermost packet can be filtered by, by the layer's word and the field's name. */
const LAYER_KEYS: Readonly<Record<string, string>> = {
  'eth source': 'macsource',
  'eth destination': 'macdestination',
  'vlan id': 'vlan',
  'ip source': 'ipsource',
  'ip destination': 'ipdestination',
  'ip6 source': 'ip6source',
  'ip6 destination': 'ip6destination',
  'tcp source port': 'tcpsourceport',
  'tcp destination port': 'tcpdestinationport',
  'udp source port': 'udpsourceport',
  'udp destination port': 'udpdestinationport',
};
/** The same for the records that stand in for a header. */
const RECORD_KEYS: Readonly<Record<string, string>> = {
  'sampled_ethernet src_mac': 'macsource',
  'sampled_ethernet dst_mac': 'macdestination',
  'sampled_ipv4 src_ip': 'ipsource',
  'sampled_ipv4 dst_ip': 'ipdestination',
  'sampled_ipv6 src_ip': 'ip6source',
  'sampled_ipv6 dst_ip': 'ip6destination',
};

const PORT_FIELDS: ReadonlySet<string> = new Set([
  'input',
  'output',
  'input_value',
  'output_value',
  'inputifindex',
  'outputifindex',
  'ifIndex',
]);
/** From here on a number is no ifIndex: 0x3FFFFFFF is the agent itself, above are the other formats. */
const NO_PORT = 0x3fff_ffff;

const FACTS_IN_SUMMARY = 3;

/** The tree of a datagram that fills `bytes`; `heard` is told whose it is before any port is named. */
export function inspectDatagram(
  bytes: Uint8Array,
  heard: (agent: string) => void,
  portName: PortName,
): InspectNode {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tree = readDatagramTree(bytes, view, 0, bytes.length);
  const agent = tree.header.find(({ name }) => name === 'agent_address');
  if (agent) heard(agent.text);
  const builder = new Builder(bytes, portName);
  const children = [
    ...tree.header.map((node) => builder.node(node, '')),
    ...tree.samples.map((node) => builder.sample(node)),
  ];
  for (const { reason, offset } of tree.problems)
    children.push(problemNode(PROBLEMS[reason], reason, offset));
  return {
    ...leaf('datagram', 0, bytes.length),
    kind: 'datagram',
    text: `${tree.version === 0 ? 'not sFlow' : `sFlow ${tree.version}`}, ${formatCount(bytes.length)} octets`,
    children,
  };
}

/** A line that says what is odd, in a sentence and in short. */
export function problemNode(text: string, note: string, offset: number): InspectNode {
  return { ...leaf('problem', offset, 0), kind: 'problem', text, note };
}

class Builder {
  readonly #bytes: Uint8Array;
  readonly #portName: PortName;
  /** Of the flow sample at hand, for what its header stands for; 0 where there is none. */
  #samplingRate = 0;

  constructor(bytes: Uint8Array, portName: PortName) {
    this.#bytes = bytes;
    this.#portName = portName;
  }

  sample(node: TreeNode): InspectNode {
    this.#samplingRate = numberOf(node, 'sampling_rate');
    const made = this.node(node, '');
    const parts = [this.#sampleText(node), conversationOf(made)].filter((part) => part !== '');
    if (parts.length > 0) made.text = parts.join(' · ');
    return made;
  }

  /** `record`: the name of the record it stands in. */
  node(node: TreeNode, record: string): InspectNode {
    const { name, offset, length, unit, note } = node;
    if (node.kind === 'leaf') {
      const value = `${node.value ?? ''}`;
      return {
        ...leaf(name, offset, length),
        text: node.text,
        bare: this.#portNamed(node) || (node.text.includes(value) ? '' : value),
        unit,
        note,
        filter: filterBy(RECORD_KEYS[`${record} ${name}`], node.text),
      };
    }
    const isRecord = node.kind === 'record' || node.kind === 'sample';
    // A sample's records stand in it like its fields: a level of its own for their count would say nothing.
    const parts = node.children.flatMap((child) => (child.kind === 'records' ? child.children : child));
    const children = parts.map((child) => this.node(child, isRecord ? name : record));
    const header = sampledHeaderOf(node);
    if (header) {
      // The layers say what the octets are.
      for (const child of children)
        if (child.name === 'header') child.text = `${formatCount(header.end - header.start)} octets`;
      children.push(...this.#layers(header));
    }
    const unknown = isRecord && node.name === node.text;
    return {
      ...leaf(name, offset, length),
      kind: node.kind === 'sample' || node.kind === 'record' ? node.kind : 'branch',
      text: header ? this.#headerText(node, header) : textOf(node, unknown),
      bare: isRecord && !unknown ? node.text : '',
      note,
      unknown,
      children,
    };
  }

  /** The name of the port that a field gives the number of; '' where it is none, or has no name. */
  #portNamed({ name, value }: TreeNode): string {
    if (!PORT_FIELDS.has(name) || typeof value !== 'number' || value <= 0 || value >= NO_PORT) return '';
    const named = this.#portName(value);
    return named === `if ${value}` ? '' : named;
  }

  #sampleText(node: TreeNode): string {
    const compact = numberOf(node, 'source_id', -1);
    const source = compact >= 0 ? compact & 0xff_ffff : numberOf(node, 'source_id_index', -1);
    const sourceClass = compact >= 0 ? compact >>> 24 : numberOf(node, 'source_id_type');
    const place = source < 0 ? '' : sourceClass === 0 ? this.#portName(source) : `${sourceClass}:${source}`;
    const rate = this.#samplingRate > 0 ? formatSamplingRate(this.#samplingRate) : '';
    if (rate !== '') return place === '' ? rate : `${rate} at ${place}`;
    const reason = node.children.find(({ name }) => name === 'reason')?.text ?? '';
    return [place, reason].filter((part) => part !== '').join(', ');
  }

  #headerText(node: TreeNode, header: { start: number; end: number }): string {
    const frame = numberOf(node, 'frame_length');
    const sampled = `${header.end - header.start} of ${formatCount(frame)} octets`;
    if (this.#samplingRate === 0) return sampled;
    return `${sampled}, counts as ${figureText(formatOctets(frame * this.#samplingRate))}`;
  }

  #layers({ start, end, protocol }: { start: number; end: number; protocol: number }): InspectNode[] {
    const seen = new Set<string>();
    return describeHeader(this.#bytes, start, end, protocol).map((layer) => {
      // A word that comes again is of an inner packet, where only a whole address tells what is meant.
      const inner = layer.word === 'ip' || layer.word === 'ip6' ? seen.has('ip') : seen.has(layer.word);
      seen.add(layer.word === 'ip6' ? 'ip' : layer.word);
      return layerNode(layer, inner || seen.has('quoted'));
    });
  }
}

/** Who speaks to whom in the sampled packet, so that one closed sample can be told from the next. */
function conversationOf(sample: InspectNode): string {
  const layers = sample.children.flatMap(({ children }) => children.filter(({ kind }) => kind === 'layer'));
  const outermost = layers.find(({ name }) => name === 'IPv4' || name === 'IPv6') ?? layers[0];
  return outermost?.text.split(',')[0] ?? '';
}

function layerNode(layer: DescribedLayer, inner: boolean): InspectNode {
  const field = (described: DescribedField): InspectNode => {
    const value = `${described.value}`;
    const key = LAYER_KEYS[`${layer.word} ${described.name}`];
    const isAddress = described.name === 'source' || described.name === 'destination';
    return {
      ...leaf(described.name, described.offset, described.length),
      kind: described.fields.length > 0 ? 'branch' : 'field',
      text: described.text,
      bare: described.unit !== '' || described.text.includes(value) ? '' : value,
      unit: described.unit,
      filter: !inner
        ? filterBy(key, value)
        : key && isAddress
          ? filterBy(layer.word === 'eth' ? 'mac.*' : 'address.*', value)
          : '',
      children: described.fields.map(field),
    };
  };
  return {
    ...leaf(layer.name, layer.offset, layer.length),
    kind: 'layer',
    text: layer.summary,
    note: layer.cut ? 'cut off' : '',
    children: layer.fields.map(field),
  };
}

function leaf(name: string, offset: number, length: number): InspectNode {
  return {
    kind: 'field',
    name,
    text: '',
    bare: '',
    unit: '',
    note: '',
    offset,
    length,
    filter: '',
    unknown: false,
    children: [],
  };
}

const filterBy = (key: string | undefined, value: string): string =>
  key === undefined || value === '' ? '' : printCondition(key, '=', [value]);

function numberOf(node: TreeNode, name: string, absent = 0): number {
  const value = node.children.find((child) => child.name === name)?.value;
  return typeof value === 'number' ? value : absent;
}

/** A branch in one line: how many elements, or the first few things that it says. */
function textOf(node: TreeNode, unknown: boolean): string {
  if (unknown) {
    const octets = node.children[0]?.length ?? 0;
    return `${formatCount(octets)} octets that are not known`;
  }
  if (node.kind === 'list') return `${formatCount(node.children.length)} elements`;
  return node.children
    .filter((child) => child.kind === 'leaf' && child.text !== '')
    .slice(0, FACTS_IN_SUMMARY)
    .map(({ name, text, unit }) => `${name.replaceAll('_', ' ')} ${text}${unit === '' ? '' : ` ${unit}`}`)
    .join(', ');
}
