/**
 * What an ifIndex says by itself. Cisco's Nexus switches (NX-OS) build theirs from type, slot and port, in ranges that
 * no agent counts up to. Numbers that count from one, or that mean other things with other vendors, say nothing.
 */

const ETHERNET = 0x1a;
const PORT_CHANNEL = 0x16;
const LOOPBACK = 0x14;
const VLAN = 0x09;
const MANAGEMENT = 0x0500_0000;
const MOST_PORT_CHANNELS = 4096;
const MOST_LOOPBACKS = 1023;

/** 'Ethernet1/12', 'port-channel58', 'Vlan100'; null where the number says nothing. */
export function nameOfNumber(ifIndex: number): string | null {
  const rest = ifIndex & 0xff_ffff;
  switch (ifIndex >>> 24) {
    case ETHERNET:
      return (rest & 0xfff) === 0 ? `Ethernet${(rest >>> 19) + 1}/${((rest >>> 12) & 0x7f) + 1}` : null;
    case PORT_CHANNEL:
      return rest >= 0 && rest <= MOST_PORT_CHANNELS ? `port-channel${rest}` : null;
    case LOOPBACK:
      return rest <= MOST_LOOPBACKS ? `loopback${rest}` : null;
    case VLAN:
      return rest >>> 16 === 1 && (rest & 0xffff) >= 1 && (rest & 0xffff) <= 4094
        ? `Vlan${rest & 0xffff}`
        : null;
    default:
      return ifIndex === MANAGEMENT ? 'mgmt0' : null;
  }
}
