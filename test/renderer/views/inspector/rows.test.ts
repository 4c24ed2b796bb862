/** Rows of the list as text, from columns as the engine answers them. */

import { describe, expect, it } from 'vitest';
import { NO_CONTEXT } from '../../../../main/flows/functions/context.ts';
import { LiveInspector } from '../../../../main/inspect/live.ts';
import { DatagramRing } from '../../../../main/inspect/ring.ts';
import { writeDatagram } from '../../../../main/sflow/write.ts';
import { datagramRow } from '../../../../renderer/views/inspector/rows.ts';
import { everything, ordinary } from '../../../sflow/fixtures.ts';

async function listOf(...datagrams: Uint8Array[]) {
  const ring = new DatagramRing();
  for (const [at, datagram] of datagrams.entries())
    ring.push(datagram, Date.UTC(2026, 0, 5, 12, 0, at, 250), '192.0.2.7', 50_000);
  const inspector = new LiveInspector({
    ring,
    context: NO_CONTEXT,
    receiver: () => ({ address: '', port: 0 }),
  });
  const filter = {
    ...{ agent: null, subAgentId: null, ifIndex: null, filter: '', interval: null },
    only: 'all' as const,
  };
  return inspector.list({ filter, offset: 0, limit: 10, upTo: null });
}

describe('a row', () => {
  it('says what is in the datagram', async () => {
    const list = await listOf(writeDatagram(ordinary), writeDatagram(everything));
    expect(datagramRow(list, 0, 'utc')).toMatchObject({
      number: '2',
      time: '12:00:01',
      fraction: '.250',
      agent: '192.0.2.1',
      source: '192.0.2.7',
      subAgent: '3',
      contents: '2 flow, 2 counter, 1 discarded, 3 other',
      stack: 'eth.ip.tcp',
      hasUnknown: true,
      hasProblem: false,
    });
    expect(datagramRow(list, 1, 'utc')).toMatchObject({
      samples: '4',
      contents: '3 flow, 1 counter',
      lost: '0',
    });
  });

  it('shows microseconds of a capture, and what is missing or late', async () => {
    const numbered = (sequenceNumber: number) => writeDatagram({ ...ordinary, sequenceNumber });
    const list = { ...(await listOf(numbered(1), numbered(5), numbered(4))), ring: null };
    expect([0, 1, 2].map((at) => datagramRow(list, at, 'utc').lost)).toEqual(['late', '3', '0']);
    expect([0, 1, 2].map((at) => datagramRow(list, at, 'utc').lossTone)).toEqual(['late', 'lost', 'none']);
    expect(datagramRow(list, 0, 'utc').fraction).toBe('.250000');
  });

  it('says that there is nothing in an empty one, and shows what is no sFlow', async () => {
    const list = await listOf(writeDatagram({ ...ordinary, samples: [] }), Uint8Array.of(1, 2, 3, 4));
    expect(datagramRow(list, 1, 'utc').contents).toBe('no samples');
    expect(datagramRow(list, 0, 'utc')).toMatchObject({ agent: 'unknown', hasProblem: true });
  });
});
