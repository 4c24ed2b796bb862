/**
 * The makers of network cards, by the IEEE's assignments of 24, 28 and 36 bits. The package's file spells each maker
 * with its address for people; what is shipped is made of it once, when Weir is built: a line per maker with its
 * prefixes. In memory it is sorted numbers and one text, so that 50,000 assignments cost some two megabytes.
 */

/** The file that the build writes beside the program. */
export const VENDOR_FILE = 'vendors.txt';

/** The lines that are shipped, from prefix → maker with its postal address. */
export function compactVendors(assignments: Readonly<Record<string, string>>): string {
  const prefixes = new Map<string, string[]>();
  for (const [prefix, text] of Object.entries(assignments)) {
    const name = text.split('\n', 1)[0]!.trim();
    const known = prefixes.get(name);
    if (known) known.push(prefix);
    else prefixes.set(name, [prefix]);
  }
  return [...prefixes].map(([name, all]) => `${name}\t${all.join(' ')}\n`).join('');
}

/** Digits of an assignment, the longest first: the most exact one holds. */
const DIGITS = [9, 7, 6] as const;

export class VendorTable {
  readonly #text: string;
  /** By number of digits: prefixes in ascending order, and where in the text their maker stands. */
  readonly #prefixes = new Map<number, { prefixes: Float64Array; at: Uint32Array }>();
  readonly size: number;

  /** Reads the lines of {@link compactVendors}. */
  constructor(lines: string) {
    this.#text = lines;
    const found = new Map<number, { prefix: number; at: number }[]>(DIGITS.map((digits) => [digits, []]));
    let size = 0;
    for (let at = 0; at < lines.length; at = lines.indexOf('\n', at) + 1) {
      const end = lines.indexOf('\n', at);
      if (end < 0) break;
      for (const prefix of lines.slice(lines.indexOf('\t', at) + 1, end).split(' ')) {
        found.get(prefix.length)?.push({ prefix: Number.parseInt(prefix, 16), at });
        size++;
      }
    }
    this.size = size;
    for (const [digits, entries] of found) {
      entries.sort((a, b) => a.prefix - b.prefix);
      this.#prefixes.set(digits, {
        prefixes: Float64Array.from(entries, ({ prefix }) => prefix),
        at: Uint32Array.from(entries, ({ at }) => at),
      });
    }
  }

  /** Who twelve hexadecimal digits were assigned to; null for the unassigned, groups and locally made addresses. */
  vendor(mac: string): string | null {
    if (!/^[\da-f]{12}$/i.test(mac)) return null;
    for (const digits of DIGITS) {
      const { prefixes, at } = this.#prefixes.get(digits)!;
      const wanted = Number.parseInt(mac.slice(0, digits), 16);
      let [low, high] = [0, prefixes.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (prefixes[middle]! < wanted) low = middle + 1;
        else high = middle;
      }
      if (prefixes[low] === wanted) return this.#text.slice(at[low]!, this.#text.indexOf('\t', at[low]!));
    }
    return null;
  }
}
