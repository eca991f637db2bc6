/** What health checks and port scans do. */
import type { Fault } from '../fault.ts';
import { visitAgain, visitAs } from '../fault-clients.ts';

const CLIENTS = 2;

/** Clients connect and close at once; others ask and reset. */
export const PROBES: Fault = {
  title: 'probes, one after the other: connect and close; connect, ask, reset',
  expects: 'every request is answered',
  cause: async (scene) => {
    await Promise.all(
      ['connect-only', 'reset after the request'].map((name) => visitAgain(CLIENTS, scene, () => visitAs(name, scene))),
    );
  },
};
