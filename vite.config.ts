/**
 * Builds the interface: one bundle that the Electron window (app://) and a browser (`serve`) both load. All
 * addresses are relative, nothing is inlined into the page as a script, so a strict content security policy
 * holds in either.
 */
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [vue()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    // The program's own page, and the explorer of its REST interface.
    rolldownOptions: { input: ['renderer/index.html', 'renderer/api/index.html'] },
  },
});
