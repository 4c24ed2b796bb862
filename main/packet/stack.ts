/**
 * The layer stack of a packet as one string, `eth.vlan.ip.udp.vxlan.eth.ip.tcp`, and as one number that stands
 * for it, so that a flow key or a filter can use it per sample without making text. The numbers are nodes of a
 * tree that grows as new shapes are seen, up to a limit; beyond it a stack is named by the longest beginning
 * that is known. They hold for the life of the process; text is what is stored.
 */
import type { PacketHeader } from './header.ts';
import { PROTOCOL_COUNT, STACK_WORDS } from './protocols.ts';

/** Networks have some dozens of shapes; made-up packets cannot take more than this. */
const MAX_NODES = 4096;

/** Row n, column p: the node reached from n by protocol p; 0 where it has not been seen. Node 0 is the root. */
const children = new Uint16Array(MAX_NODES * PROTOCOL_COUNT);
const texts: string[] = [''];

function grow(node: number, protocol: number): number {
  if (texts.length >= MAX_NODES) return 0;
  const child = texts.length;
  const text = texts[node]!;
  texts.push(text === '' ? STACK_WORDS[protocol]! : `${text}.${STACK_WORDS[protocol]}`);
  children[node * PROTOCOL_COUNT + protocol] = child;
  return child;
}

/** The number of the packet's stack; 0 where nothing was recognised. Equal stacks have equal numbers. */
export function stackOf(header: PacketHeader): number {
  let node = 0;
  for (let step = 0; step < header.stepCount; step++) {
    const protocol = header.stepProtocol[step]!;
    const child = children[node * PROTOCOL_COUNT + protocol] || grow(node, protocol);
    if (child === 0) return node;
    node = child;
  }
  return node;
}

/** The text of a stack number: 'eth.ip.tcp', '' for 0. */
export function stackText(stack: number): string {
  return texts[stack] ?? '';
}
