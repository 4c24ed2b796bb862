/**
 * What a picture is drawn on. Charts are drawn by plain functions that know only this type, so that the
 * picture on the screen, the exported PNG and the exported SVG are one and the same drawing. Coordinates are
 * CSS pixels from the top left; colours are any CSS colour.
 */

export type Paint = { colour: string; opacity?: number };
export type Stroke = Paint & { width: number; dash?: readonly number[] };
export type TextStyle = Paint & {
  size: number;
  weight?: 400 | 500 | 600;
  align?: 'left' | 'center' | 'right';
  /** Where `y` lies: on the baseline, or in the middle of the letters. */
  baseline?: 'alphabetic' | 'middle';
};

/** Points of a line or an outline: x0, y0, x1, y1 … */
export type Points = readonly number[];

export type Surface = {
  rectangle(x: number, y: number, width: number, height: number, fill: Paint): void;
  /** A closed outline, filled. */
  polygon(points: Points, fill: Paint): void;
  polyline(points: Points, stroke: Stroke): void;
  text(text: string, x: number, y: number, style: TextStyle): void;
  /** Width of a text in CSS pixels. */
  measure(text: string, style: TextStyle): number;
  /** Draws with everything outside the rectangle cut off. */
  clip(x: number, y: number, width: number, height: number, draw: () => void): void;
};

/** The part of a 2D context that is needed, so that a test can stand in for it. */
type Context = Pick<
  CanvasRenderingContext2D,
  | 'save'
  | 'restore'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'closePath'
  | 'fill'
  | 'stroke'
  | 'fillRect'
  | 'fillText'
  | 'measureText'
  | 'rect'
  | 'clip'
  | 'setLineDash'
  | 'globalAlpha'
  | 'fillStyle'
  | 'strokeStyle'
  | 'lineWidth'
  | 'lineJoin'
  | 'font'
  | 'textAlign'
  | 'textBaseline'
>;

/** Draws on a canvas whose transform the caller has set to CSS pixels. `font` is a CSS font family list. */
export function canvasSurface(context: Context, font: string): Surface {
  const fontOf = (style: TextStyle) => `${style.weight ?? 400} ${style.size}px ${font}`;
  const trace = (points: Points) => {
    context.beginPath();
    for (let at = 0; at + 1 < points.length; at += 2) {
      if (at === 0) context.moveTo(points[at]!, points[at + 1]!);
      else context.lineTo(points[at]!, points[at + 1]!);
    }
  };
  return {
    rectangle(x, y, width, height, fill) {
      context.globalAlpha = fill.opacity ?? 1;
      context.fillStyle = fill.colour;
      context.fillRect(x, y, width, height);
      context.globalAlpha = 1;
    },
    polygon(points, fill) {
      trace(points);
      context.closePath();
      context.globalAlpha = fill.opacity ?? 1;
      context.fillStyle = fill.colour;
      context.fill();
      context.globalAlpha = 1;
    },
    polyline(points, stroke) {
      trace(points);
      context.globalAlpha = stroke.opacity ?? 1;
      context.strokeStyle = stroke.colour;
      context.lineWidth = stroke.width;
      context.lineJoin = 'miter';
      context.setLineDash([...(stroke.dash ?? [])]);
      context.stroke();
      context.setLineDash([]);
      context.globalAlpha = 1;
    },
    text(text, x, y, style) {
      context.globalAlpha = style.opacity ?? 1;
      context.font = fontOf(style);
      context.fillStyle = style.colour;
      context.textAlign = style.align ?? 'left';
      context.textBaseline = style.baseline ?? 'alphabetic';
      context.fillText(text, x, y);
      context.globalAlpha = 1;
    },
    measure(text, style) {
      context.font = fontOf(style);
      return context.measureText(text).width;
    },
    clip(x, y, width, height, draw) {
      context.save();
      context.beginPath();
      context.rect(x, y, width, height);
      context.clip();
      draw();
      context.restore();
    },
  };
}
