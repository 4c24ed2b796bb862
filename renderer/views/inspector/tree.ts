/**
 * The lines of a datagram's tree: which are open, which octets each one covers, and where one is found again in
 * the next datagram. A line's key is made of the names on the way to it, so that what was opened and selected in one
 * datagram is opened and selected in the next.
 */
import { parseService, type ServiceNames } from '../../../shared/format/service-names.ts';
import { safeText } from '../../../shared/format/text.ts';
import type { InspectNode } from '../../../shared/model/inspect.ts';

export type TreeLine = {
  key: string;
  /** Keys of what it lies in, outermost first. */
  within: readonly string[];
  depth: number;
  node: InspectNode;
  parent: TreeLine | null;
  opens: boolean;
  open: boolean;
  /** A sample that the filter means. */
  matches: boolean;
};

/** What the user opened (true) and closed (false); the rest is as `opensByItself` says. */
export type Opened = ReadonlyMap<string, boolean>;

const ROOT = 'datagram';
const LONGEST_TEXT = 160;

/**
 * The lines to be shown, top to bottom: all of them where `opened` is null. `matching` are the samples (from 0) that
 * a filter means; they are marked, and the first of them stands open.
 */
export function linesOf(
  tree: InspectNode,
  opened: Opened | null,
  matching: readonly number[] = [],
): TreeLine[] {
  const lines: TreeLine[] = [];
  const samples = tree.children.filter(({ kind }) => kind === 'sample');
  const matched = new Set(matching.map((at) => samples[at]));
  const first = samples[matching[0] ?? -1] ?? firstOf(samples);
  const add = (node: InspectNode, key: string, within: readonly string[], parent: TreeLine | null) => {
    const opens = node.children.length > 0;
    const open = opens && (opened === null || (opened.get(key) ?? opensByItself(node, within, first)));
    const line: TreeLine = {
      ...{ key, within, depth: within.length, node, parent, opens, open },
      matches: matched.has(node),
    };
    lines.push(line);
    if (!open) return;
    const met = new Map<string, number>();
    const inside = [...within, key];
    for (const child of node.children) {
      const nth = met.get(child.name) ?? 0;
      met.set(child.name, nth + 1);
      add(child, `${key}/${child.name}#${nth}`, inside, line);
    }
  };
  add(tree, ROOT, [], null);
  return lines;
}

/** The sample that stands open at first: the first with a sampled header, else the first. */
function firstOf(samples: readonly InspectNode[]): InspectNode | null {
  const hasHeader = (sample: InspectNode) =>
    sample.children.some((record) => record.children.some(({ kind }) => kind === 'layer'));
  return samples.find(hasHeader) ?? samples[0] ?? null;
}

function opensByItself(node: InspectNode, within: readonly string[], first: InspectNode | null): boolean {
  if (node.kind === 'datagram' || node === first) return true;
  if (first === null || within.length < 2) return false;
  // Its sampled header, and in that the network layer.
  const isHeader = node.children.some(({ kind }) => kind === 'layer');
  const isNetwork = node.kind === 'layer' && /^IPv[46]$/.test(node.name);
  return (isHeader && first.children.includes(node)) || (isNetwork && includesDeep(first, node));
}

function includesDeep(sample: InspectNode, layer: InspectNode): boolean {
  return sample.children.some(({ children }) => children.includes(layer));
}

/**
 * Where a selected line leads in a datagram of which only some samples are meant: the same place in the first of
 * them, or that sample itself; the line itself where it lies in one of them, or in no sample.
 */
export function lineInMatch(lines: readonly TreeLine[], key: string): string {
  const samples = lines.filter(({ node }) => node.kind === 'sample');
  const first = samples.find(({ matches }) => matches);
  if (!first) return key;
  const own = samples.find((sample) => key === sample.key || key.startsWith(`${sample.key}/`));
  if (!own || own.matches) return key;
  const there = first.key + key.slice(own.key.length);
  return lines.some((line) => line.key === there) ? there : first.key;
}

/** The deepest line that covers an octet, of all lines. */
export function lineAt(lines: readonly TreeLine[], offset: number): TreeLine | null {
  let best: TreeLine | null = null;
  for (const line of lines) {
    const { node } = line;
    if (node.kind === 'problem' || offset < node.offset || offset >= node.offset + node.length) continue;
    // A field of a header lies deeper than the record's own field of octets, which covers the same.
    if (best === null || line.depth >= best.depth) best = line;
  }
  return best;
}

export type Span = { from: number; to: number };

/** Which octets are tinted: the selected line's own, what it is part of, and the sample around that. */
export type Marks = {
  own: Span;
  ownName: string;
  part: Span;
  partName: string;
  /** The sample; octets outside it are grey. */
  sample: Span | null;
};

const spanOf = ({ offset, length }: InspectNode): Span => ({ from: offset, to: offset + length });

/** The marks of a selected line. */
export function marksOf(line: TreeLine): Marks {
  let layers: TreeLine | null = null;
  let part: TreeLine | null = null;
  let sample: TreeLine | null = null;
  for (let at: TreeLine | null = line; at !== null; at = at.parent) {
    if (at.node.kind === 'layer') layers = at;
    if (part === null && at !== line && at.node.kind !== 'branch' && at.node.kind !== 'field') part = at;
    if (at.node.kind === 'sample') sample = at;
  }
  const own = spanOf(line.node);
  const record = layers?.parent ?? null;
  if (layers !== null && record !== null) {
    // A field of a layer: tinted is the whole sampled header.
    const all = record.node.children.filter(({ kind }) => kind === 'layer');
    const to = Math.max(...all.map((layer) => layer.offset + layer.length));
    return {
      own,
      ownName: labelOf(line.node),
      part: { from: all[0]?.offset ?? own.from, to },
      partName: 'sampled header',
      sample: sample && spanOf(sample.node),
    };
  }
  return {
    own,
    ownName: labelOf(line.node),
    part: part ? spanOf(part.node) : own,
    partName: part ? labelOf(part.node).toLowerCase() : '',
    sample: sample && spanOf(sample.node),
  };
}

/** A name for people: 'sampling rate' of sampling_rate, 'Flow sample' of a sample. */
export function labelOf({ kind, name }: InspectNode): string {
  const words = safeText(name.replaceAll('_', ' '));
  if (kind === 'layer') return words;
  if (kind === 'field' || kind === 'branch') return words;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a line says, cut where it is long. */
export function shownText({ text }: InspectNode): string {
  return safeText(text, LONGEST_TEXT);
}

/** A text to copy: the value, or what a branch says. */
export function copyOf({ text, unit }: InspectNode): string {
  return unit === '' ? text : `${text} ${unit}`;
}

/** What the user calls the service or IP protocol that a field of a layer tells; '' for nothing. */
export function ownServiceOf(
  { name, text, bare }: InspectNode,
  layer: string,
  services: ServiceNames,
): string {
  const number = Number(bare || text);
  if (name.endsWith(' port')) {
    const over = parseService(layer);
    return over === null ? '' : services.ownName(over.protocol, number);
  }
  const isProtocol = layer.startsWith('IPv') && (name === 'protocol' || name === 'next header');
  return isProtocol ? services.ownName(number, -1) : '';
}
