/** The system calls that distinguish the two servers, observed with strace(1). */
import { Peer } from '@concurrent-primes/fixtures';
import { describe, expect, it } from 'vitest';
import { NO_STRACE, sends, trace } from './testing/traced-server.ts';

const INTERVAL = [0, 30_000] as const;
const PRIMES = 3245;
const DEADLINE_MS = 60_000;

/** Reads the whole answer, and stays connected. */
async function readAnswer(peer: Peer): Promise<void> {
  expect(await peer.readCount()).toBe(PRIMES);
  await peer.readPrimes(PRIMES, INTERVAL);
}

// Each system call stops the process twice, so this takes some seconds on a busy machine.
describe('strace', () => {
  it('shows select() and 4-byte sends that alternate between two clients when the quantum is 1', async (test) => {
    if (NO_STRACE !== undefined) test.skip(NO_STRACE);
    const traced = await trace('select', '--quantum', '1');
    await using server = traced.server;
    // Stopped until both have asked, so that it serves both at once, however busy the machine is.
    process.kill(server.pid, 'SIGSTOP');
    await using first = await Peer.connect(server.port, { timeoutMs: DEADLINE_MS });
    await using second = await Peer.connect(server.port, { timeoutMs: DEADLINE_MS });
    await Promise.all([first, second].map((peer) => peer.sendRequest(...INTERVAL)));
    process.kill(server.pid, 'SIGCONT');
    await Promise.all([first, second].map(readAnswer));
    await Promise.all([first, second].map((peer) => peer.close()));
    const calls = await traced.calls();

    const sent = sends(calls);
    const descriptors = [...new Set(sent.map(({ descriptor }) => descriptor))];
    expect(descriptors).toHaveLength(2);
    expect(sent).toHaveLength(2 * (PRIMES + 1));
    expect(new Set(sent.map(({ length }) => length))).toEqual(new Set([4]));
    // While both are served: from the first send of the later one to the last send of the earlier one.
    const order = sent.map(({ descriptor }) => descriptor);
    const from = Math.max(...descriptors.map((descriptor) => order.indexOf(descriptor)));
    const to = Math.min(...descriptors.map((descriptor) => order.lastIndexOf(descriptor)));
    const together = order.slice(from, to + 1);
    expect(together.length).toBeGreaterThan(PRIMES);
    expect(together.filter((descriptor, index) => descriptor === together[index - 1])).toEqual([]);

    // The C library may make either system call.
    const selects = calls.filter(({ name }) => name === 'select' || name === 'pselect6');
    expect(selects.length).toBeGreaterThan(PRIMES);
    const [loop] = new Set(sent.map(({ thread }) => thread));
    expect(new Set(calls.filter(({ name }) => name === 'recvfrom').map(({ thread }) => thread))).toEqual(
      new Set([loop]),
    );
    expect(new Set(selects.map(({ thread }) => thread))).toEqual(new Set([loop]));
  });

  it('shows a thread for each client, and no select(), with the pool', async (test) => {
    if (NO_STRACE !== undefined) test.skip(NO_STRACE);
    const traced = await trace('pool', '--threads', '2');
    await using server = traced.server;
    await using first = await Peer.connect(server.port, { timeoutMs: DEADLINE_MS });
    await first.sendRequest(...INTERVAL);
    await readAnswer(first);
    // The first client keeps its thread: the server waits for its sum.
    await using second = await Peer.connect(server.port, { timeoutMs: DEADLINE_MS });
    await second.sendRequest(...INTERVAL);
    await readAnswer(second);
    await Promise.all([first, second].map((peer) => peer.close()));
    const calls = await traced.calls();

    const sent = sends(calls);
    const threadOf = new Map(sent.map(({ descriptor, thread }) => [descriptor, thread]));
    expect(threadOf.size).toBe(2);
    expect(new Set(threadOf.values()).size).toBe(2);
    for (const { descriptor, thread } of sent) expect(threadOf.get(descriptor)).toBe(thread);
    const [accepting] = new Set(calls.filter(({ name }) => name === 'accept4').map(({ thread }) => thread));
    expect([...threadOf.values()]).not.toContain(accepting);
    expect(calls.filter(({ name }) => name === 'select' || name === 'pselect6')).toEqual([]);
  });
});
