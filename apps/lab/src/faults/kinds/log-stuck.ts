/** The log is a pipe that nobody reads. */
import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fault, FaultLog } from '../fault.ts';
import { visitAgain, visitAs } from '../fault-clients.ts';

const CLIENTS = 4;
const PIECE = Buffer.alloc(4096);

/** The reader of the log stops; clients cause records all the time. */
export const LOG_STUCK: Fault = {
  title: 'the log is a pipe that is full and that nobody reads',
  expects: 'every request is answered, and SIGTERM ends the server',
  openLog: fullPipe,
  cause: (scene) => visitAgain(CLIENTS, scene, () => visitAs('wrong-sum', scene)),
};

function fullPipe(): FaultLog {
  const folder = mkdtempSync(join(tmpdir(), 'lab-faults-'));
  try {
    const path = join(folder, 'log');
    spawnSync('mkfifo', [path]);
    const reader = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    const descriptor = openSync(path, constants.O_WRONLY);
    fill(reader);
    return {
      descriptor,
      [Symbol.dispose]: () => {
        closeSync(descriptor);
        closeSync(reader);
      },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function fill(pipe: number): void {
  for (;;) {
    try {
      writeSync(pipe, PIECE);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return;
      throw error;
    }
  }
}
