/** Every flow key on a sample that carries it and on samples that do not. */
import { describe, expect, it } from 'vitest';
import { compileKey } from '../../main/flows/compile.ts';
import { flowKeys } from '../../main/flows/keys.ts';
import { tagOf } from '../../main/sflow/field.ts';
import { structureByName } from '../../main/sflow/registry.ts';
import { writeRecord } from '../../main/sflow/write.ts';
import * as f from '../packet/frames.ts';
import { names, readAll, readKey, record, type Sampled, textOf } from './sampled.ts';

type Case = { sampled: Sampled; says: Record<string, string> };

const socket4 = {
  protocol: 6,
  local_ip: '10.1.1.1',
  remote_ip: '10.2.2.2',
  local_port: 80,
  remote_port: 40_000,
};
const socket6 = { ...socket4, local_ip: '2001:db8::1', remote_ip: 'fe80::2' };
const http = {
  method: 2,
  protocol: 1001,
  uri: '/games/a.html?x=1',
  host: 'www.example.com',
  referer: 'http://example.org/',
  useragent: 'curl/8',
  xff: '192.0.2.1',
  authuser: 'alice',
  mime_type: 'image/png',
  req_bytes: 100,
  resp_bytes: '4294967290',
  uS: 1500,
  status: 404,
};
const reth = f.hex('0000000000000000 00000001 00010000');
const quote = (transport: Uint8Array) => f.ipv4({ source: '10.0.0.2', destination: '10.9.9.9' }, transport);
const quote6 = (transport: Uint8Array) =>
  f.ipv6({ source: 'fe80::1', destination: '2001:db8::9' }, transport);

