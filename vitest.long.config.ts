import { defineConfig } from 'vitest/config';

// The long forms of what `npm test` holds short: kill, soak, fuzz, cardinality.
export default defineConfig({
  test: {
    include: ['test/**/*.long.test.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    passWithNoTests: true,
  },
});
