import { defineConfig } from 'vitest/config';

/** Tests that need a worker of their own: they put a page's globals in place, or look at the memory of the process. */
const apart = ['test/renderer/**/*.test.ts', 'test/sflow/reader.test.ts', 'test/flows/cardinality.test.ts'];
const elsewhere = ['test/e2e/**', 'test/electron/**', '**/*.long.test.ts'];

// The unit tests, two files at a time. Workers are kept from file to file: starting one for each of 200 files costs
// a third of the time.
export default defineConfig({
  test: {
    testTimeout: 60_000,
    maxWorkers: 2,
    setupFiles: ['test/seed.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['test/**/*.test.ts'],
          exclude: [...elsewhere, ...apart],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'apart', include: apart, exclude: elsewhere } },
    ],
  },
});