const cases: Record<string, Case> = {
  'a tagged TCP segment': {
    sampled: {
      frame: f.ethernet(
        { source: '00:1b:21:00:00:01', destination: '00:1b:21:00:00:02', vlans: [{ id: 10, priority: 5 }] },
        f.ipv4(
          { source: '10.1.0.1', destination: '10.2.0.1', tos: 0xbb, ttl: 63, id: 77, flags: 2 },
          f.tcp({ sourcePort: 40_000, destinationPort: 443, flags: 0x12, window: 512 }),
        ),
      ),
    },
    says: {
      agent: 'leaf1',
      inputifindex: '3',
      outputifindex: '4',
      inputifname: 'swp3',
      outputifname: 'swp4',
      direction: 'ingress',
      stack: 'eth.vlan.ip.tcp',
      frames: '1',
      requests: '1',
      bytes: '1000',
      stripped: '4',
      samplingrate: '100',
      macsource: '001B21000001',
      macdestination: '001B21000002',
      ethernetprotocol: '2048',
      vlan: '10',
      priority: '5',
      isunicast: 'true',
      ismulticast: 'false',
      isbroadcast: 'false',
      ipsource: '10.1.0.1',
      ipdestination: '10.2.0.1',
      ipprotocol: '6',
      protocol: '6',
      iptos: '187',
      ipdscp: '46',
      ipdscpname: 'EF',
      ipecn: '11',
      ipttl: '63',
      ipbytes: '40',
      ipid: '77',
      ipflags: '010',
      ipfragoffset: '0',
      ip_offset: '18',
      tcpsourceport: '40000',
      tcpdestinationport: '443',
      tcpflags: '000010010',
      tcpwindow: '512',
      sourceport: '40000',
      destinationport: '443',
      application: '6:443',
    },
  },
  'an IPv6 fragment of UDP behind options': {
    sampled: {
      input: 7,
      output: 3,
      frame: f.ethernet(
        { destination: '33:33:00:00:00:01' },
        f.ipv6(
          {
            source: 'fe80::1',
            destination: '2001:db8::2',
            trafficClass: 0x28,
            flowLabel: 261_884,
            hopLimit: 9,
          },
          f.extension(0, f.fragment({ more: true }, f.udp({ sourcePort: 5353, destinationPort: 9 }))),
        ),
      ),
    },
    says: {
      direction: 'egress',
      ismulticast: 'true',
      isunicast: 'false',
      ip6source: 'FE80::1',
      ip6destination: '2001:DB8::2',
      ip6nexthdr: '17',
      protocol: '17',
      ip6tos: '40',
      ip6dscp: '10',
      ip6dscpname: 'AF11',
      ip6ecn: '00',
      ip6ttl: '9',
      ip6bytes: '64',
      ip6fragoffset: '0',
      ip6fragm: 'true',
      ip6flowlabel: '261884',
      ip6extensions: '0.44',
      ip6_offset: '14',
      udpsourceport: '5353',
      udpdestinationport: '9',
      udpbytes: '8',
    },
  },
  'ARP to all': {
    sampled: {
      frame: f.ethernet(
        { destination: 'ff:ff:ff:ff:ff:ff' },
        f.arp({ sender: '10.0.0.7', target: '10.0.0.8' }),
      ),
    },
    says: {
      isbroadcast: 'true',
      ismulticast: 'false',
      arpoperation: '1',
      arpipsender: '10.0.0.7',
      arpiptarget: '10.0.0.8',
      arpmacsender: '020000000001',
      arpmactarget: '000000000000',
    },
  },
  'an echo request': {
    sampled: { frame: f.ethernet({}, f.ipv4({}, f.icmp())) },
    says: { icmptype: '8', icmpcode: '0', icmpseqno: '2', icmp6type: '', application: '1' },
  },
  'an ICMPv6 echo request': {
    sampled: { frame: f.ethernet({}, f.ipv6({}, f.icmpv6())) },
    says: { icmp6type: '128', icmp6code: '0', icmpseqno: '2', icmptype: '' },
  },
  'port unreachable': {
    sampled: {
      frame: f.ethernet({}, f.ipv4({}, f.icmp({ type: 3, code: 3 }, quote(f.udp({ destinationPort: 161 }))))),
    },
    says: { icmpunreachableport: '161', icmpunreachablehost: '', icmpseqno: '' },
  },
  'host unreachable': {
    sampled: { frame: f.ethernet({}, f.ipv4({}, f.icmp({ type: 3, code: 1 }, quote(f.udp())))) },
    says: { icmpunreachablehost: '10.9.9.9', icmpunreachablenet: '', icmpunreachableport: '' },
  },
  'network unreachable': {
    sampled: { frame: f.ethernet({}, f.ipv4({}, f.icmp({ type: 3, code: 0 }, quote(f.udp())))) },
    says: { icmpunreachablenet: '10.9.9.9' },
  },
  'protocol unreachable': {
    sampled: { frame: f.ethernet({}, f.ipv4({}, f.icmp({ type: 3, code: 2 }, quote(f.sctp())))) },
    says: { icmpunreachableprotocol: '132' },
  },
  'port unreachable over IPv6': {
    sampled: {
      frame: f.ethernet(
        {},
        f.ipv6({}, f.icmpv6({ type: 1, code: 4 }, quote6(f.udp({ destinationPort: 53 })))),
      ),
    },
    says: { icmpunreachableport: '53' },
  },
  'address unreachable over IPv6': {
    sampled: { frame: f.ethernet({}, f.ipv6({}, f.icmpv6({ type: 1, code: 3 }, quote6(f.udp())))) },
    says: { icmpunreachablehost: '2001:DB8::9' },
  },
  'a DNS response': {
    sampled: {
      frame: f.ethernet(
        {},
        f.ipv4({}, f.udp({ sourcePort: 53 }, f.dns({ name: 'WWW.Example.com', response: true, type: 28 }))),
      ),
    },
    says: {
      dnsid: '4660',
      dnsqr: 'true',
      dnsrcode: '0',
      dnsqname: 'www.example.com',
      dnsqtype: '28',
      dnsqtypename: 'AAAA',
    },
  },
  VXLAN: {
    sampled: {
      frame: f.ethernet(
        {},
        f.ipv4({}, f.udp({}, f.vxlan(5001, f.ethernet({}, f.ipv4({ source: '10.7.7.7' }))))),
      ),
    },
    says: {
      vni: '5001',
      vxlanvni: '5001',
      genevevni: '',
      grevsid: '',
      'ipsource.1': '10.7.7.7',
      'isunicast.1': 'true',
      'macdestination.1': '020000000002',
      'vni.1': '',
      'ipsource.2': '',
    },
  },
  GENEVE: {
    sampled: { frame: f.ethernet({}, f.ipv4({}, f.udp({}, f.geneve(42, f.ethernet({}, f.ipv4()))))) },
    says: { genevevni: '42', vxlanvni: '' },
  },
  NVGRE: {
    sampled: {
      frame: f.ethernet(
        {},
        f.ipv4({}, f.gre(f.ethernet({}, f.ipv4()), { key: 0x00123405, protocol: 0x6558 })),
      ),
    },
    says: { grevsid: String(0x1234), grekey: String(0x00123405) },
  },
  'GTP-U': {
    sampled: { frame: f.ethernet({}, f.ipv4({}, f.udp({}, f.gtpUser(99, f.ipv4())))) },
    says: { gtpteid: '99', grekey: '' },
  },
  MPLS: {
    sampled: { frame: f.ethernet({}, f.mpls([16, 1_048_575], f.ipv4())) },
    says: { mplslabels: '16-1048575' },
  },
  'an RDMA write': {
    sampled: {
      frame: f.ethernet({}, f.ipv4({}, f.udp({}, f.baseTransport({ opcode: 10, queuePair: 0x12 }, reth)))),
    },
    says: {
      ibbt_offset: '42',
      ibbtopcode: '10',
      ibbtoptransport: 'RC',
      ibbtopname: 'RDMA_WRITE_ONLY',
      ibbtrdmalen: '65536',
      ibbtaethack: '',
      ibbtse: 'false',
      ibbtm: 'true',
      ibbttver: '0',
      ibbtdestqp: '18',
      ibbtack: 'false',
    },
  },
  'an acknowledgement': {
    sampled: {
      frame: f.ethernet({}, f.ipv4({}, f.udp({}, f.baseTransport({ opcode: 17 }, f.hex('1f000001'))))),
    },
    says: { ibbtopname: 'ACKNOWLEDGE', ibbtaethack: '31', ibbtrdmalen: '' },
  },
  'a congestion notification': {
    sampled: { frame: f.ethernet({}, f.ipv4({}, f.udp({}, f.baseTransport({ opcode: 129 })))) },
    says: { ibbtopcode: '129', ibbtoptransport: 'CNP', ibbtopname: 'CNP' },
  },
  'what switch and router know': {
    sampled: {
      frame: f.ethernet({}, f.ipv4()),
      records: [
        record('extended_switch', { src_vlan: 10, src_priority: 1, dst_vlan: 20, dst_priority: 6 }),
        record('extended_router', { nexthop: '10.0.0.254', src_mask_len: 24, dst_mask_len: 16 }),
        record('extended_gateway', {
          nexthop: '2001:db8::ff',
          as: 64_512,
          src_as: 64_513,
          src_peer_as: 64_514,
          dst_as_path: [
            { segment_type: 2, as: [64_520, 64_521] },
            { segment_type: 1, as: [64_522, 64_523] },
          ],
          communities: [0xfc00_0001, 0xfc00_ffff],
          localpref: 100,
        }),
        record('extended_egress_queue', { queue: 6 }),
        record('extended_queue', { depth: 4096 }),
        record('extended_transit', { delay: 750 }),
        record('extended_queue_length', { queueIndex: 1, queueLength: 12 }),
        record('extended_tcp_info', {
          dir: 2,
          unacked: 3,
          lost: 1,
          retrans: 2,
          pmtu: 1500,
          rtt: 900,
          rttvar: 40,
          snd_cwnd: 10,
          reordering: 5,
          min_rtt: 600,
        }),
      ],
    },
    says: {
      vlansource: '10',
      prioritysource: '1',
      vlandestination: '20',
      prioritydestination: '6',
      ipnexthoprouter: '10.0.0.254',
      ipsourcemaskbits: '24',
      ipdestinationmaskbits: '16',
      bgpnexthop: '2001:DB8::FF',
      bgpas: '64512',
      bgpsourceas: '64513',
      bgpsourcepeeras: '64514',
      bgpdestinationas: '64523',
      bgpdestinationpeeras: '64520',
      bgpdestinationaspath: '64520-64521-{64522 64523}',
      bgpcommunities: '64512:1-64512:65535',
      bgplocalpref: '100',
      queueindex: '6',
      queuedepth: '4096',
      queuelength: '12',
      transitdelay: '750',
      tcprtt: '900',
      tcprttmin: '600',
      tcprttvar: '40',
      tcprttsdev: '40',
      tcprttwait: '300',
      tcpunacked: '3',
      tcplost: '1',
      tcpretrans: '2',
      tcppathmtu: '1500',
      tcpcwnd: '10',
      tcpreordering: '5',
    },
  },
  'what a switch does not know': {
    sampled: {
      frame: f.ethernet({}, f.ipv4()),
      records: [
        record('extended_switch', {}),
        record('extended_gateway', { nexthop: null, as: 1, dst_as_path: [], communities: [] }),
        record('extended_tcp_info', { rtt: 5, min_rtt: 0xffff_ffff }),
      ],
    },
    says: {
      vlansource: '',
      vlandestination: '',
      prioritysource: '',
      prioritydestination: '',
      bgpnexthop: '',
      bgpas: '1',
      bgpdestinationas: '',
      bgpdestinationaspath: '',
      bgpcommunities: '',
      tcprtt: '5',
      tcprttmin: '',
      tcprttwait: '',
    },
  },
  'a VNI that the switch took off': {
    sampled: { frame: f.ethernet({}, f.ipv4()), records: [record('extended_vni_ingress', { vni: 77 })] },
    says: { vni: '77', vxlanvni: '' },
  },
  'a dropped frame': {
    sampled: { frame: f.ethernet({}, f.ipv4()), output: { format: 1, value: 257 } },
    says: { outputifindex: 'discard', outputifname: 'discard', reason: 'ttl_exceeded' },
  },
  'a flooded frame from inside': {
    sampled: {
      frame: f.ethernet({}, f.ipv4()),
      input: 0x3fff_ffff,
      output: { format: 2, value: 5 },
    },
    says: { inputifindex: 'internal', outputifindex: 'multiple', reason: '' },
  },
  'an HTTP request at the server': {
    sampled: {
      dataSourceClass: 3,
      dataSourceIndex: 80,
      input: 0,
      output: 0x3fff_ffff,
      records: [
        record('http_request', http, 2206),
        record('extended_socket_ipv4', socket4),
        record('extended_proxy_socket_ipv4', { socket: { ...socket4, local_port: 5000, remote_port: 8080 } }),
        record('extended_proxy_request', { uri: '/inner', host: 'backend' }),
      ],
    },
    says: {
      frames: '',
      requests: '1',
      inputifindex: 'unknown',
      stripped: '',
      stack: '',
      protocol: '6',
      bytes: '4294967390',
      req_bytes: '100',
      resp_bytes: '4294967290',
      duration: '1500',
      httpmethod: 'GET',
      httpprotocol: 'HTTP/1.1',
      httpurl: '/games/a.html?x=1',
      httphost: 'www.example.com',
      httpreferer: 'http://example.org/',
      httpuseragent: 'curl/8',
      httpxff: '192.0.2.1',
      httpauthuser: 'alice',
      httpmimetype: 'image/png',
      httpstatus: '404',
      proxyhttpurl: '/inner',
      proxyhttphost: 'backend',
      serveraddress: '10.1.1.1',
      clientaddress: '10.2.2.2',
      serverport: '80',
      clientport: '40000',
      serveraddress6: '',
      proxyprotocol: '6',
      proxyserveraddress: '10.2.2.2',
      proxyclientaddress: '10.1.1.1',
      proxyserverport: '8080',
      proxyclientport: '5000',
    },
  },
  'an older HTTP request at the client, over IPv6': {
    sampled: {
      input: 0x3fff_ffff,
      output: 0,
      records: [
        record(
          'http_request',
          { method: 4, protocol: 1000, uri: '/x', authuser: 'bob', resp_bytes: 7, uS: 5, status: 200 },
          2201,
        ),
        record('extended_socket_ipv6', socket6),
        record('extended_proxy_socket_ipv6', { socket: socket6 }),
      ],
    },
    says: {
      httpmethod: 'POST',
      httpprotocol: 'HTTP/1.0',
      httpurl: '/x',
      httphost: '',
      httpxff: '',
      httpauthuser: 'bob',
      httpstatus: '200',
      bytes: '7',
      req_bytes: '',
      duration: '5',
      serveraddress6: 'FE80::2',
      clientaddress6: '2001:DB8::1',
      serverport: '40000',
      proxyserveraddress6: 'FE80::2',
      proxyclientaddress6: '2001:DB8::1',
    },
  },
  'a memcache operation': {
    sampled: {
      records: [
        record('memcache_operation', {
          protocol: 1,
          cmd: 7,
          key: 'user:1',
          nkeys: 1,
          value_bytes: 90,
          uS: 30,
          status: 5,
        }),
      ],
    },
    says: {
      memcacheprotocol: 'ASCII',
      memcachecommand: 'GET',
      memcachekey: 'user:1',
      memcachestatus: 'STORED',
      bytes: '90',
      duration: '30',
    },
  },
  'an operation of an application': {
    sampled: {
      records: [
        record('app_operation', {
          application: 'shop',
          operation: 'cart.add',
          attributes: 'item=7',
          req_bytes: 10,
          resp_bytes: 20,
          uS: 8,
          status: 3,
        }),
        record('app_parent_context', { application: 'web', operation: 'page' }),
        record('app_initiator', { actor: 'alice' }),
        record('app_target', { actor: 'cart-7' }),
      ],
    },
    says: {
      app: 'shop',
      appoperation: 'cart.add',
      appattributes: 'item=7',
      appstatus: '3',
      appparent: 'web',
      appparentoperation: 'page',
      appinitiator: 'alice',
      apptarget: 'cart-7',
      bytes: '30',
      duration: '8',
    },
  },
};

