import { describe, expect, it } from 'vitest';
import { describeDatagram } from '../../main/inspect/datagram.ts';
import type { PlainValue } from '../../main/sflow/plain.ts';
import { writeDatagram } from '../../main/sflow/write.ts';
import { readCapture } from '../../main/sources/capture.ts';
import { captureFiles, capturePath, capturesFolder } from '../captures.ts';
import * as fixtures from '../sflow/fixtures.ts';

const describeBytes = (bytes: Uint8Array): { [name: string]: PlainValue } =>
  describeDatagram(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, bytes.length);

describe('describeDatagram', () => {
  it('has every record, and a header with its layers beside its fields', () => {
    const plain = describeBytes(writeDatagram(fixtures.everything));
    const back = JSON.parse(JSON.stringify(plain));
    expect(back).toEqual(plain);
    const header = back.samples[0].fields.flow_records[0];
    expect(header.name).toBe('sampled_header');
    expect(header.layers.map((layer: { word: string }) => layer.word)).toEqual(['eth', 'ip', 'tcp', '']);
    expect(header.layers[1].fields).toMatchObject({ source: '10.0.0.1', destination: '10.0.0.2' });
    expect(back.problems).toEqual([]);
  });

  it('shows an unknown record by type, length and octets', () => {
    const bytes = writeDatagram({
      agent: '192.0.2.1',
      sequenceNumber: 1,
      uptimeMs: 1,
      samples: [
        {
          kind: 'flow_sample',
          sequenceNumber: 1,
          dataSourceIndex: 1,
          samplingRate: 1,
          samplePool: 1,
          input: 1,
          output: 2,
          records: [fixtures.headerRecord, { tag: (4300 << 12) | 7, octets: Uint8Array.of(1, 2, 3, 4) }],
        },
      ],
    });
    const back = JSON.parse(JSON.stringify(describeBytes(bytes)));
    expect(back.samples[0].fields.flow_records[1]).toEqual({
      tag: (4300 << 12) | 7,
      type: '4300:7',
      length: 4,
      octets: '01020304',
    });
  });

  it('never throws for a datagram cut anywhere, or with any octet changed', () => {
    const bytes = writeDatagram(fixtures.everything);
    for (let end = 0; end <= bytes.length; end += 3) JSON.stringify(describeBytes(bytes.slice(0, end)));
    for (let at = 0; at < bytes.length; at += 7) {
      const damaged = bytes.slice();
      damaged[at] = damaged[at]! ^ 0xff;
      expect(() => JSON.stringify(describeBytes(damaged))).not.toThrow();
    }
  });

  it.skipIf(capturesFolder === null).each(captureFiles())('is JSON for %s', async (name) => {
    let datagrams = 0;
    await readCapture(capturePath(name), {
      datagram(bytes, view, start, end) {
        if (datagrams++ > 500) return;
        const plain = describeDatagram(bytes, view, start, end);
        expect(JSON.parse(JSON.stringify(plain))).toEqual(plain);
      },
    });
    expect(datagrams).toBeGreaterThan(0);
  });
});
