/** The gate on real servers: holding, stepping, time limits, and stopping. */
import { eventually, within } from '@concurrent-primes/fixtures';
import { encodeRequest } from '@concurrent-primes/protocol';
import type { Server } from '@concurrent-primes/server-core';
import { startNetServer } from '@concurrent-primes/server-net';
import { startPoolServer } from '@concurrent-primes/server-pool';
import { startSelectServer } from '@concurrent-primes/server-select';
import { type Socket, WOULD_BLOCK, connect } from '@concurrent-primes/sockets';
import { type State, fold, initialState } from '@concurrent-primes/trace';
import { describe, expect, it, onTestFinished } from 'vitest';
import { primeSessions } from './prime-session.ts';

const TIMEOUT_MS = 1000;
const DEADLINE_MS = 60_000;
const OPTIONS = {
  host: '127.0.0.1',
  port: 0,
  sessions: primeSessions({ table: undefined, greeting: false, maxWidth: undefined }),
  timeoutsMs: { idle: TIMEOUT_MS, request: TIMEOUT_MS, sum: TIMEOUT_MS, farewell: TIMEOUT_MS },
};

const SERVERS: readonly (readonly [string, (more?: object) => Promise<Server>])[] = [
  ['select', (more) => startSelectServer({ ...OPTIONS, quantumBytes: 4, ...more })],
  ['epoll', (more) => startSelectServer({ ...OPTIONS, selector: 'epoll', ...more })],
  ['pool', (more) => startPoolServer({ ...OPTIONS, threads: 2, ...more })],
  ['net', (more) => startNetServer({ ...OPTIONS, ...more })],
];

async function started(start: (more?: object) => Promise<Server>, more?: object): Promise<Server> {
  const server = await start(more);
  onTestFinished(() => within(server.stop(0), DEADLINE_MS, 'the server to stop'));
  return server;
}

