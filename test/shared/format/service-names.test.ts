import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applicationName, protocolName, serverPort } from '../../../shared/format/names.ts';
import {
  BUNDLED_SERVICES,
  parseService,
  ServiceNames,
  serviceText,
} from '../../../shared/format/service-names.ts';

const own = new ServiceNames(
  new Map([
    ['6/50443', 'portal'],
    ['17/443', 'fast web'],
    ['47', 'tunnel'],
    ['132/9', 'nine'],
  ]),
);

describe('a service as text', () => {
  it('is read as people write it', () => {
    for (const text of ['tcp/8443', 'TCP:8443', '8443/tcp', '6/8443', ' 6 : 8443 '])
      expect(parseService(text)).toEqual({ protocol: 6, port: 8443 });
    expect(parseService('gre')).toEqual({ protocol: 47, port: -1 });
    for (const text of ['', 'tcp/0', 'tcp/65536', '256', 'tcp/8443/x', 'http', 'tcp/-1', '-1', '6/'])
      expect(parseService(text)).toBeNull();
  });

  it('is spelled so that it is read as the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 65_535 }), (protocol, port) => {
        const service = { protocol, port: port || -1 };
        expect(parseService(serviceText(service))).toEqual(service);
      }),
    );
  });
});

describe('names of services', () => {
  it('are the user’s before those that come with Weir', () => {
    expect(own.applicationName(6, 50_443)).toBe('portal');
    expect(own.applicationName(17, 443)).toBe('fast web');
    expect(own.applicationName(6, 443)).toBe('https');
    expect(own.applicationName(47, -1)).toBe('tunnel');
    expect(own.applicationName(47, 12)).toBe('tunnel 12');
    expect(own.protocolName(47)).toBe('tunnel');
    expect(own.protocolName(-1)).toBe('');
    expect(own.named('PORTAL')).toEqual([{ protocol: 6, port: 50_443 }]);
  });

  it('tell which port is the server’s, over that protocol alone', () => {
    expect(own.serverPort(6, 40_001, 50_443)).toBe(50_443);
    expect(own.serverPort(17, 40_001, 50_443)).toBe(40_001);
    expect(own.serverPort(132, 9, 5)).toBe(9);
    expect(serverPort(6, 40_001, 50_443)).toBe(40_001);
  });

  it('are the bundled ones where the user gave none', () => {
    const number = fc.integer({ min: -1, max: 65_535 });
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 255 }), number, number, (protocol, one, other) => {
        expect(BUNDLED_SERVICES.applicationName(protocol, one)).toBe(applicationName(protocol, one));
        expect(BUNDLED_SERVICES.protocolName(protocol)).toBe(protocolName(protocol));
        expect(BUNDLED_SERVICES.serverPort(protocol, one, other)).toBe(serverPort(protocol, one, other));
      }),
    );
  });
});
