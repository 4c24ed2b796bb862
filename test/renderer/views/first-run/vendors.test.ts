import { describe, expect, it } from 'vitest';
import { configParts, vendors } from '../../../../renderer/views/first-run/vendors.ts';

describe('what a switch is told', () => {
  it('names the address, the port and the polling of every vendor', () => {
    for (const { id, text } of vendors) {
      const config = text('192.168.0.153', 16_343);
      expect(config, id).toContain('192.168.0.153');
      expect(config, id).toContain('16343');
      expect(config, id).toMatch(/poll/i);
      expect(config, id).toMatch(/sampl/i);
    }
  });

  it('is coloured without losing a letter', () => {
    for (const { text } of vendors) {
      const config = text('fd00::7', 6343);
      const parts = configParts(config);
      expect(parts.map((part) => part.text).join('')).toBe(config);
      expect(parts.some(({ kind, text: part }) => kind === 'value' && part === 'fd00::7')).toBe(true);
    }
    expect(configParts('agent-ip <address of the switch>')[1]).toEqual({
      kind: 'fill',
      text: '<address of the switch>',
    });
  });
});
