/** Names out of sampled DHCP, NetBIOS and LLDP frames: what each tells, cut off anywhere, and hostile. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeardHosts, MOST_HOST_FRAMES_PER_SECOND } from '../../main/names/heard-hosts.ts';

const MAC = [0x02, 0, 0, 0, 0, 9];
/** A DHCP message of a client with this MAC address. */
function dhcp(operation: 1 | 2, given: number[], options: number[]): Uint8Array {
  const message = new Uint8Array(240 + options.length + 1);
  message.set([operation, 1, 6]);
  message.set(given, 16);
  message.set(MAC, 28);
  message.set([0x63, 0x82, 0x53, 0x63], 236);
  message.set(options, 240);
  message[message.length - 1] = 255;
  return message;
}
const option = (code: number, value: string | number[]): number[] => {
  const octets = typeof value === 'string' ? [...Buffer.from(value)] : value;
  return [code, octets.length, ...octets];
};
const unit = (type: number, value: number[]): number[] => [
  (type << 1) | (value.length >> 8),
  value.length & 255,
  ...value,
];
const text = (value: string): number[] => [...Buffer.from(value)];

describe('DHCP', () => {
  it('names the address that is given, by what the client asked with', () => {
    const heard = new HeardHosts();
    const request = dhcp(
      1,
      [0, 0, 0, 0],
      [...option(53, [3]), ...option(50, [10, 1, 2, 3]), ...option(12, 'printer')],
    );
    expect(heard.takeDhcp(request, 0, request.length, 1000)).toBe(true);
    expect(heard.name('020000000009')).toEqual({ name: 'printer', origin: 'dhcp', atMs: 1000 });
    // It is not given yet.
    expect(heard.name('10.1.2.3')).toBeNull();
    const answer = dhcp(2, [10, 1, 2, 3], option(53, [5]));
    expect(heard.takeDhcp(answer, 0, answer.length, 2000)).toBe(true);
    expect(heard.name('10.1.2.3')).toEqual({ name: 'printer', origin: 'dhcp', atMs: 2000 });
  });

  it('prefers the whole name of option 81', () => {
    const heard = new HeardHosts();
    const answer = dhcp(
      2,
      [10, 1, 2, 4],
      [...option(12, 'pc'), ...option(81, [1, 0, 0, ...text('pc.example.com.')])],
    );
    heard.takeDhcp(answer, 0, answer.length, 1);
    expect(heard.name('10.1.2.4')?.name).toBe('pc.example.com');
  });
});

describe('NetBIOS', () => {
  it('names who registers its computer, and no group', () => {
    const packet = (operation: number, suffix: number, flags = 0): Uint8Array => {
      const name = [...'DESKTOP7'.padEnd(15)].map((letter) => letter.charCodeAt(0));
      const encoded = [...name, suffix].flatMap((octet) => [0x41 + (octet >> 4), 0x41 + (octet & 15)]);
      const head = [0, 1, operation << 3, 0, 0, 1, 0, 0, 0, 0, 0, 1];
      const record = [0xc0, 12, 0, 32, 0, 1, 0, 0, 0, 0, 0, 6, flags, 0, 10, 1, 2, 5];
      return Uint8Array.from([...head, 32, ...encoded, 0, 0, 32, 0, 1, ...record]);
    };
    const heard = new HeardHosts();
    const own = packet(5, 0);
    expect(heard.takeNetbios(packet(0, 0), 0, own.length, '10.1.2.5', 1)).toBe(false);
    expect(heard.takeNetbios(packet(5, 0x1c), 0, own.length, '10.1.2.5', 1)).toBe(false);
    const workgroup = packet(5, 0, 0x80);
    expect(heard.takeNetbios(workgroup, 0, own.length, '10.1.2.5', 1)).toBe(false);
    expect(heard.takeNetbios(own, 0, own.length, '10.1.2.5', 1)).toBe(true);
    expect(heard.name('10.1.2.5')).toEqual({ name: 'DESKTOP7', origin: 'netbios', atMs: 1 });
  });
});

describe('LLDP', () => {
  const frame = (system: string) =>
    Uint8Array.from([
      ...unit(1, [4, ...MAC]),
      ...unit(2, [5, ...text('swp7')]),
      ...unit(3, [0, 120]),
      ...unit(5, text(system)),
      ...unit(0, []),
    ]);
  const from = { mac: '020000000009', agent: '10.0.0.1', ifIndex: 3 };

  it('tells who is at the other end of a port', () => {
    const heard = new HeardHosts();
    const units = frame('spine1');
    expect(heard.takeLldp(units, 0, units.length, from, 5)).toBe(true);
    expect(heard.takeLldp(units, 0, units.length, from, 6)).toBe(false);
    expect(heard.neighbour('10.0.0.1', 3)).toEqual({ system: 'spine1', port: 'swp7', atMs: 6 });
    expect(heard.name('020000000009')?.name).toBe('spine1 swp7');
  });

  it('cannot mislead by its name', () => {
    const heard = new HeardHosts();
    const units = frame('<img src=x onerror=alert(1)>\r\n\u202Egnp.exe');
    heard.takeLldp(units, 0, units.length, from, 5);
    expect(heard.neighbour('10.0.0.1', 3)?.system).toBe('<img src=x onerror=alert(1)>␍␊\uFFFDgnp.exe');
  });
});

describe('whatever is sampled', () => {
  it('is read without an error, and in bounds', () => {
    const request = dhcp(1, [10, 0, 0, 1], [...option(12, 'name'), ...option(81, [0, 0, 0, 65])]);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc
            .uint8Array({ maxLength: 60 })
            .map((tail) => Uint8Array.from([...request.subarray(0, 240), ...tail])),
        ),
        fc.nat(320),
        (bytes, cut) => {
          const heard = new HeardHosts();
          const end = Math.min(cut, bytes.length);
          heard.takeDhcp(bytes, 0, end, 1);
          heard.takeNetbios(bytes, 0, end, '10.1.2.3', 1);
          heard.takeLldp(bytes, 0, end, { mac: '020000000009', agent: 'a', ifIndex: 1 }, 1);
          expect(heard.size).toBeLessThanOrEqual(3);
        },
      ),
    );
  });

  it('is read so often in a second, and no more', () => {
    const heard = new HeardHosts();
    for (let host = 0; host < 1000; host++) {
      const answer = dhcp(2, [10, 2, host >> 8, host & 255], option(12, `host${host}`));
      answer.set([2, 1, 1, 1, host >> 8, host & 255], 28);
      heard.takeDhcp(answer, 0, answer.length, 5000);
    }
    expect(heard.size).toBeLessThanOrEqual(2 * MOST_HOST_FRAMES_PER_SECOND);
  });
});
