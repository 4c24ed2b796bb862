/** The outline of a sparkline: steps of equal width over the given room, zero at the bottom. */

/**
 * `line` goes along the tops, `area` closes down to zero; both as SVG path data. A value that is not known
 * interrupts them. A value above zero is at least one pixel high: little is not nothing.
 */
export function sparkPath(
  values: ArrayLike<number>,
  highest: number,
  width: number,
  height: number,
): { line: string; area: string } {
  let line = '';
  let area = '';
  let open = false;
  const edge = (index: number) => Math.round((index / values.length) * width * 10) / 10;
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (!Number.isFinite(value)) {
      if (open) area += `V${height}Z`;
      open = false;
      continue;
    }
    const share = highest > 0 ? Math.min(1, Math.max(0, value / highest)) : 0;
    const tall = value > 0 ? Math.max(1, share * height) : 0;
    const y = Math.round((height - tall) * 10) / 10;
    const [from, to] = [edge(index), edge(index + 1)];
    line += `${open ? `V${y}` : `M${from} ${y}`}H${to}`;
    area += `${open ? `V${y}` : `M${from} ${height}V${y}`}H${to}`;
    open = true;
  }
  if (open) area += `V${height}Z`;
  return { line, area };
}