/** Two samples that between them have next to nothing: an unknown frame, and a request of no known record. */
const bare: Sampled = { frame: f.hex('010203'), records: [] };
const empty: Sampled = { records: [] };
/** What every sample has. */
const always = [
  'agent',
  'inputifindex',
  'outputifindex',
  'inputifname',
  'outputifname',
  'direction',
  'requests',
  'samplingrate',
];

describe('every flow key', () => {
  for (const [what, { sampled, says }] of Object.entries(cases))
    it(`reads ${what}`, () => {
      expect(Object.fromEntries(Object.keys(says).map((key) => [key, textOf(key, sampled)]))).toEqual(says);
    });

  it('is read from some sample here', () => {
    const read = new Set(
      Object.values(cases).flatMap(({ says }) =>
        Object.entries(says).flatMap(([key, text]) => (text === '' ? [] : [key])),
      ),
    );
    expect(flowKeys.map(({ name }) => name).filter((name) => !read.has(name))).toEqual([]);
  });

  it('is absent, with all words zero, where the sample does not have it', () => {
    for (const { name } of flowKeys) {
      if (always.includes(name)) continue;
      for (const { sampled, says } of Object.values(cases)) {
        if (!says[name]) continue;
        const after = readKey(name, empty, { before: sampled });
        expect([name, after.text, new Set(after.words)]).toEqual([name, '', new Set([0])]);
        if (['frames', 'bytes', 'stripped'].includes(name)) continue;
        expect([name, readKey(name, bare, { before: sampled }).words.every((word) => word === 0)]).toEqual([
          name,
          true,
        ]);
      }
    }
  });

  it('survives headers that are cut off anywhere', () => {
    const keys = flowKeys.filter(({ layered }) => layered).map(({ name }) => compileKey(name));
    const words = new Uint32Array(16);
    let read = 0;
    for (const { sampled } of Object.values(cases)) {
      const cuts = Array.from({ length: sampled.frame?.length ?? 0 }, (_, cut) => ({
        ...sampled,
        headerOctets: cut,
      }));
      readAll(cuts, (sample) => {
        for (const key of keys) key.read(sample, words, 0);
        read++;
      });
    }
    expect(read).toBeGreaterThan(1000);
  });

  it('looks at nothing behind a record that is cut off', () => {
    const keys = flowKeys.map(({ name }) => compileKey(name));
    const unknownTag = 0xfffff_000;
    for (const { sampled } of Object.values(cases)) {
      for (const described of sampled.records ?? []) {
        const octets = writeRecord('flow', described);
        const { tag } =
          'octets' in described
            ? described
            : described.tag === undefined
              ? structureByName('flow', described.name)!
              : { tag: tagOf(0, described.tag & 0xfff) };
        const cutsBefore = (fill: number): Sampled[] =>
          Array.from({ length: octets.length / 4 }, (_, cut) => ({
            ...sampled,
            records: [
              { tag, octets: octets.subarray(0, 4 * cut) },
              { tag: unknownTag, octets: new Uint8Array(64).fill(fill) },
            ],
          }));
        const said = (samples: Sampled[]): string[][] => {
          const all: string[][] = [];
          readAll(samples, (sample) => {
            const words = new Uint32Array(16);
            all.push(
              keys.map((key) => {
                key.read(sample, words, 0);
                return key.text(words, 0, names);
              }),
            );
          });
          return all;
        };
        expect(said(cutsBefore(0))).toEqual(said(cutsBefore(0xff)));
      }
    }
  });

  it('is told apart in the catalog by a name, a label and a sentence', () => {
    const namesSeen = flowKeys.map(({ name }) => name);
    expect(new Set(namesSeen).size).toBe(namesSeen.length);
    for (const { label, about } of flowKeys) {
      expect(label).not.toBe('');
      expect(about).toMatch(/^(?:[A-Z]|ifIndex ).*\.$/);
    }
  });
});
