/** Names that nobody else has. */

/** Names of definitions stand in addresses and before keys, so they have letters, digits, _ and - only. */
const LONGEST = 100;

/** A name that no other has, made of any words: 'Top talkers' is top-talkers, or top-talkers-2 where that is taken. */
export function freeName(words: string, isTaken: (name: string) => boolean): string {
  const plain = words
    .normalize('NFKD')
    .replace(/[^\w-]+/g, '-')
    .replace(/^[-_]+|-+$/g, '')
    .slice(0, LONGEST)
    .toLowerCase();
  const wished = plain || 'flows';
  if (!isTaken(wished)) return wished;
  const base = wished.replace(/-\d+$/, '');
  for (let number = 2; ; number++) if (!isTaken(`${base}-${number}`)) return `${base}-${number}`;
}

/** A name that no other has, in words as people write them, for `what` is being made. */
export function freeTitle(wished: string, isTaken: (name: string) => boolean, what = 'threshold'): string {
  const base = wished.trim().slice(0, 180) || `New ${what}`;
  if (!isTaken(base)) return base;
  for (let number = 2; ; number++) if (!isTaken(`${base} ${number}`)) return `${base} ${number}`;
}
