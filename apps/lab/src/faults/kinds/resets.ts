/** Clients that break off in the middle of an answer. */
import type { Fault } from '../fault.ts';
import { visitAgain, visitAs } from '../fault-clients.ts';

const CLIENTS = 4;

/** Clients ask for 420 MB, read a part, and reset the connection. */
export const RESETS: Fault = {
  title: `${CLIENTS} clients reset their connections in the middle of an answer, one after the other`,
  expects: 'every request is answered',
  cause: (scene) => visitAgain(CLIENTS, scene, () => visitAs('reset-mid-answer', scene)),
};
