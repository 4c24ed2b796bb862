/** What a screen hands to the export menu: what is on it at the moment of the click, made only then. */
import type { Zone } from '../../shared/format/time.ts';
import type { Interval } from '../../shared/model/question.ts';
import type { Picture } from './picture.ts';

export type Exportable = {
  /** 'Top 10 connections'. */
  title: string;
  interval: Interval;
  zone: Zone;
  tableCsv: () => string;
  /** As one pastes it into a sheet. */
  tableText: () => string;
  tablePicture: () => Picture;
  /** null while no chart is shown. */
  chart: { title: string; csv: () => string; picture: () => Picture } | null;
};
