/**
 * What interfaces and agents of a workspace are called: the user's table and what SNMP told, kept as documents; the
 * secrets of SNMP, kept apart; and the calls about them. `naming` is what a network shows names by.
 */

import * as v from 'valibot';
import type {
  InterfaceNamesApi,
  OwnInterfaceName,
  SnmpAccess,
  SnmpSettings,
  SnmpStatus,
} from '../../shared/model/interface-name.ts';
import type { DocumentShelf } from '../../shared/model/store.ts';
import { type Handlers, RpcError } from '../../shared/rpc.ts';
import { addressText } from '../names/address.ts';
import { GroupError } from '../names/groups.ts';
import type { Knowledge } from '../names/knowledge.ts';
import { importInterfaceNames, MOST_OWN_INTERFACES } from '../names/own-interfaces.ts';
import { cleanName } from '../names/own-names.ts';
import { type SnmpAnswer, snmpAnswer } from '../names/snmp/answer.ts';
import { type AskAgent, askBySnmp } from '../names/snmp/ask.ts';
import { SnmpPoller } from '../names/snmp/poller.ts';
import type { Naming } from '../samples/agent.ts';
import { namingSchemas } from './naming-schemas.ts';
import type { SecretShelf } from './secrets.ts';
import {
  mergedSecrets,
  refuseIncomplete,
  type SecretsByAgent,
  withKept,
  withoutSecrets,
} from './snmp-secrets.ts';

/** The private blocks (RFC 1918, RFC 4193): who else sends datagrams from there is at home. */
export const DEFAULT_SNMP: SnmpSettings = {
  enabled: false,
  everyMinutes: 360,
  within: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
  access: {
    version: '2c',
    port: 161,
    community: false,
    user: '',
    level: 'authPriv',
    authentication: 'sha256',
    authenticationKey: false,
    encryption: 'aes',
    encryptionKey: false,
  },
  agents: [],
};

const SECRETS = 'snmp';
/** A kept answer that says the same is written again after this long. */
const WRITE_ANEW_MS = 24 * 3600_000;

export type InterfaceNamingOptions = {
  knowledge: Knowledge;
  documents: DocumentShelf;
  /** Agents to ask, by the wall's time, and where their secrets are; null where nobody is asked, as in a capture. */
  asking: {
    heard: () => Iterable<{ address: string; lastSeenMs: number }>;
    secrets: SecretShelf;
    wallMs: () => number;
    ask?: AskAgent;
  } | null;
};

export class InterfaceNaming {
  readonly naming: Naming;
  readonly handlers: Handlers<InterfaceNamesApi>;
  readonly #options: InterfaceNamingOptions;
  readonly #poller: SnmpPoller | null;
  #settings = DEFAULT_SNMP;
  #secrets: SecretsByAgent = {};

  constructor(options: InterfaceNamingOptions) {
    const { knowledge, asking } = options;
    const { interfaces } = knowledge;
    this.#options = options;
    this.naming = {
      agent: (address, heard) => interfaces.agent(address, knowledge.ownName(address), heard),
      interface: (agent, ifIndex, heard) => {
        const known = interfaces.interface(agent, ifIndex, heard);
        const neighbour = known.alias === '' ? knowledge.heardHosts.neighbour(agent, ifIndex) : null;
        return neighbour ? { ...known, alias: `to ${neighbour.system} ${neighbour.port}`.trim() } : known;
      },
      speed: (agent, ifIndex) => interfaces.speed(agent, ifIndex),
    };
    this.#poller =
      asking &&
      new SnmpPoller(DEFAULT_SNMP, {
        heard: asking.heard,
        secretsOf: (agent) => ({
          ...{ community: '', authenticationKey: '', encryptionKey: '' },
          ...this.#secrets[agent],
        }),
        ask: asking.ask ?? askBySnmp(asking.wallMs),
        names: interfaces,
        answered: (agent, answer, before) => void this.#keep(agent, answer, before),
      });
    this.handlers = this.#makeHandlers();
  }

  /** Reads what was kept; sentences about what cannot be read go to `problems`. */
  async start(problems: string[]): Promise<void> {
    const { documents, knowledge, asking } = this.#options;
    for (const [agent, body] of await documents.all('snmp-agent')) {
      // What SNMP told comes again by itself.
      const answer = readJson(snmpAnswer, body);
      if (answer !== null) knowledge.interfaces.tell(agent, answer);
    }
    for (const [title, body] of await documents.all('own-interfaces')) {
      const own = readJson(namingSchemas.ownInterfaces, body);
      if (own === null)
        problems.push(`The stored ${title} cannot be read; import the names of interfaces anew.`);
      else knowledge.interfaces.setOwn(own);
    }
    if (asking !== null) await this.#startAsking(problems, asking.secrets);
    knowledge.namesChanged();
  }

  async #startAsking(problems: string[], secrets: SecretShelf): Promise<void> {
    const kept = (await this.#options.documents.all('snmp')).get('snmp');
    if (kept === undefined) return;
    const settings = readJson(namingSchemas.snmp, kept);
    if (settings === null) {
      problems.push('The stored settings of SNMP cannot be read; set them anew.');
      return;
    }
    try {
      this.#secrets = JSON.parse((await secrets.read(SECRETS)) ?? '{}') as SecretsByAgent;
    } catch {
      problems.push('The passwords of SNMP cannot be read; enter them anew.');
    }
    this.#use(settings);
  }

