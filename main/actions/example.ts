/** A made-up event, for dry runs and tests before anything has happened. No real one has its number. */
import type { Message } from './kind.ts';

/** A message about a made-up event that was raised half a minute before `nowMs`. */
export function exampleMessage(action: string, nowMs: number): Message {
  return {
    ...{ action, what: 'test', untold: 0, atMs: nowMs },
    nameOf: () => null,
    event: {
      ...{ id: 0, kind: 'threshold', name: 'elephants', severity: 'warning' },
      title: 'A test of Weir: the flow 192.0.2.10,198.51.100.20,6,443 is 118 Mbit/s, above 100 Mbit/s.',
      ...{ raisedMs: nowMs - 30_000, updatedMs: nowMs, clearedMs: null },
      ...{ agent: '192.0.2.1', agentName: 'leaf1', dataSource: '3', interfaceName: 'swp3' },
      flowKey: '192.0.2.10,198.51.100.20,6,443',
      ...{ metric: 'tcp', unit: 'bit/s', level: 100_000_000, value: 118_000_000, peak: 121_500_000 },
      causes: [
        {
          keys: 'ipsource,ipdestination,ipprotocol,tcpdestinationport',
          key: '192.0.2.10,198.51.100.20,6,443',
          ...{ value: 118_000_000, share: 0.62 },
        },
      ],
      ...{ repeats: 0, acknowledgedMs: null, note: '', snoozedUntilMs: null, mutedBy: '' },
      evidence: {
        ...{ fromMs: nowMs - 60_000, toMs: nowMs, agent: '192.0.2.1' },
        filter: 'ipsource=192.0.2.10&ipdestination=198.51.100.20&ipprotocol=6&tcpdestinationport=443',
      },
    },
  };
}
