/** The longest answer, all primes of an int32, compared byte for byte with an independent program. */
import { createHash } from 'node:crypto';
import { FULL_ANSWER_SHA256, FULL_COUNT, FULL_SUM, LARGEST_PRIME, Peer } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { startServer } from './architectures.ts';
import { TABLE_USES } from './prime-sessions.ts';

const SERVERS: readonly (readonly [string, readonly string[]])[] = [
  ['select', ['select']],
  ['epoll, with a quantum that ends inside segments', ['select', '--selector', 'epoll', '--quantum', '4999']],
  ['pool', ['pool', '--threads', '1']],
];

describe.each(SERVERS)('the whole answer from %s', (_, args) => {
  it.each(TABLE_USES)('equals that of libprimesieve, table %s', async (table) => {
    const server = await startServer(args, { host: '127.0.0.1', port: 0, table });
    try {
      await using peer = await Peer.connect(server.port);
      await peer.sendRequest(0, LARGEST_PRIME);
      expect(await peer.readCount()).toBe(FULL_COUNT);
      const hash = createHash('sha256');
      for (let left = 4 * FULL_COUNT; left > 0;) {
        const bytes = await peer.receiveSome(left);
        if (typeof bytes === 'string')
          expect.fail(`the answer must come whole, got ${bytes} ${left} bytes before its end`);
        hash.update(bytes);
        left -= bytes.length;
      }
      expect(hash.digest('hex')).toBe(FULL_ANSWER_SHA256);
      await peer.sendSum(FULL_SUM);
      await peer.end();
      expect(await peer.readEnd()).toMatchObject({ how: 'end', discarded: 0 });
    } finally {
      await server.stop();
    }
    expect(server.tally()).toMatchObject({ served: 1 });
  });
});
