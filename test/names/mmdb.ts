/**
 * Writes databases in MaxMind's mmdb format (version 2.0 of its description), as much of it as tests need: a tree of
 * 24-bit records over IPv4, text, numbers and maps.
 */
export type MmdbValue = string | number | { [name: string]: MmdbValue };

const TYPE = { text: 2, map: 7, uint32: 6 } as const;

function control(type: number, size: number): number[] {
  if (size < 29) return [(type << 5) | size];
  return [(type << 5) | 29, size - 29];
}

function encode(value: MmdbValue): number[] {
  if (typeof value === 'string') {
    const octets = Buffer.from(value);
    return [...control(TYPE.text, octets.length), ...octets];
  }
  if (typeof value === 'number')
    return [...control(TYPE.uint32, 4), value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  const entries = Object.entries(value);
  return [
    ...control(TYPE.map, entries.length),
    ...entries.flatMap(([name, inner]) => [...encode(name), ...encode(inner)]),
  ];
}

/** A database of the blocks given ('192.0.2.0/24'), which do not overlap. */
export function mmdbOf(databaseType: string, blocks: Record<string, MmdbValue>): Buffer {
  type Node = [Node | number | null, Node | number | null];
  const root: Node = [null, null];
  const data: number[] = [];
  for (const [block, value] of Object.entries(blocks)) {
    const [address = '', length = '32'] = block.split('/');
    const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    let node = root;
    for (let bit = 0; bit < Number(length); bit++) {
      const side = Math.floor(number / 2 ** (31 - bit)) % 2 === 0 ? 0 : 1;
      if (bit === Number(length) - 1) node[side] = data.length;
      else {
        const next = node[side];
        const inner: Node = next !== null && typeof next === 'object' ? next : [null, null];
        node[side] = inner;
        node = inner;
      }
    }
    data.push(...encode(value));
  }
  const nodes: Node[] = [];
  const number = (node: Node): void => {
    nodes.push(node);
    for (const side of node) if (side !== null && typeof side === 'object') number(side);
  };
  number(root);
  const place = new Map(nodes.map((node, index) => [node, index]));
  const record = (side: Node[number]): number =>
    side === null ? nodes.length : typeof side === 'number' ? nodes.length + 16 + side : place.get(side)!;
  const tree = nodes.flatMap((node) =>
    node.map(record).flatMap((value) => [value >>> 16, (value >>> 8) & 255, value & 255]),
  );
  const metadata = encode({
    node_count: nodes.length,
    record_size: 24,
    ip_version: 4,
    database_type: databaseType,
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
  });
  return Buffer.concat([
    Buffer.from(tree),
    Buffer.alloc(16),
    Buffer.from(data),
    Buffer.from('\xAB\xCD\xEFMaxMind.com', 'latin1'),
    Buffer.from(metadata),
  ]);
}
