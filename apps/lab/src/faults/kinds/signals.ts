/** Signals that don't stop a server. */
import type { Fault } from '../fault.ts';
import { pause } from '../fault-clients.ts';

const PAUSE_MS = 50;
const SIGNALS = ['SIGUSR1', 'SIGHUP'] as const;

/** A supervisor asks for the counters, and the terminal that the server never had is closed. */
export const HARMLESS_SIGNALS: Fault = {
  title: 'SIGUSR1 and SIGHUP (without a terminal), ten times a second each',
  expects: 'every request is answered',
  cause: async (scene) => {
    for (let i = 0; !scene.over.aborted; i++) {
      process.kill(scene.pid, SIGNALS[i % SIGNALS.length]);
      await pause(PAUSE_MS, scene);
    }
  },
};
