/**
 * The reference server of the test fixtures as a process that starts and ends like ours, and leaks on request.
 *
 * Usage: `node churned-server.ts [FLAW]`, where FLAW is one of the reference server's, or one of those below
 */
import { type Flaw, startReferenceServer } from '@concurrent-primes/fixtures';
import { subscribe } from 'node:diagnostics_channel';
import { openSync } from 'node:fs';

const LEAKED_BYTES = 700_000;
const LAST_CONNECTION = 200;

const flaw = process.argv[2];
const kept: Buffer[] = [];
let connections = 0;
subscribe('net.server.socket', () => {
  connections += 1;
  if (flaw === 'keeps a descriptor' && connections === LAST_CONNECTION) openSync('/dev/null', 'r');
  if (flaw === 'keeps memory') kept.push(Buffer.alloc(LEAKED_BYTES, connections));
  if (flaw === 'dies' && connections === LAST_CONNECTION) process.exit(3);
});

const server = await startReferenceServer({}, flaw as Flaw | undefined);
console.log(`listening on 127.0.0.1:${server.port} (reference)`);
process.once('SIGTERM', () => {
  void server.stop().then(() => {
    const counts = Object.entries(server.tally()).filter(([, count]) => count > 0);
    console.error([`stopped after ${connections} connections`, ...counts.map((entry) => entry.join(' '))].join(', '));
    process.exit(kept.length > connections ? 1 : 0); // so that what is kept is in use until here
  });
});