  /** Throws GroupError. */
  #use(settings: SnmpSettings): void {
    this.#poller?.set(settings);
    this.#settings = settings;
  }

  stop(): void {
    this.#poller?.stop();
  }

  /** About once a second; asks who is due. */
  tick(): void {
    const { asking } = this.#options;
    if (asking !== null) this.#poller?.tick(asking.wallMs());
  }

  /** Keeps an answer for the next start, where it says something else than the one there was. */
  async #keep(agent: string, answer: SnmpAnswer, before: SnmpAnswer | null): Promise<void> {
    const said = (one: SnmpAnswer): string => JSON.stringify([one.sysName, one.ports]);
    if (before !== null && answer.atMs - before.atMs < WRITE_ANEW_MS && said(before) === said(answer)) return;
    try {
      await this.#options.documents.put('snmp-agent', agent, JSON.stringify(answer));
    } catch {
      // The disk is full, which is told elsewhere; the names hold until Weir is closed.
    }
    this.#options.knowledge.namesChanged();
  }

  #status(): SnmpStatus {
    const read = (access: SnmpAccess, of: string) => withKept(access, this.#secrets[of]);
    const { access, agents } = this.#settings;
    return {
      settings: {
        ...this.#settings,
        access: read(access, ''),
        agents: agents.map((one) => ({ ...one, access: one.access && read(one.access, one.agent) })),
      },
      agents: this.#poller?.status() ?? [],
      problem: this.#poller
        ? ''
        : 'Agents of a capture are not asked; what the live workspace knows holds here too.',
    };
  }

  async #set(given: SnmpSettings): Promise<SnmpStatus> {
    const { asking, documents } = this.#options;
    if (asking === null) throw new RpcError('refused', this.#status().problem);
    const agents = given.agents.map((one) => ({
      ...one,
      agent: addressOf(one.agent),
      address: one.address && addressOf(one.address),
    }));
    if (new Set(agents.map(({ agent }) => agent)).size < agents.length)
      throw new RpcError('refused', 'An agent is listed twice; remove one of its lines.');
    const secrets: SecretsByAgent = { '': mergedSecrets(given.access, this.#secrets['']) };
    for (const { agent, access } of agents)
      if (access) secrets[agent] = mergedSecrets(access, this.#secrets[agent]);
    const settings: SnmpSettings = {
      ...given,
      within: given.within.map((block) => block.trim()).filter((block) => block !== ''),
      access: withoutSecrets(given.access),
      agents: agents.map((one) => ({ ...one, access: one.access && withoutSecrets(one.access) })),
    };
    if (settings.enabled) {
      // Without blocks nobody is asked with what holds for all.
      if (settings.within.length > 0) refuseIncomplete('', settings.access, secrets['']!);
      for (const { agent, access } of settings.agents)
        if (access) refuseIncomplete(agent, access, secrets[agent]!);
    }
    const before = this.#settings;
    try {
      this.#use(settings);
      await asking.secrets.write(SECRETS, JSON.stringify(secrets));
      await documents.put('snmp', 'snmp', JSON.stringify(settings));
    } catch (error) {
      this.#use(before);
      if (error instanceof GroupError)
        throw new RpcError(
          'refused',
          'A block of agents is none; write blocks as in 10.0.0.0/8 or 2001:db8::/32.',
        );
      throw error;
    }
    this.#secrets = secrets;
    return this.#status();
  }

  #makeHandlers(): Handlers<InterfaceNamesApi> {
    const { knowledge, documents } = this.#options;
    const { interfaces } = knowledge;
    const keepOwn = async (given: readonly OwnInterfaceName[]): Promise<number> => {
      const place = ({ agent, ifIndex }: OwnInterfaceName): string => `${agent} ${ifIndex}`;
      const names = new Map(interfaces.own.map((one) => [place(one), one]));
      for (const one of given) {
        if (one.name === '') names.delete(place(one));
        else names.set(place(one), one);
      }
      if (names.size > MOST_OWN_INTERFACES)
        throw new RpcError(
          'refused',
          `Weir keeps at most ${MOST_OWN_INTERFACES.toLocaleString('en')} names of interfaces.`,
        );
      await documents.put('own-interfaces', 'own-interfaces', JSON.stringify([...names.values()]));
      interfaces.setOwn(names.values());
      knowledge.namesChanged();
      return names.size;
    };
    return {
      'interfaceNames.list': () => interfaces.own,
      'interfaceNames.put': (given) =>
        keepOwn(
          given.map(({ agent, ifIndex, name }) => ({
            agent: addressOf(agent),
            ifIndex,
            name: cleanName(name),
          })),
        ),
      'interfaceNames.import': async (text) => {
        const { names, taken, problems } = importInterfaceNames(text);
        await keepOwn(names);
        return { taken, problems };
      },
      'snmp.get': () => this.#status(),
      'snmp.set': (settings) => this.#set(settings),
      'snmp.ask': async (agent) => {
        const { asking } = this.#options;
        const asked = asking !== null && (await this.#poller!.askNow(addressOf(agent), asking.wallMs()));
        if (!asked)
          throw new RpcError(
            'refused',
            `${agent} is not asked by SNMP now: it lies outside of the blocks and is not listed, or is being asked.`,
          );
        return this.#status();
      },
    };
  }
}

function addressOf(text: string): string {
  const address = addressText(text.trim());
  if (address !== null) return address;
  throw new RpcError('refused', `“${text}” is no address of an agent; write it as in 192.0.2.1.`);
}

function readJson<T extends v.GenericSchema>(schema: T, body: string): v.InferOutput<T> | null {
  try {
    const read = v.safeParse(schema, JSON.parse(body));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}
