/** The log is on a disk that is full: full(4). */
import { closeSync, openSync } from 'node:fs';
import type { Fault, FaultLog } from '../fault.ts';
import { visitAgain, visitAs } from '../fault-clients.ts';

const CLIENTS = 4;

/** Each write to the log fails with ENOSPC; clients cause records all the time. */
export const LOG_FULL: Fault = {
  title: 'the disk of the log is full',
  expects: 'every request is answered, and SIGTERM ends the server',
  openLog: fullDisk,
  cause: (scene) => visitAgain(CLIENTS, scene, () => visitAs('wrong-sum', scene)),
};

function fullDisk(): FaultLog {
  const descriptor = openSync('/dev/full', 'w');
  return {
    descriptor,
    [Symbol.dispose]: () => {
      closeSync(descriptor);
    },
  };
}
