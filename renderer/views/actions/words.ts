/** An action in words: which events it is told of, when, how often, and how it went. */
import { formatCount } from '../../../shared/format/rates.ts';
import { safeText } from '../../../shared/format/text.ts';
import { formatDuration } from '../../../shared/format/time.ts';
import type { Action, ActionStatus, Attempt } from '../../../shared/model/action.ts';
import { minuteText } from '../events/mute-form.ts';
import { SYSTEM_LABELS } from '../events/words.ts';
import { SEVERITY_LABELS } from '../thresholds/words.ts';

/** What an event is called: of Weir's own the words of the Events screen. */
export const eventName = (name: string): string =>
  (SYSTEM_LABELS as Record<string, string>)[name] ?? safeText(name);

/** 'critical, warning · elephants at leaf1', 'every event'. */
export function eventsWords({ events }: Action, agentName: (agent: string) => string): string {
  const { kinds, severities, names, agents } = events;
  const what = [
    severities.map((one) => SEVERITY_LABELS[one].toLowerCase()).join(', '),
    names.length > 0
      ? names.map(eventName).join(', ')
      : kinds.length === 1
        ? kinds[0] === 'system'
          ? 'of Weir itself'
          : 'of thresholds'
        : '',
  ].filter(Boolean);
  const where = agents.map((agent) => safeText(agentName(agent))).join(', ');
  const all = what.join(' · ') || 'every event';
  return where === '' ? all : `${all} at ${where}`;
}

/** 'raised and cleared'. */
export function whenWords({ onRaise, onClear }: Action): string {
  return [onRaise ? 'raised' : '', onClear ? 'cleared' : ''].filter(Boolean).join(' and ');
}

export const rateWords = ({ rateLimit }: Action): string =>
  `${formatCount(rateLimit.most)} in ${formatDuration(rateLimit.perSeconds * 1000)}`;

/** '22:00 to 06:00, over midnight'; '' for none. */
export function quietWords({ quiet }: Action): string {
  if (quiet === null) return '';
  const over = quiet.fromMinute > quiet.toMinute ? ', over midnight' : '';
  return `${minuteText(quiet.fromMinute)} to ${minuteText(quiet.toMinute)}${over}`;
}

export const RESULT_LABELS: Readonly<Record<Attempt['result'], string>> = {
  done: 'done',
  failed: 'failed',
  again: 'again later',
  limited: 'left out',
  quiet: 'left out',
};
export const WHAT_LABELS: Readonly<Record<Attempt['what'], string>> = {
  raised: 'raised',
  cleared: 'cleared',
  test: 'test',
};

export type ActionState = { tone: 'plain' | 'ok' | 'warn' | 'crit'; words: string };

/** How it goes, in a word or two: what needs looking at comes first. */
export function stateOf(status: ActionStatus): ActionState {
  if (status.problem !== '') return { tone: 'crit', words: 'cannot run' };
  if (!status.action.enabled) return { tone: 'plain', words: 'off' };
  if (status.last?.result === 'failed') return { tone: 'crit', words: 'failing' };
  if (status.last?.result === 'again') return { tone: 'warn', words: 'tried again' };
  if (status.waiting > 0) return { tone: 'plain', words: `${formatCount(status.waiting)} wait` };
  return status.last === null ? { tone: 'plain', words: 'ready' } : { tone: 'ok', words: 'works' };
}
