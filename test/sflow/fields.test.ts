/** The hot path's readers of single fields, against the whole reading of the same records. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ifCounters } from '../../main/sflow/counter-records/interface.ts';
import {
  ABSENT,
  extendedSwitchOffsets,
  f32At,
  GatewayFields,
  hostCpuOffsets,
  ifCountersOffsets,
  offsetsOf,
  RouterFields,
  sampledHeaderOffsets,
  u32At,
  u64At,
} from '../../main/sflow/fields.ts';
import { structureByTag } from '../../main/sflow/registry.ts';
import { Records } from '../../main/sflow/sample.ts';
import { type WriteValues, writeRecord } from '../../main/sflow/write.ts';

const GATEWAY = 1003;

function recordOf(octets: Uint8Array, length = octets.length): { view: DataView; records: Records } {
  const records = new Records();
  records.count = 1;
  records.end[0] = length;
  return { view: new DataView(octets.buffer), records };
}

test('offsets follow from the declaration', () => {
  expect(ifCountersOffsets).toEqual({
    ifIndex: 0,
    ifType: 4,
    ifSpeed: 8,
    ifDirection: 16,
    ifStatus: 20,
    ifInOctets: 24,
    ifInUcastPkts: 32,
    ifInMulticastPkts: 36,
    ifInBroadcastPkts: 40,
    ifInDiscards: 44,
    ifInErrors: 48,
    ifInUnknownProtos: 52,
    ifOutOctets: 56,
    ifOutUcastPkts: 64,
    ifOutMulticastPkts: 68,
    ifOutBroadcastPkts: 72,
    ifOutDiscards: 76,
    ifOutErrors: 80,
    ifPromiscuousMode: 84,
  });
  expect(sampledHeaderOffsets).toEqual({ protocol: 0, frame_length: 4, stripped: 8, header: 12 });
  expect(extendedSwitchOffsets.dst_vlan).toBe(8);
  expect(() => offsetsOf(structureByTag('flow', GATEWAY)!)).toThrow(
    'The field as of extended_gateway has no fixed offset.',
  );
  expect(offsetsOf(ifCounters).ifOutErrors).toBe(80);
});

test('single fields, and where the record ends before them', () => {
  const octets = writeRecord('counter', {
    name: 'if_counters',
    fields: { ifIndex: 9, ifInOctets: 2 ** 40 + 5, ifOutOctets: 0xffffffffffffffffn },
  });
  const whole = recordOf(octets);
  expect(u32At(whole.view, whole.records, 0, ifCountersOffsets.ifIndex)).toBe(9);
  expect(u64At(whole.view, whole.records, 0, ifCountersOffsets.ifInOctets)).toBe(2 ** 40 + 5);
  expect(u64At(whole.view, whole.records, 0, ifCountersOffsets.ifOutOctets)).toBe(2 ** 64);
  const cut = recordOf(octets, 30);
  expect(u64At(cut.view, cut.records, 0, ifCountersOffsets.ifInOctets)).toBe(ABSENT);
  expect(u32At(cut.view, cut.records, 0, ifCountersOffsets.ifInUcastPkts)).toBe(ABSENT);
  const cpu = recordOf(writeRecord('counter', { name: 'host_cpu', fields: { load_one: 0.5 } }), 68);
  expect(f32At(cpu.view, cpu.records, 0, hostCpuOffsets.load_one)).toBe(0.5);
  expect(u32At(cpu.view, cpu.records, 0, hostCpuOffsets.cpu_steal)).toBe(ABSENT);
});

describe('extended_gateway', () => {
  const gateway = new GatewayFields();

  function read(fields: WriteValues, name = 'extended_gateway') {
    const octets = writeRecord('flow', { name, fields });
    const tag = structureByTag('flow', GATEWAY)!.tag;
    const structure =
      name === 'extended_gateway' ? tag : name === 'extended_gateway_v2' ? 0xfffff002 : 0xfffff003;
    const complete = gateway.read(new DataView(octets.buffer), structure, 0, octets.length);
    return { complete, ...gateway };
  }

  test('path, communities and preference', () => {
    const path = [
      { segment_type: 2, as: [64501, 64502] },
      { segment_type: 1, as: [64510, 64511, 64512] },
    ];
    const fields = { as: 64500, src_as: 64496, src_peer_as: 64497, dst_as_path: path };
    const expected = {
      complete: true,
      as: 64500,
      sourceAs: 64496,
      sourcePeerAs: 64497,
      destinationPeerAs: 64501,
      destinationAs: 64512,
      pathLength: 5,
      communityCount: 2,
      localPreference: 100,
    };
    const rest = { communities: [1, 2], localpref: 100 };
    expect(read({ ...fields, ...rest, nexthop: '2001:db8::1' })).toMatchObject({
      ...expected,
      nextHopType: 2,
    });
    expect(read({ ...fields, ...rest }, 'extended_gateway_v4')).toMatchObject({
      ...expected,
      nextHopType: 0,
    });
    expect(read({ ...fields, dst_as_path: [64501, 64502] }, 'extended_gateway_v2')).toMatchObject({
      complete: true,
      destinationPeerAs: 64501,
      destinationAs: 64502,
      pathLength: 2,
      localPreference: ABSENT,
    });
  });

  test('an empty path is no path', () => {
    expect(read({ nexthop: '10.0.0.1', as: 1, src_as: 2, src_peer_as: 3 })).toMatchObject({
      complete: true,
      destinationAs: ABSENT,
      destinationPeerAs: ABSENT,
      pathLength: 0,
      localPreference: 0,
    });
    expect(read({ dst_as_path: [{ segment_type: 2, as: [] }] })).toMatchObject({
      complete: true,
      pathLength: 0,
    });
  });

  test('any octets: bounded, and nothing left over from the record before', () => {
    const fresh = new GatewayFields();
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 120 }),
        fc.constantFrom(GATEWAY, 0xfffff002, 0xfffff003),
        (octets, tag) => {
          const bytes = octets.slice();
          const view = new DataView(bytes.buffer);
          const first = new GatewayFields();
          first.read(view, tag, 0, bytes.length);
          fresh.read(view, tag, 0, bytes.length);
          expect({ ...fresh }).toEqual({ ...first });
          expect(fresh.pathLength).toBeLessThanOrEqual(bytes.length / 4);
          expect(fresh.communityCount).toBeLessThanOrEqual(bytes.length / 4);
        },
      ),
      { seed: 2 },
    );
  });
});

test('extended_router', () => {
  const router = new RouterFields();
  const octets = writeRecord('flow', {
    name: 'extended_router',
    fields: { nexthop: '10.0.0.254', src_mask_len: 24, dst_mask_len: 16 },
  });
  const view = new DataView(octets.buffer);
  expect(router.read(view, 0, octets.length)).toBe(true);
  expect({ ...router }).toEqual({
    nextHopType: 1,
    nextHopOffset: 4,
    sourceMaskLength: 24,
    destinationMaskLength: 16,
  });
  expect(router.read(view, 0, 12)).toBe(true);
  expect(router.destinationMaskLength).toBe(ABSENT);
  expect(router.read(view, 0, 7)).toBe(false);
  expect({ ...router }).toEqual({ ...new RouterFields() });
});