function client(server: Server): Socket {
  const socket = connect({ host: '127.0.0.1', port: server.port });
  socket.setNonBlocking(true);
  onTestFinished(() => {
    socket.close();
  });
  return socket;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Reads until this number of bytes has come. */
async function readAll(socket: Socket, bytes: number): Promise<number> {
  const buffer = new Uint8Array(4096);
  let got = 0;
  await eventually(() => {
    const count = socket.recv(buffer);
    if (count !== WOULD_BLOCK) got += count;
    expect(got).toBe(bytes);
  });
  return got;
}

/** N and 21 primes. */
const ANSWER_BYTES = 88;

describe.each(SERVERS)('%s', (name, start) => {
  it('hold() stops the server, and run() lets it go on', async () => {
    const server = await started(start, { timeoutsMs: {} });
    const socket = client(server);
    await wait(30);
    server.gate.hold();
    socket.send(encodeRequest(100, 200));
    await wait(60);
    await eventually(() => {
      expect([server.gate.mode, server.gate.held.length > 0]).toEqual(['held', true]);
    });
    expect(socket.recv(new Uint8Array(1))).toBe(WOULD_BLOCK);
    server.gate.run();
    await readAll(socket, ANSWER_BYTES);
    expect([server.gate.mode, server.gate.held]).toEqual(['run', []]);
  });

  it('step() lets the server go on step by step until the client has its answer', async () => {
    const server = await started(start, { timeoutsMs: {} });
    server.gate.hold();
    const socket = client(server);
    socket.send(encodeRequest(100, 200));
    let [got, steps] = [0, 0];
    const buffer = new Uint8Array(4096);
    await eventually(
      () => {
        // A step that is given while no thread stands at the gate is taken by the next one: then two follow each other.
        const stands = server.gate.held.length > 0;
        const count = socket.recv(buffer);
        if (count !== WOULD_BLOCK) got += count;
        // A turn sends one integer.
        if (name === 'select' && got > steps * 4)
          throw new Error(`expected at most ${steps} integers, got ${got} bytes`);
        if (got < ANSWER_BYTES && stands) server.gate.step(steps++ % 2 === 0 ? 'turn' : 'call');
        expect(got).toBe(ANSWER_BYTES);
      },
      { intervalMs: 2 },
    );
    expect(server.gate.mode).toBe('held');
  });

  it('no time limit passes while the server is held', async () => {
    const server = await started(start);
    const socket = client(server);
    socket.send(Uint8Array.of(0, 0, 0));
    await wait(50);
    server.gate.hold();
    await wait(2 * TIMEOUT_MS);
    socket.send(Uint8Array.of(100, 0, 0, 0, 200));
    server.gate.run();
    await readAll(socket, ANSWER_BYTES);
    expect(server.gate.heldMs).toBeGreaterThanOrEqual(2 * TIMEOUT_MS - 20);
    expect(server.tally()).toMatchObject({ 'refused-too-slow': 0, 'too-slow': 0 });
  });

  it('slow() makes a few steps a second', async () => {
    const server = await started(start, { timeoutsMs: {} });
    server.gate.slow(100);
    const socket = client(server);
    socket.send(encodeRequest(100, 200));
    await readAll(socket, ANSWER_BYTES);
    expect(server.gate.mode).toBe('slow');
  });

  it('stop() ends a held server with clients', async () => {
    const server = await start();
    const socket = client(server);
    socket.send(encodeRequest(100, 200));
    await readAll(socket, ANSWER_BYTES);
    server.gate.hold();
    await wait(20);
    const stopped = server.stop(0);
    server.gate.hold(); // too late
    await within(stopped, DEADLINE_MS, 'the server to stop');
  });

  it('the events tell that the server is held, and snapshots come although it is', async () => {
    const server = await started(start, { timeoutsMs: {} });
    const state: State = initialState(server.trace!.header.server);
    const read = (): void => {
      for (const batch of server.trace!.read()) fold(state, batch);
    };
    const socket = client(server);
    socket.send(Uint8Array.of(0, 0));
    await wait(30);
    server.gate.hold();
    socket.send(Uint8Array.of(0, 100, 0, 0, 0, 200));
    await eventually(() => {
      read();
      expect(state.gate.mode).toBe('held');
      expect(state.threads.some(({ atGate }) => atGate !== undefined)).toBe(true);
    });
    server.trace!.askForSnapshots();
    await wait(30);
    read();
    expect(state.mismatches).toEqual([]);
    server.gate.run();
    await readAll(socket, ANSWER_BYTES);
    // The client can have its answer before the thread has published that.
    await eventually(() => {
      read();
      expect([state.gate.mode, [...state.clients.values()][0]?.count]).toEqual(['run', 21]);
    });
    expect(state.realUs - state.timeUs).toBe(state.gate.heldUs);
  });

  it('serves others when a client is killed in the middle of a step', async () => {
    const server = await started(start, { timeoutsMs: {} });
    const [killed, other] = [client(server), client(server)];
    await wait(30);
    server.gate.hold();
    for (const socket of [killed, other]) socket.send(encodeRequest(100, 200));
    for (let call = 0; call < 4; call += 1) {
      server.gate.step('call');
      await wait(10);
    }
    // As the kernel does for a process that is killed with bytes unread.
    killed.setLinger(0);
    killed.close();
    for (let call = 0; call < 4; call += 1) {
      server.gate.step('call');
      await wait(10);
    }
    server.gate.run();
    await readAll(other, ANSWER_BYTES);
    await eventually(() => {
      expect(server.tally()).toMatchObject({ connections: 2, 'connections-closed': 1 });
    });
  });

  it('trace: false writes no events, and the gate works all the same', async () => {
    const server = await started(start, { trace: false, timeoutsMs: {} });
    expect(server.trace).toBeUndefined();
    server.gate.hold();
    const socket = client(server);
    socket.send(encodeRequest(100, 200));
    await wait(30);
    server.gate.run();
    await readAll(socket, ANSWER_BYTES);
  });
});
