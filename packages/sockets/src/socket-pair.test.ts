import { expect, it } from 'vitest';
import { WOULD_BLOCK, socketPair } from './index.ts';

it('socketPair() opens two sockets that carry bytes both ways, and each end of sending', () => {
  const pair = socketPair();
  using one = pair[0];
  using other = pair[1];
  const bytes = new Uint8Array(8);
  expect(one.send(Uint8Array.of(1, 2, 3))).toBe(3);
  expect(other.recv(bytes)).toBe(3);
  expect([...bytes.subarray(0, 3)]).toEqual([1, 2, 3]);
  one.shutdown('write');
  expect(other.recv(bytes)).toBe(0);
  expect(other.send(Uint8Array.of(4))).toBe(1);
  expect(one.recv(bytes)).toBe(1);
  expect(bytes[0]).toBe(4);
});

it('socketPair() opens blocking sockets, whose timeouts work', () => {
  const pair = socketPair();
  using one = pair[0];
  using other = pair[1];
  for (const socket of [one, other]) {
    socket.setReceiveTimeout(1);
    expect(socket.recv(new Uint8Array(1))).toBe(WOULD_BLOCK);
  }
});
