/**
 * Marks on the time axis: a filled triangle where something began, a hollow one where it ended. Those that would lie on
 * each other are one mark, in the colour of the worst.
 */
import { type Plot, xOf } from './geometry.ts';
import type { Mark } from './model.ts';
import type { Palette } from './palette.ts';
import type { Surface } from './surface.ts';

/** Marks nearer than this are one. */
const NEAR_PIXELS = 7;
/** More hairlines than that would hide what is drawn. */
const MOST_HAIRLINES = 12;
const HALF_WIDTH = 4;
const HEIGHT = 7;
const WORST_FIRST: readonly Mark['colour'][] = ['crit-fill', 'warn-fill', 'accent'];

export type PlacedMarks = { x: number; marks: readonly Mark[] };

/** The marks of the range in order of time, put together where they are too near to tell apart. */
export function placedMarks(plot: Plot, marks: readonly Mark[]): PlacedMarks[] {
  const { fromMs, toMs } = plot.interval;
  const placed: { x: number; marks: Mark[] }[] = [];
  const inside = marks.filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs);
  for (const mark of inside.sort((one, other) => one.timeMs - other.timeMs)) {
    const x = xOf(plot, mark.timeMs);
    const last = placed.at(-1);
    if (last && x - last.x < NEAR_PIXELS) last.marks.push(mark);
    else placed.push({ x, marks: [mark] });
  }
  return placed;
}

/** Draws the marks below the axis, with a hairline up through the plot where something began. */
export function drawMarks(surface: Surface, plot: Plot, marks: readonly Mark[], palette: Palette): void {
  const ground = plot.top + plot.height;
  const placed = placedMarks(plot, marks);
  for (const { x, marks: together } of placed) {
    const worst = WORST_FIRST.find((colour) => together.some((mark) => mark.colour === colour))!;
    const colour = palette[worst];
    const triangle = [
      x - HALF_WIDTH,
      ground + HEIGHT + 1,
      x,
      ground + 1,
      x + HALF_WIDTH,
      ground + HEIGHT + 1,
    ];
    if (together.some(({ kind }) => kind === 'raised')) {
      if (placed.length <= MOST_HAIRLINES)
        surface.polyline([x + 0.5, plot.top, x + 0.5, ground], {
          colour,
          width: 1,
          dash: [1, 3],
          opacity: 0.7,
        });
      surface.polygon(triangle, { colour });
    } else {
      surface.polygon(triangle, { colour: palette['bg-panel'] });
      surface.polyline([...triangle, triangle[0]!, triangle[1]!], { colour, width: 1.25 });
    }
  }
}
