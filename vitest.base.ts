import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/**
 * Server threads of tests run from TypeScript, and Node starts the compiler that strips the types in each of them. Its
 * cache keeps the result, so that a thread starts in half the processor time, and a program somewhat sooner.
 */
const COMPILE_CACHE = fileURLToPath(new URL('node_modules/.cache/node-compile', import.meta.url));

/**
 * What all tests share. Limits only end a test that hangs: tests wait for events, and beside other processes on two
 * cores a step of 100 ms may take seconds.
 */
export default defineConfig({
  test: {
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE },
  },
});
