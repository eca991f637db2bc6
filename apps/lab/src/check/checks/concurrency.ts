/** Several clients at the same time: that is what the whole exercise is about. */
import { encodeRequest, type Interval } from '@concurrent-primes/protocol';
import type { Connection } from '../connection.ts';
import { exchange, type Explain, readAnswer, requestMeaning, sendRequest } from '../exchange.ts';
import { stopText } from '../words.ts';
import { beside, drawEasy, inGroup, serveOne, SMALL, withoutSum } from './common.ts';

/** Another interval than the first, so that an answer to the wrong request shows. */
const OTHER: Interval = [200, 240];
/** How long the slow client of `slow-beside-fast` lets pass between two bytes, in milliseconds. */
const SLOW_MS = 60;
/** How many fast clients come meanwhile. */
const FAST_CLIENTS = 5;

function explainOneAtATime(other: string): Explain {
  return ({ bytes, stop, timeoutMs }) => ({
    name: 'one-client-at-a-time',
    what: `While one client ${other}, a second one asked: ${stopText(bytes.length, stop, timeoutMs)}.`,
    hint:
      'Your server serves one client at a time: it blocks in recv() for the first and never gets to the second. Give each ' +
      'client a thread (or process), or ask select()/poll()/epoll who is ready before you read.',
  });
}

/** Checks of concurrency. */
export const CONCURRENCY_CHECKS = inGroup('concurrency', [
  {
    name: 'beside-idle',
    title: 'serves a client beside one that says nothing',
    async run(context) {
      const first = await context.connect();
      await beside('the silent client', first, () =>
        serveOne(context, explainOneAtATime('is connected and says nothing')),
      );
    },
  },
  {
    name: 'beside-half-request',
    title: 'serves a client beside one in mid-request',
    needs: ['beside-idle', 'request-split'],
    async run(context) {
      const first = await context.connect();
      const request = encodeRequest(...SMALL);
      first.transcript.awaitAnswer();
      await first.send(request.subarray(0, 5), `the first 5 bytes of: ${requestMeaning(SMALL)}`);
      await beside('the client in mid-request', first, () =>
        serveOne(context, explainOneAtATime('has sent 5 of the 8 bytes of its request'), OTHER),
      );
      await first.send(request.subarray(5), 'the last 3 bytes of it');
      await readAnswer(first, SMALL, explainMixedUp(2));
    },
  },
  {
    name: 'beside-missing-sum',
    title: 'serves a client beside one that owes its sum',
    needs: ['beside-idle'],
    async run(context) {
      const first = await context.connect();
      await sendRequest(first, SMALL);
      await readAnswer(first, SMALL);
      await beside('the client without its sum', first, () =>
        serveOne(context, explainOneAtATime('has its answer and has not sent its sum')),
      );
    },
  },
  {
    name: 'slow-beside-fast',
    title: 'serves fast clients while a slow one dawdles',
    needs: ['beside-half-request', 'request-byte-by-byte'],
    async run(context) {
      const slow = await context.connect();
      const pieces = Array.from({ length: 7 }, () => 1);
      const writing = sendRequest(slow, SMALL, { pieces, gapMs: SLOW_MS });
      // Whatever comes of the fast ones, the slow one's end is awaited below or cut short with the check.
      writing.catch(() => undefined);
      for (let client = 0; client < FAST_CLIENTS; client++) {
        await beside('the slow client', slow, () =>
          serveOne(context, explainOneAtATime('is sending its request slowly')),
        );
      }
      await writing;
      await readAnswer(slow, SMALL, ({ bytes, stop, timeoutMs }) => ({
        name: 'slow-client-lost',
        what: `A slow client asked while ${FAST_CLIENTS} fast ones were served: ${stopText(bytes.length, stop, timeoutMs)}.`,
        hint: 'Each client needs buffers and a state of its own: nothing of a half-read request may be shared or thrown away.',
      }));
    },
  },
  {
    name: 'many-at-once',
    title: 'serves clients that all ask at the same time',
    needs: ['beside-idle'],
    async run({ connect, random, settings }) {
      const clients: Connection[] = [];
      for (let client = 0; client < settings.clients; client++) clients.push(await connect());
      const asked = clients.map((connection) => ({ connection, interval: drawEasy(random) }));
      await Promise.all(
        asked.map(async ({ connection, interval }) => {
          await exchange(connection, interval, { sendSum: settings.sum, explain: explainMixedUp(clients.length) });
          // A pool with fewer threads than clients gets to the others only when some leave.
          connection.close();
        }),
      );
    },
  },
  {
    name: 'taking-turns',
    title: 'keeps apart clients that take turns',
    needs: ['beside-idle', 'next-request'],
    unless: withoutSum,
    async run({ connect, random }) {
      const clients = [await connect(), await connect()];
      for (let turn = 0; turn < 12; turn++) {
        await exchange(clients[random.integer(0, 1)]!, drawEasy(random), { explain: explainMixedUp(clients.length) });
      }
    },
  },
]);

function explainMixedUp(clients: number): Explain {
  return (_evidence, general) => ({
    name: 'clients-mixed-up',
    what: `${clients} clients at the same time, each with its own interval. ${general.what}`,
    hint:
      'Alone each would be answered. Look for what your clients share: a global buffer, counter or list of primes without ' +
      'a lock, or too few threads for the clients that are connected.',
  });
}
