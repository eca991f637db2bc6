import { defineConfig } from 'vitest/config';

/**
 * What all tests share. Limits only end a test that hangs: tests wait for events, and beside other processes on two
 * cores a step of 100 ms may take seconds.
 */
export default defineConfig({
  test: { testTimeout: 30_000, hookTimeout: 30_000, expect: { poll: { timeout: 20_000 } } },
});
