import { join } from 'node:path';
import { ROOT } from './workspace.ts';

type Architectures = typeof import('../../apps/server/src/architectures.ts');

/** Loads the registry of servers from the app `server`, which is built: scripts also run before anything is. */
export async function loadArchitectures(): Promise<Architectures> {
  return (await import(join(ROOT, 'apps/server/dist/architectures.js'))) as Architectures;
}
