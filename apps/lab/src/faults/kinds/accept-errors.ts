/** Errors of accept4(2) that a firewall or the network causes: they concern one connection, and not the server. */
import { whyNoProgram } from '@concurrent-primes/harness';
import type { Fault } from '../fault.ts';
import { untilOver } from '../fault-clients.ts';

/** Which calls of each thread fail: some of the warm-up, some of the time that is measured. */
const WHEN = '20+50';

/** Calls of accept4 fail with EPERM, as under a rule of a firewall. */
export const ACCEPT_EPERM = acceptError('EPERM');
/** Calls of accept4 fail with ETIMEDOUT, an error of the network. */
export const ACCEPT_ETIMEDOUT = acceptError('ETIMEDOUT');

function acceptError(error: string): Fault {
  const rules = ['-e', 'trace=accept4', '-e', `inject=accept4:error=${error}:when=${WHEN}`, '-e', 'signal=none'];
  return {
    title: `a call of accept4 fails with ${error} now and then (strace -e inject)`,
    expects: 'every request is answered',
    // -D: strace is the server's child and not its parent, so that signals reach the server.
    prefix: ['strace', '-D', '-f', '-qq', '-o', '/dev/null', ...rules],
    whyNot: () => whyNoProgram('strace', ['-f', '-e', 'trace=none', 'true']),
    cause: untilOver,
  };
}
