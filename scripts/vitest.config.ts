import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Outside of this folder: its files are inputs of turbo's tasks, so a cache in it would make each run look new.
  cacheDir: '../node_modules/.vite/scripts',
  // Many of these tests start processes.
  test: { testTimeout: 30_000 },
});
