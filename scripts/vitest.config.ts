import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Outside of this folder, whose files are the inputs of turbo's tasks: a cache in it would make each run look new.
  cacheDir: '../node_modules/.vite/scripts',
  // Many of these tests start processes: the default of 5 s is for tests that don't.
  test: { testTimeout: 30_000 },
});
