import { EchoSession } from '@concurrent-primes/fixtures';
import { SocketError, createSelector, socketPair } from '@concurrent-primes/sockets';
import { constants } from 'node:os';
import { expect, it, vi } from 'vitest';
import { ClientTable } from './client-table.ts';
import { fakeThread } from './testing/fake-thread.ts';

it('add() refuses clients that the selector cannot watch, with one notice for all', () => {
  const { thread, notices, connections } = fakeThread(() => new EchoSession(0));
  using selector = createSelector('poll');
  vi.spyOn(selector, 'register').mockImplementation((descriptor) => {
    throw new SocketError('epoll_ctl', constants.errno.ENOSPC, { descriptor });
  });
  const table = new ClientTable(thread, selector);
  const added = Array.from({ length: 3 }, () => {
    const [near, far] = socketPair();
    const client = table.add(near, () => false);
    far.close();
    return client;
  });
  expect(added).toEqual([undefined, undefined, undefined]);
  expect(connections.map(({ closed }) => closed)).toEqual([true, true, true]);
  expect(table.count).toBe(0);
  expect(notices).toEqual([expect.stringMatching(/ENOSPC.*: clients that the selector can't watch are refused$/)]);
});
