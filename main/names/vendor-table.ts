/**
 * The makers of network cards, by the IEEE's assignments of 24, 28 and 36 bits. The package's file spells each maker
 * with its address for people; what is shipped is made of it once, when Weir is built: lines of equal length with a
 * prefix and where its maker stands, in ascending order, and the makers behind them. They are searched as they lie in
 * the file, so that 50,000 assignments cost the reading of a megabyte and nothing else.
 */

/** The file that the build writes beside the program. */
export const VENDOR_FILE = 'vendors.txt';

/** Digits of an assignment, the longest first: the most exact one holds. */
const DIGITS = [9, 7, 6] as const;
/** Digits of the place of a maker. */
const PLACE_DIGITS = 6;
const TITLE = 'weir-vendors-2';
const NEW_LINE = 10;

/** The file that is shipped, from prefix → maker with its postal address. */
export function compactVendors(assignments: Readonly<Record<string, string>>): Uint8Array {
  const places = new Map<string, number>();
  const names: Buffer[] = [];
  let end = 0;
  const placeOf = (name: string): number => {
    const known = places.get(name);
    if (known !== undefined) return known;
    const line = Buffer.from(`${name}\n`);
    const place = end;
    names.push(line);
    places.set(name, place);
    end += line.length;
    return place;
  };
  const sections = DIGITS.map((digits) =>
    Object.keys(assignments)
      .filter((prefix) => prefix.length === digits)
      .sort()
      .map((prefix) => {
        const name = assignments[prefix]!.split('\n', 1)[0]!.trim();
        return `${prefix}${placeOf(name).toString(16).padStart(PLACE_DIGITS, '0')}\n`;
      }),
  );
  const head = `${TITLE} ${sections.map(({ length }) => length).join(' ')}\n`;
  return Buffer.concat([Buffer.from(head + sections.flat().join('')), ...names]);
}

type Section = { digits: number; at: number; size: number };

export class VendorTable {
  readonly #octets: Buffer;
  readonly #sections: Section[] = [];
  readonly #namesAt: number;
  readonly size: number;

  /** `octets` are those of {@link compactVendors}; an empty table where they are not. */
  constructor(octets: Uint8Array) {
    this.#octets = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
    const headEnd = this.#octets.indexOf(NEW_LINE);
    const [title, ...sizes] = this.#octets.toString('latin1', 0, Math.max(0, headEnd)).split(' ');
    let at = headEnd + 1;
    let size = 0;
    if (title === TITLE) {
      for (const [index, digits] of DIGITS.entries()) {
        const count = Number(sizes[index]);
        this.#sections.push({ digits, at, size: count });
        at += count * (digits + PLACE_DIGITS + 1);
        size += count;
      }
    }
    this.#namesAt = at;
    this.size = size;
  }

  /** Who twelve hexadecimal digits were assigned to; null for the unassigned, groups and locally made addresses. */
  vendor(mac: string): string | null {
    if (!/^[\da-f]{12}$/i.test(mac)) return null;
    const octets = this.#octets;
    for (const { digits, at, size } of this.#sections) {
      const wanted = Number.parseInt(mac.slice(0, digits), 16);
      const width = digits + PLACE_DIGITS + 1;
      const numberAt = (from: number, length: number): number =>
        Number.parseInt(octets.toString('latin1', from, from + length), 16);
      let [low, high] = [0, size];
      while (low < high) {
        const middle = (low + high) >>> 1;
        if (numberAt(at + middle * width, digits) < wanted) low = middle + 1;
        else high = middle;
      }
      if (low === size || numberAt(at + low * width, digits) !== wanted) continue;
      const name = this.#namesAt + numberAt(at + low * width + digits, PLACE_DIGITS);
      return octets.toString('utf8', name, octets.indexOf(NEW_LINE, name));
    }
    return null;
  }
}
