/**
 * The colours of the tokens, read once per theme, for drawings that CSS does not reach. A theme switch makes
 * a new palette, and whoever draws from it draws again.
 */
import { type ShallowRef, shallowRef } from 'vue';

/** Series colours in order of rank. */
export const SERIES_COLOURS = ['s1', 's2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10'] as const;
export type SeriesColour = (typeof SERIES_COLOURS)[number];

const TOKENS = [
  ...SERIES_COLOURS,
  'other',
  'bg-panel',
  'line',
  'line-strong',
  'text',
  'text-2',
  'text-3',
  'accent',
  'grid',
  'axis',
  'band',
  'hatch',
  'loss',
  'gap',
  'live',
  'brush',
  'ok-fill',
  'warn-fill',
  'crit-fill',
  'crit',
  'warn',
] as const;

/** The name of a colour token that a drawing may use. */
export type ColourName = (typeof TOKENS)[number];

export type Palette = Readonly<Record<ColourName, string>> & { readonly font: string };

/** Reads the tokens as they are in force on the document now. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const palette: Record<string, string> = {};
  for (const token of TOKENS) palette[token] = style.getPropertyValue(`--${token}`).trim() || '#888888';
  return {
    ...(palette as Record<ColourName, string>),
    font: style.getPropertyValue('--font-ui').trim() || 'sans-serif',
  };
}

let shared: ShallowRef<Palette> | undefined;

/** The palette of the theme in force; changes when the theme does. One observer serves all charts. */
export function usePalette(): ShallowRef<Palette> {
  if (shared) return shared;
  const palette = shallowRef(readPalette());
  shared = palette;
  const refresh = () => {
    palette.value = readPalette();
  };
  new MutationObserver(refresh).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ['data-theme', 'class'],
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', refresh);
  return palette;
}
