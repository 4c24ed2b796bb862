/**
 * One uPlot instance that is made once and lives as long as its element. uPlot brings canvas, scales, pixel
 * ratio, pointer and selection; what is drawn comes from `drawChart` through its draw hook, so that the screen
 * and the exports cannot differ. New data goes in by `setData`; nothing is ever made anew on a tick.
 *
 * Milliseconds everywhere in Weir; seconds only here, at uPlot's door.
 */
import 'uplot/dist/uPlot.min.css';
import uPlot from 'uplot';
import type { Interval } from '../../../shared/model/question.ts';
import { drawChart } from './draw.ts';
import type { Size } from './geometry.ts';
import { type ChartModel, guttersOf } from './model.ts';
import type { Palette } from './palette.ts';
import { canvasSurface } from './surface.ts';

/** Drags shorter than this are clicks with an unsteady hand. */
const LEAST_DRAG_PIXELS = 5;

export type PlotEvents = {
  /** The pointer is at this moment of the range, or (null) on the chart no more. */
  pointer(timeMs: number | null, clientX: number, clientY: number): void;
  /** A range was dragged. */
  zoom(interval: Interval): void;
  /** The ground was clicked twice. */
  zoomOut(): void;
  /** The ground was clicked. */
  ground(): void;
};

export type PlotHandle = {
  /** Shows this model in these colours, in place. */
  update(model: ChartModel, palette: Palette): void;
  resize(size: Size): void;
  destroy(): void;
};

/** Makes a chart inside `element`. */
export function openPlot(
  element: HTMLElement,
  size: Size,
  first: { model: ChartModel; palette: Palette },
  events: PlotEvents,
): PlotHandle {
  let { model, palette } = first;
  /** A drag ends with a click, which is not one on the ground. */
  let dragged = false;

  /** uPlot wants columns; all that matters to it here is where the range begins and ends. */
  const columns = (): uPlot.AlignedData => [
    [model.interval.fromMs / 1000, model.interval.toMs / 1000],
    [0, model.highest],
  ];
  const gutter = (side: keyof ReturnType<typeof guttersOf>) => () => guttersOf(model)[side];

  const plot = new uPlot(
    {
      width: size.width,
      height: size.height,
      legend: { show: false },
      axes: [{ show: false }, { show: false }],
      padding: [gutter('top'), gutter('right'), gutter('bottom'), gutter('left')],
      scales: {
        x: { time: true, range: () => [model.interval.fromMs / 1000, model.interval.toMs / 1000] },
        y: { range: () => [0, model.highest] },
      },
      series: [{}, { paths: () => null, points: { show: false } }],
      cursor: {
        x: false,
        y: false,
        points: { show: false },
        drag: { x: true, y: false, setScale: false, dist: LEAST_DRAG_PIXELS },
        bind: {
          dblclick: () => () => {
            events.zoomOut();
            return null;
          },
        },
      },
      hooks: {
        draw: [
          (self) => {
            const { ctx } = self;
            const ratio = uPlot.pxRatio;
            ctx.save();
            ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
            const whole = { width: self.width, height: self.height };
            drawChart(canvasSurface(ctx, palette.font), whole, model, palette);
            ctx.restore();
          },
        ],
        setSelect: [
          (self) => {
            const { left, width } = self.select;
            if (width < LEAST_DRAG_PIXELS) return;
            const fromMs = self.posToVal(left, 'x') * 1000;
            const toMs = self.posToVal(left + width, 'x') * 1000;
            self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            dragged = true;
            events.zoom({ fromMs, toMs });
          },
        ],
      },
    },
    columns(),
    element,
  );

  const onMove = (event: PointerEvent) => {
    const ground = plot.over.getBoundingClientRect();
    const part = (event.clientX - ground.left) / Math.max(1, ground.width);
    const span = model.interval.toMs - model.interval.fromMs;
    const inside = Math.min(Math.max(part, 0), 1 - 1e-9);
    events.pointer(model.interval.fromMs + inside * span, event.clientX, event.clientY);
  };
  const onLeave = () => events.pointer(null, 0, 0);
  const onDown = () => {
    dragged = false;
  };
  const onClick = () => {
    if (!dragged) events.ground();
  };
  plot.over.addEventListener('pointermove', onMove);
  plot.over.addEventListener('pointerleave', onLeave);
  plot.over.addEventListener('pointerdown', onDown);
  plot.over.addEventListener('click', onClick);

  return {
    update(nextModel, nextPalette) {
      model = nextModel;
      palette = nextPalette;
      plot.setData(columns());
    },
    resize(next) {
      if (next.width !== plot.width || next.height !== plot.height) plot.setSize(next);
    },
    destroy: () => plot.destroy(),
  };
}
