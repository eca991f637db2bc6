/** Several clients at the same time. */
import { aboutTopic } from '../case.ts';
import type { Peer } from '../peer.ts';
import { requestBytes } from '../prime-wire.ts';
import { beside, drawEasy, exchange, OTHER, readAnswer, sendRequest, serveOne, SMALL } from '../steps.ts';

/** Pause between two bytes of the slow client of `slow-beside-fast`, in milliseconds. */
const SLOW_MS = 60;
/** Number of fast clients that come meanwhile. */
const FAST_CLIENTS = 5;

function whileFirst(how: string): { name: string; how: string } {
  return { name: 'beside', how };
}

/** Cases about concurrency. */
export const CONCURRENCY_CASES = aboutTopic('concurrency', [
  {
    name: 'beside-idle',
    title: 'serves a client beside one that says nothing',
    clientsAtOnce: 2,
    async run(context) {
      const first = await context.connect();
      await beside('the silent client', first, () => serveOne(context, whileFirst('is connected and says nothing')));
      context.expect('probe');
    },
  },
  {
    name: 'beside-half-request',
    title: 'serves a client beside one in mid-request',
    needs: ['beside-idle', 'request-split'],
    clientsAtOnce: 2,
    async run(context) {
      const first = await context.connect();
      const request = requestBytes(...SMALL);
      first.observer?.awaitAnswer();
      await first.send(request.subarray(0, 5), { meaning: `the first 5 bytes of: a = ${SMALL[0]}, b = ${SMALL[1]}` });
      await beside('the client in mid-request', first, () =>
        serveOne(context, whileFirst('has sent 5 of the 8 bytes of its request'), OTHER),
      );
      await first.send(request.subarray(5), { meaning: 'the last 3 bytes of it' });
      await readAnswer(context, first, SMALL, { name: 'mixed-up', number: 2 });
      context.expect('no-sum');
    },
  },
  {
    name: 'beside-missing-sum',
    title: 'serves a client beside one that owes its sum',
    needs: ['beside-idle'],
    clientsAtOnce: 2,
    async run(context) {
      const first = await context.connect();
      await sendRequest(context, first, SMALL);
      await readAnswer(context, first, SMALL);
      await beside('the client without its sum', first, () =>
        serveOne(context, whileFirst('has its answer and has not sent its sum')),
      );
      context.expect('no-sum');
    },
  },
  {
    name: 'slow-beside-fast',
    title: 'serves fast clients while a slow one dawdles',
    needs: ['beside-half-request', 'request-byte-by-byte'],
    clientsAtOnce: 2,
    async run(context) {
      const slow = await context.connect();
      const pieces = Array.from({ length: 7 }, () => 1);
      const writing = sendRequest(context, slow, SMALL, { pieces, gapMs: SLOW_MS });
      // It is awaited below, unless a fast client fails first.
      writing.catch(() => undefined);
      for (let client = 0; client < FAST_CLIENTS; client++) {
        await beside('the slow client', slow, () => serveOne(context, whileFirst('is sending its request slowly')));
      }
      await writing;
      await readAnswer(context, slow, SMALL, { name: 'slow-client', number: FAST_CLIENTS });
      context.expect('no-sum');
    },
  },
  {
    name: 'many-at-once',
    title: 'serves clients that all ask at the same time',
    needs: ['beside-idle'],
    clientsAtOnce: 10,
    async run(context) {
      const { connect, settings } = context;
      const peers: Peer[] = [];
      for (let client = 0; client < settings.clients; client++) peers.push(await connect());
      const situation = { name: 'mixed-up', number: peers.length };
      const asked = peers.map((peer) => ({ peer, interval: drawEasy(context) }));
      await Promise.all(
        asked.map(async ({ peer, interval }) => {
          await exchange(context, peer, interval, { situation });
          // A pool with fewer threads than clients gets to the others only when some leave.
          await peer.close();
        }),
      );
    },
  },
  {
    name: 'taking-turns',
    title: 'keeps apart clients that take turns',
    needs: ['beside-idle', 'next-request'],
    needsSum: true,
    clientsAtOnce: 2,
    async run(context) {
      const peers = [await context.connect(), await context.connect()];
      const situation = { name: 'mixed-up', number: peers.length };
      const used = new Set<Peer>();
      for (let turn = 0; turn < 12; turn++) {
        const peer = peers[context.random(0, 1)]!;
        used.add(peer);
        await exchange(context, peer, drawEasy(context), { situation });
      }
      context.expect('probe', peers.length - used.size);
    },
  },
]);
