/** Sampled headers of the forms that sflowtool tells apart, as {header protocol, octets}. */

const ETHERNET = '020000000102 020000000101';
const ADDRESSES_6 = '20010db8000000000000000000000001 20010db8000000000000000000000002';
const PORTS = '0035c001 00300000 01020304050607080900';

const ipv4 = {
  udp: `45b8003012344000 4011 0000 0a000001 0a000002 ${PORTS}`,
  fragment: `45b8003012342010 4011 0000 0a000001 0a000002 ${PORTS}`,
  icmp: '4500003012340000 4001 0000 0a000001 0a000002 0803c001 00300000 01020304050607080900',
};
const ipv6 = {
  tcp: `60123456 0014 06 40 ${ADDRESSES_6} c00101bb 00000001 00000002 50122000 00000000`,
  extended: `6a123456 0000 00 40 ${ADDRESSES_6} 2b00000000000000 1100000000000000 0035c001 00300000 01020304`,
};
const DATA_FRAME = '0000 010203040506 111213141516 212223242526 0010';

const described: [protocol: number, octets: string][] = [
  ...Object.values(ipv4).flatMap((packet): [number, string][] => [
    [11, packet],
    [1, `${ETHERNET} 0800 ${packet}`],
    [1, `${ETHERNET} 8100 600a 0800 ${packet}`],
    [1, `${ETHERNET} 88a8 600a 8100 2014 0800 ${packet}`],
    [1, `${ETHERNET} 0030 aaaa03 000000 0800 ${packet}`],
    [1, `${ETHERNET} 0030 aaaa03 00000c 0800 ${packet}`],
    [1, `${ETHERNET} 0030 060603 ${packet}`],
    [1, `${ETHERNET} 0030 424203 ${packet}`],
    [1, `${ETHERNET} 0800 55${packet.slice(2)}`],
    [1, `${ETHERNET} 0600 ffff 0030 ${packet}`],
  ]),
  ...Object.values(ipv6).flatMap((packet): [number, string][] => [
    [12, packet],
    [1, `${ETHERNET} 86dd ${packet}`],
  ]),
  ...[2, 7, 13, 16, 18, 19, 99].map((protocol): [number, string] => [protocol, ipv4.udp]),
  [15, `0801 ${DATA_FRAME} aaaa030000000800`],
  [15, `0803 ${DATA_FRAME} 313233343536`],
  [15, `0802 ${DATA_FRAME} 313233343536`],
  [15, `8000 ${DATA_FRAME}`],
  [1, ETHERNET],
  [1, `${ETHERNET} 0806 0001080006040001020000000101 0a000001 000000000000 0a000002`],
];

export const headers: { protocol: number; octets: Uint8Array }[] = described.map(([protocol, octets]) => ({
  protocol,
  octets: Uint8Array.from(Buffer.from(octets.replaceAll(' ', ''), 'hex')),
}));
