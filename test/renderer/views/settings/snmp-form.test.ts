/** Access by SNMP as a form: what is not typed stays as it is kept, and each agent is asked in its own way or as the others. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_SNMP } from '../../../../main/engine/interface-naming.ts';
import {
  agentRows,
  nothingTyped,
  wayOf,
  withAgent,
  withTyped,
} from '../../../../renderer/views/settings/names/snmp-form.ts';

const { access } = DEFAULT_SNMP;

describe('access by SNMP as a form', () => {
  it('sets a secret that was typed, and leaves one that was not', () => {
    const kept = { ...access, community: true, authenticationKey: true };
    expect(withTyped(kept, { ...nothingTyped(), community: 'new' })).toEqual({ ...kept, community: 'new' });
    expect(withTyped(kept, nothingTyped())).toEqual(kept);
  });

  it('lists how an agent is asked, once, and takes it back', () => {
    const own = {
      agent: '10.0.0.1',
      address: '192.0.2.1',
      access: { ...access, version: '3' as const, user: 'u' },
    };
    const settings = withAgent(withAgent(DEFAULT_SNMP, own.agent, own), '10.0.0.2', {
      ...{ agent: '10.0.0.2', address: '', access: null },
    });
    expect(['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((agent) => wayOf(settings, agent))).toEqual([
      ...['own', 'never', 'others'],
    ]);
    const rows = agentRows(settings, []);
    expect(rows.map(({ how }) => how)).toEqual(['v3 u at 192.0.2.1', 'never']);
    expect(withAgent(settings, own.agent, { ...own, address: '' }).agents).toHaveLength(2);
    expect(withAgent(settings, own.agent, null).agents.map(({ agent }) => agent)).toEqual(['10.0.0.2']);
  });
});
