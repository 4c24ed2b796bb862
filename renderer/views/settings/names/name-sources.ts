/** What the settings of name sources say, apart from how it looks. */
import { formatCount } from '../../../../shared/format/rates.ts';
import type { LookUp, NameSourcesStatus } from '../../../../shared/model/knowledge.ts';

export const LOOK_UP_OPTIONS: { value: LookUp; label: string; name: string }[] = [
  { value: 'never', label: 'Off', name: 'No name server is asked' },
  { value: 'asked', label: 'Where dns: asks', name: 'Addresses that dns: in a key or a filter asks for' },
  { value: 'shown', label: 'For all that is shown', name: 'These, and every address on a screen' },
];

/** Servers as a user writes them, apart by commas or spaces. */
export function readServers(text: string): string[] {
  return text.split(/[\s,;]+/).filter((server) => server !== '');
}

/** What look-ups have come to, in one line. */
export function lookUpWords(status: NameSourcesStatus): string {
  const words = [
    `${formatCount(status.dnsAsked)} asked`,
    `${formatCount(status.dnsCached)} kept`,
    ...(status.dnsPending > 0 ? [`${formatCount(status.dnsPending)} waiting`] : []),
    ...(status.dnsTurnedAway > 0 ? [`${formatCount(status.dnsTurnedAway)} put off, as too many waited`] : []),
  ];
  return words.join(' · ');
}
