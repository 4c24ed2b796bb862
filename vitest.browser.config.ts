import { defineConfig } from 'vitest/config';

// The tests that open windows: the interface in a browser, and the desktop program on the double of Electron.
// They run what was built, two files at a time; each starts a browser of its own.
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts', 'test/electron/**/*.test.ts'],
    testTimeout: 90_000,
    hookTimeout: 90_000,
    maxWorkers: 2,
  },
});
