import { describe, expect, it } from 'vitest';
import { SourcesHealth } from '../../main/samples/source-health.ts';

describe('the numbers of a data source', () => {
  it('tell at what rate it really samples, and which samples were lost', () => {
    const health = new SourcesHealth();
    // Stated 1 in 1000, in truth 1 in 2000; every tenth sample is lost on the way.
    for (let i = 1; i <= 1000; i++)
      if (i % 10 !== 0) health.observe(70, i, (i * 2000) >>> 0, Math.floor(i / 100), 1000);
    expect(health.of(70)).toEqual({
      samples: 900,
      lost: 99,
      late: 0,
      duplicates: 0,
      dropped: 9,
      statedRate: 1000,
      effectiveRate: 2000,
      gapVariation: 0,
    });
  });

  it('pass the wrap of pool and sequence, and begin anew after a restart', () => {
    const health = new SourcesHealth();
    for (let i = 0; i < 100; i++)
      health.observe(1, (0xffff_ffe0 + i) >>> 0, (0xffff_0000 + i * 4096) >>> 0, 0, 4096);
    expect(health.of(1)).toMatchObject({ lost: 0, effectiveRate: 4096 });
    health.restart(1);
    for (let i = 1; i <= 50; i++) health.observe(1, i, i * 4096, 0, 4096);
    expect(health.of(1)).toMatchObject({ samples: 150, effectiveRate: 4096 });
  });

  it('say nothing where the pool stands still or there are too few', () => {
    const health = new SourcesHealth();
    for (let i = 1; i <= 100; i++) health.observe(2, i, 0, 0, 1);
    for (let i = 1; i <= 10; i++) health.observe(3, i, i * 100, 0, 100);
    expect([health.of(2).effectiveRate, health.of(3).effectiveRate, health.of(999).samples]).toEqual([
      0, 0, 0,
    ]);
  });

  it('tell frames that are picked at random from such as are counted off', () => {
    const health = new SourcesHealth();
    const gapsOf = (source: number, gap: (uniform: number) => number) => {
      let [pool, state] = [0, 12345];
      for (let i = 1; i <= 5000; i++) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        pool = (pool + Math.max(1, Math.round(gap((state + 0.5) / 2 ** 32)))) >>> 0;
        // Of a gap over a lost sample nothing is taken.
        if (i % 50 !== 0) health.observe(source, i, pool, 0, 1000);
      }
      return health.of(source).gapVariation;
    };
    expect(gapsOf(1, (uniform) => -1000 * Math.log(uniform))).toBeCloseTo(1, 1);
    expect(gapsOf(2, (uniform) => 2000 * uniform)).toBeCloseTo(0.577, 1);
    expect(gapsOf(3, () => 1000)).toBe(0);
    expect(gapsOf(4, (uniform) => 990 + 20 * uniform)).toBeLessThan(0.01);
    for (let i = 1; i <= 200; i++) health.observe(5, i, i * 7, 0, 7);
    expect(health.of(5).gapVariation).toBeNull();
  });
});
