/** A tree without where things lie: objects and lists for JSON, which the builder takes back. */
import type { LeafValue, TreeNode } from './tree.ts';

/** A value as an object to print or to hand to writeDatagram. */
export type PlainValue = LeafValue | PlainValue[] | { [name: string]: PlainValue };

/**
 * What a node says, without where: lists become arrays, structures objects, records {name, tag, fields} (or
 * {tag, octets} where not known). The result is accepted by writeDatagram and survives JSON.
 */
export function plainValue(node: TreeNode): PlainValue {
  switch (node.kind) {
    case 'leaf':
      return node.value ?? '';
    case 'list':
    case 'records':
      return node.children.map(plainValue);
    case 'record':
    case 'sample': {
      const tag = node.value ?? 0;
      const unknown = node.children[0]?.name === 'octets' && node.name === node.text;
      return unknown
        ? { tag, octets: node.children[0]!.text }
        : { name: node.name, tag, fields: plainFields(node.children) };
    }
    default:
      return plainFields(node.children);
  }
}

/** The fields of a structure by name. */
export function plainFields(nodes: readonly TreeNode[]): { [name: string]: PlainValue } {
  return Object.fromEntries(nodes.map((node) => [node.name, plainValue(node)]));
}
