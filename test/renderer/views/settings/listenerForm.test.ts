import { describe, expect, it } from 'vitest';
import { readListener } from '../../../../renderer/views/settings/listenerForm.ts';

describe('a listener that a user types', () => {
  it('is read in either family, with or without brackets', () => {
    expect(readListener(' 0.0.0.0 ', '6343', [])).toEqual({ listener: { address: '0.0.0.0', port: 6343 } });
    expect(readListener('[::]', ' 6344', [])).toEqual({ listener: { address: '::', port: 6344 } });
  });

  it('is refused with a sentence', () => {
    const present = [{ address: '0.0.0.0', port: 6343 }];
    for (const [address, port] of [
      ['switch1', '6343'],
      ['', '6343'],
      ['0.0.0.0', '0'],
      ['0.0.0.0', '65536'],
      ['0.0.0.0', '6e3'],
      ['0.0.0.0', ''],
      ['0.0.0.0', '6343'],
    ] as const) {
      expect(readListener(address, port, present), `${address}:${port}`).toHaveProperty('problem');
    }
  });
});
