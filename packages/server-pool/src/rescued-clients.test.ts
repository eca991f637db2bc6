import { DRAIN } from '@concurrent-primes/server-core';
import { Socket, WOULD_BLOCK, connect, listen } from '@concurrent-primes/sockets';
import { expect, it } from 'vitest';
import { RescuedClients } from './rescued-clients.ts';
import { ACCEPTING, ThreadSlot, allocateSlots } from './thread-slot.ts';

it('rescue() takes the connections out of the backlog before a stop would reset them', () => {
  using listener = listen({ host: '127.0.0.1', port: 0 });
  const clients = Array.from({ length: 3 }, () => connect(listener.localAddress()));
  const slots = allocateSlots(1);
  const rescued = new RescuedClients();
  // The accept thread was woken for the clients, and has not run yet.
  new ThreadSlot(slots, 0).enter(ACCEPTING, listener.descriptor);
  new ThreadSlot(slots, 0).wake(DRAIN, (descriptor) => {
    rescued.rescue(descriptor);
  });
  const descriptors = new RescuedClients(rescued.memory).take();
  expect(descriptors).toHaveLength(3);
  expect(rescued.take()).toEqual([]);
  for (const descriptor of descriptors) {
    using socket = Socket.adopt(descriptor);
    socket.send(Uint8Array.of(7));
  }
  for (const client of clients) {
    expect(client.recv(new Uint8Array(8))).toBe(1);
    client.close();
  }
  expect(() => listener.acceptDescriptor()).toThrow('EINVAL');
});

it('rescue() leaves the listening socket open when no client waits', () => {
  using listener = listen({ host: '127.0.0.1', port: 0 });
  const rescued = new RescuedClients();
  rescued.rescue(listener.descriptor);
  expect(rescued.take()).toEqual([]);
  expect(listener.acceptDescriptor()).toBe(WOULD_BLOCK);
});
