/** Cells that are pictures, drawn for exports as they look on the screen. */
import type { ColourName, Palette } from '../chart/palette.ts';
import type { Surface } from '../chart/surface.ts';
import type { CellBox } from './column.ts';

/** The swatch of a legend. */
export function paintSwatch(surface: Surface, box: CellBox, colour: ColourName, palette: Palette): void {
  surface.rectangle(box.x, box.y + box.height / 2 - 5, 10, 10, { colour: palette[colour] });
}

/** A bar for a share of the width, with the figure at the right of it. */
export function paintBar(
  surface: Surface,
  box: CellBox,
  bar: { share: number; peak?: number; colour: ColourName; text: string; textPx: number },
  palette: Palette,
): void {
  const width = Math.max(0, box.width - bar.textPx);
  const y = box.y + box.height / 2 - 3;
  const part = (share: number) => Math.max(share > 0 ? 1 : 0, Math.min(1, Math.max(0, share)) * width);
  surface.rectangle(box.x, y, width, 6, { colour: palette.line });
  if (bar.peak) surface.rectangle(box.x, y, part(bar.peak), 6, { colour: palette[bar.colour], opacity: 0.5 });
  surface.rectangle(box.x, y, part(bar.share), 6, { colour: palette[bar.colour] });
  surface.text(bar.text, box.x + box.width, box.y + box.height / 2, {
    colour: palette.text,
    size: 12.5,
    align: 'right',
    baseline: 'middle',
  });
}

/** A sparkline of columns that stand on the cell's ground. */
export function paintSpark(
  surface: Surface,
  box: CellBox,
  spark: { values: ArrayLike<number>; highest: number; colour: ColourName },
  palette: Palette,
): void {
  const height = Math.min(17, box.height - 8);
  const ground = box.y + (box.height + height) / 2;
  surface.rectangle(box.x, ground, box.width, 1, { colour: palette.line });
  const step = box.width / Math.max(1, spark.values.length);
  for (let index = 0; index < spark.values.length; index++) {
    const value = spark.values[index]!;
    if (!(value > 0) || !(spark.highest > 0)) continue;
    const tall = Math.max(1, Math.min(1, value / spark.highest) * height);
    surface.rectangle(box.x + index * step, ground - tall, step, tall, { colour: palette[spark.colour] });
  }
}
