/**
 * Which agents are asked by SNMP, and when: those that are heard, two at a time, each when it is first heard and then
 * every few hours; one that fails is left alone for longer and longer. Nothing waits for it. Answers of the past are
 * kept with their age, so that names are there before the first answer.
 */
import type { SnmpAgentStatus, SnmpSettings } from '../../../shared/model/interface-name.ts';
import { addressText } from '../address.ts';
import { GroupTables } from '../groups.ts';
import type { InterfaceNames } from '../interface-names.ts';
import type { SnmpAnswer } from './answer.ts';
import type { AskAgent, SnmpCredentials } from './ask.ts';

export const MOST_AT_ONCE = 2;
/** Agents with an answer or a state; as many as a network has. */
export const MOST_ASKED = 4096;
const FIRST_RETRY_MS = 5 * 60_000;
const LAST_RETRY_MS = 6 * 3600_000;
/** Only agents that were heard within this time are asked. */
const HEARD_WITHIN_MS = 10 * 60_000;

/** The secrets of an access by agent; '' for that of all. */
export type SecretsOf = (
  agent: string,
) => Pick<SnmpCredentials, 'community' | 'authenticationKey' | 'encryptionKey'>;

export type SnmpPollerOptions = {
  /** Agents that are heard, with when last, by the wall. */
  heard: () => Iterable<{ address: string; lastSeenMs: number }>;
  secretsOf: SecretsOf;
  ask: AskAgent;
  /** Where answers go, and those of the past are. */
  names: InterfaceNames;
  /** Told of each answer, and of the one before it. */
  answered: (agent: string, answer: SnmpAnswer, before: SnmpAnswer | null) => void;
};

type Asked = {
  state: SnmpAgentStatus['state'];
  problem: string;
  nextMs: number;
  failures: number;
};

/** How an agent would be asked; null: not. */
type Way = { address: string; access: SnmpSettings['access']; secretsAt: string };

export class SnmpPoller {
  readonly #options: SnmpPollerOptions;
  readonly #asked = new Map<string, Asked>();
  #settings: SnmpSettings;
  #within = GroupTables.none;
  #underWay = 0;
  #isStopped = false;

  constructor(settings: SnmpSettings, options: SnmpPollerOptions) {
    this.#settings = settings;
    this.#options = options;
  }

  /** Throws GroupError where a block is none. */
  set(settings: SnmpSettings): void {
    this.#within = GroupTables.of(new Map([['within', { within: settings.within }]]));
    this.#settings = settings;
    this.#asked.clear();
  }

  stop(): void {
    this.#isStopped = true;
  }

  #wayTo(agent: string): Way | null {
    const listed = this.#settings.agents.find((one) => addressText(one.agent) === agent);
    if (listed)
      return listed.access && { address: listed.address || agent, access: listed.access, secretsAt: agent };
    if (this.#within.find(agent, 'within') === null) return null;
    return { address: agent, access: this.#settings.access, secretsAt: '' };
  }

  /** Begins what is due; called about once a second. */
  tick(nowMs: number): void {
    if (!this.#settings.enabled) return;
    for (const { address: agent, lastSeenMs } of this.#options.heard()) {
      if (this.#underWay >= MOST_AT_ONCE) return;
      if (nowMs - lastSeenMs > HEARD_WITHIN_MS) continue;
      const known = this.#asked.get(agent);
      if (known && (known.state === 'asking' || known.nextMs > nowMs)) continue;
      if (!known && this.#asked.size >= MOST_ASKED) continue;
      const way = this.#wayTo(agent);
      if (way !== null) void this.#ask(agent, way, nowMs);
    }
  }

  /** Asks an agent now, whether it is due or not; false where it is not to be asked. */
  async askNow(agent: string, nowMs: number): Promise<boolean> {
    const way = this.#wayTo(agent);
    if (way === null || this.#asked.get(agent)?.state === 'asking') return false;
    await this.#ask(agent, way, nowMs);
    return true;
  }

  async #ask(agent: string, { address, access, secretsAt }: Way, nowMs: number): Promise<void> {
    const asked = this.#asked.get(agent) ?? { state: 'waiting', problem: '', nextMs: 0, failures: 0 };
    this.#asked.set(agent, asked);
    asked.state = 'asking';
    this.#underWay++;
    const everyMs = this.#settings.everyMinutes * 60_000;
    try {
      const credentials = { ...access, ...this.#options.secretsOf(secretsAt) };
      const { answer, problem } = await this.#options.ask({ address, access: credentials });
      if (this.#isStopped) return;
      Object.assign(asked, { state: 'answered', problem, failures: 0, nextMs: nowMs + everyMs });
      const before = this.#options.names.answer(agent);
      this.#options.names.tell(agent, answer);
      this.#options.answered(agent, answer, before);
    } catch (error) {
      const problem = error instanceof Error ? error.message : `${agent} gave no names by SNMP.`;
      const pauseMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** asked.failures);
      const nextMs = nowMs + Math.max(pauseMs, Math.min(everyMs, LAST_RETRY_MS) / 4);
      Object.assign(asked, { state: 'failed', problem, failures: asked.failures + 1, nextMs });
    } finally {
      this.#underWay--;
    }
  }

  /** Every agent that is asked, or would be, or of which there is an answer. */
  status(): SnmpAgentStatus[] {
    const agents = new Set(this.#options.names.told);
    for (const { address } of this.#options.heard()) agents.add(address);
    for (const { agent } of this.#settings.agents) agents.add(addressText(agent) ?? agent);
    return [...agents].flatMap((agent) => {
      const way = this.#wayTo(agent);
      const answer = this.#options.names.answer(agent);
      if (way === null && answer === null) return [];
      const asked = this.#asked.get(agent);
      return [
        {
          agent,
          address: way?.address ?? '',
          state: asked?.state ?? (answer ? 'answered' : 'waiting'),
          problem: asked?.problem ?? '',
          sysName: answer?.sysName ?? '',
          interfaces: answer?.ports.length ?? 0,
          answeredMs: answer?.atMs ?? null,
          nextMs: way && this.#settings.enabled ? (asked?.nextMs ?? null) : null,
        },
      ];
    });
  }
}
