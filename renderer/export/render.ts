/** A picture as a file: PNG at twice the pixels of the screen, or SVG. */
import type { Palette } from '../components/chart/palette.ts';
import { canvasSurface } from '../components/chart/surface.ts';
import { svgSurface } from '../components/chart/svg-surface.ts';
import { layoutPicture, type Picture } from './picture.ts';

const SCALE = 2;

function measuring(palette: Palette) {
  const context = document.createElement('canvas').getContext('2d');
  if (!context)
    throw new Error('The browser gave no canvas to draw the picture on. Close other windows and try again.');
  return canvasSurface(context, palette.font);
}

/** The picture as PNG. Rejects with a plain sentence where the browser cannot make it. */
export function renderPng(picture: Picture, palette: Palette): Promise<Blob> {
  const ruler = measuring(palette);
  const { height, draw } = layoutPicture(picture, palette, ruler.measure);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(picture.width * SCALE);
  canvas.height = Math.round(height * SCALE);
  const context = canvas.getContext('2d');
  if (!context) return Promise.reject(new Error('The browser gave no canvas to draw the picture on.'));
  context.scale(SCALE, SCALE);
  draw(canvasSurface(context, palette.font));
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else
        reject(new Error('The picture is too large for the browser. Make the window smaller and try again.'));
    }, 'image/png');
  });
}

/** The picture as SVG. */
export function renderSvg(picture: Picture, palette: Palette): Blob {
  const ruler = measuring(palette);
  const { height, draw } = layoutPicture(picture, palette, ruler.measure);
  const surface = svgSurface(picture.width, height, palette.font, ruler.measure);
  draw(surface);
  return new Blob([surface.finish()], { type: 'image/svg+xml' });
}
