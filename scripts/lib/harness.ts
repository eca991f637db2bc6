/**
 * The harness, for scripts: its sources, because scripts also run before anything is built, and in order to build it.
 * Node strips their types.
 */
export * from '../../packages/harness/src/index.ts';
