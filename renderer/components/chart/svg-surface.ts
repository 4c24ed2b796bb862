/**
 * The same drawing as SVG text, for pictures that must stay sharp at any size. Everything that came from the
 * network is escaped; the file refers to nothing outside itself.
 */
import type { Paint, Points, Surface, TextStyle } from './surface.ts';

export type SvgSurface = Surface & {
  /** The finished document. */
  finish(): string;
};

/** Text made safe inside an element or a quoted attribute; characters that XML forbids are left out. */
export function escapeXml(text: string): string {
  let escaped = '';
  for (const letter of text) {
    const code = letter.codePointAt(0)!;
    if (code < 0x20 || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff) continue;
    if (letter === '&') escaped += '&amp;';
    else if (letter === '<') escaped += '&lt;';
    else if (letter === '>') escaped += '&gt;';
    else if (letter === '"') escaped += '&quot;';
    else escaped += letter;
  }
  return escaped;
}

/** Hundredths of a pixel are enough, and keep the file small. */
const short = (value: number) => String(Math.round(value * 100) / 100);

function pathOf(points: Points): string {
  let path = '';
  for (let at = 0; at + 1 < points.length; at += 2)
    path += `${at === 0 ? 'M' : 'L'}${short(points[at]!)} ${short(points[at + 1]!)}`;
  return path;
}

const opacityOf = (paint: Paint, attribute: string) =>
  paint.opacity === undefined || paint.opacity === 1 ? '' : ` ${attribute}="${short(paint.opacity)}"`;

/** A surface of the given size in CSS pixels. `measure` tells the width of a text as the screen would. */
export function svgSurface(
  width: number,
  height: number,
  font: string,
  measure: (text: string, style: TextStyle) => number,
): SvgSurface {
  const parts: string[] = [];
  let clips = 0;
  const colourOf = (paint: Paint) => escapeXml(paint.colour);
  return {
    rectangle(x, y, rectangleWidth, rectangleHeight, fill) {
      parts.push(
        `<rect x="${short(x)}" y="${short(y)}" width="${short(rectangleWidth)}" height="${short(rectangleHeight)}" fill="${colourOf(fill)}"${opacityOf(fill, 'fill-opacity')}/>`,
      );
    },
    polygon(points, fill) {
      if (points.length < 6) return;
      parts.push(`<path d="${pathOf(points)}Z" fill="${colourOf(fill)}"${opacityOf(fill, 'fill-opacity')}/>`);
    },
    polyline(points, stroke) {
      if (points.length < 4) return;
      const dash = stroke.dash ? ` stroke-dasharray="${stroke.dash.map(short).join(' ')}"` : '';
      parts.push(
        `<path d="${pathOf(points)}" fill="none" stroke="${colourOf(stroke)}" stroke-width="${short(stroke.width)}"${dash}${opacityOf(stroke, 'stroke-opacity')}/>`,
      );
    },
    text(text, x, y, style) {
      const anchor = style.align === 'center' ? 'middle' : style.align === 'right' ? 'end' : 'start';
      const shift = style.baseline === 'middle' ? style.size * 0.35 : 0;
      parts.push(
        `<text x="${short(x)}" y="${short(y + shift)}" font-size="${short(style.size)}" font-weight="${style.weight ?? 400}" text-anchor="${anchor}" fill="${colourOf(style)}"${opacityOf(style, 'fill-opacity')} xml:space="preserve">${escapeXml(text)}</text>`,
      );
    },
    measure,
    clip(x, y, clipWidth, clipHeight, draw) {
      clips++;
      parts.push(
        `<clipPath id="clip${clips}"><rect x="${short(x)}" y="${short(y)}" width="${short(clipWidth)}" height="${short(clipHeight)}"/></clipPath><g clip-path="url(#clip${clips})">`,
      );
      draw();
      parts.push('</g>');
    },
    finish: () =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="${short(width)}" height="${short(height)}" viewBox="0 0 ${short(width)} ${short(height)}" font-family="${escapeXml(font)}">${parts.join('')}</svg>\n`,
  };
}
