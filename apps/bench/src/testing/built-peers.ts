/** Builds the peers once for all test files: compiling them takes longer than most tests. */
import type { TestProject } from 'vitest/node';
import { buildPeers, type Peers } from '../peers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly peers: Peers;
  }
}

/** Called by vitest before the first test; returns what it calls after the last one. */
export default async function setup(project: TestProject): Promise<() => void> {
  const { close, ...peers } = await buildPeers();
  project.provide('peers', peers);
  return close;
}
