import fc from 'fast-check';
import { expect, it } from 'vitest';

import { ClientSession } from './client-session.ts';
import type { ExchangeReport } from './outcomes.ts';
import { ServerSession } from './server-session.ts';
import { ArrayAnswer, FUZZ, handOut, primesBetween } from './test-support.ts';

/** One direction of a connection: the bytes that were sent and not yet received. */
type Pipe = number[];

it('ClientSession and ServerSession agree when the connection splits and joins messages at random', () => {
  const bound = fc.integer({ min: -50, max: 1500 });
  const intervals = fc.array(fc.tuple(bound, bound), { minLength: 1, maxLength: 4 });
  // A step: the number of bytes it moves, and which side goes first.
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.boolean()), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(intervals, steps, fc.boolean(), fc.nat(3), (asks, moves, greeting, works) => {
      const answer = (a: number, b: number) => new ArrayAnswer(primesBetween(a, b), works);
      const server = new ServerSession({ answer, greeting });
      const client = new ClientSession({ greeting });
      const [toServer, toClient]: [Pipe, Pipe] = [[], []];
      const reports: ExchangeReport[] = [];
      const answers: number[][] = [];
      const pending = [...asks];

      const driveClient = (amount: number) => {
        if (client.next === 'close' && pending.length > 0) {
          client.request(...pending.shift()!);
          answers.push([]);
        } else if (client.next === 'send') {
          const bytes = client.send(amount + 1).subarray(0, amount);
          toServer.push(...bytes);
          client.sent(bytes.length);
        } else if (toClient.length > 0 && amount > 0) {
          client.receive(Uint8Array.from(toClient.splice(0, amount)));
          answers.at(-1)?.push(...client.primes);
        }
      };
      const driveServer = (amount: number) => {
        if (server.next === 'work') server.work();
        else if (server.next === 'send') {
          const bytes = handOut(server, amount + 1);
          toClient.push(...bytes.subarray(0, amount));
          if (bytes.length > 0) server.sent(Math.min(amount, bytes.length));
        } else if (toServer.length > 0 && amount > 0) {
          toServer.splice(0, server.receive(Uint8Array.from(toServer.slice(0, amount))));
        }
        const report = server.takeReport();
        if (report !== undefined) reports.push(report);
      };

      // Every second round moves at least one byte, so that there is progress.
      for (let i = 0; reports.length < asks.length; i++) {
        if (i > 50_000) throw new Error('the conversation does not come to an end');
        const [move, clientFirst] = moves[i % moves.length]!;
        const amount = move + (Math.floor(i / moves.length) % 2);
        for (const drive of clientFirst ? [driveClient, driveServer] : [driveServer, driveClient]) drive(amount);
      }

      const expected = asks.map(([a, b]) => primesBetween(a, b));
      expect(answers).toEqual(expected);
      expect(reports).toEqual(
        expected.map((primes, i) => ({
          outcome: 'served',
          interval: asks[i],
          count: primes.length,
          bytesSent: (greeting && i === 0 ? 1 : 0) + 4 + 4 * primes.length,
          sum: 'right',
        })),
      );
      expect([toServer, toClient]).toEqual([[], []]);
      expect([client.next, server.phase]).toEqual(['close', 'idle']);
    }),
    FUZZ,
  );
});
