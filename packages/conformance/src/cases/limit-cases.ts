/** Many connections, and the ends of int32. */
import { aboutTopic, type CaseContext } from '../case.ts';
import { CaseFailure } from '../case-failure.ts';
import type { Peer } from '../peer.ts';
import { COUNT_BYTES, readInt32, REFUSED } from '../prime-wire.ts';
import {
  askIn,
  MAX_INT32,
  MIN_INT32,
  readAnswer,
  sendRequest,
  sendSum,
  serveOne,
  SMALL,
  takeGreeting,
} from '../steps.ts';

/** Number of connections that are open at the same time. */
const CROWD = 200;
/** More connections one after the other than a process usually may have descriptors (1024). */
const IN_TURN = 1100;
/** Number of these that are open at the same time. */
const IN_TURN_WIDTH = 10;

const CROWDED = { name: 'crowd', number: CROWD };

/** Asks as one of many; a server that is full may refuse. */
async function askInCrowd(context: CaseContext, peer: Peer): Promise<void> {
  await sendRequest(context, peer, SMALL);
  try {
    await readAnswer(context, peer, SMALL, CROWDED);
  } catch (error) {
    if (!(error instanceof CaseFailure) || !isBusy(error)) throw error;
    context.expect('refused-busy');
    return;
  }
  await sendSum(context, peer, SMALL);
}

function isBusy({ evidence }: CaseFailure): boolean {
  if (evidence.kind !== 'answer') return false;
  return evidence.bytes.length === COUNT_BYTES && readInt32(evidence.bytes) === REFUSED.busy;
}

/** Cases about limits. */
export const LIMIT_CASES = aboutTopic('limits', [
  {
    name: 'crowd',
    title: `serves ${CROWD} clients that are connected at once`,
    needs: ['beside-idle'],
    clientsAtOnce: 16,
    async run(context) {
      const peers: Peer[] = [];
      for (let client = 0; client < CROWD; client++) peers.push(await context.connectOnly());
      await Promise.all(
        peers.map(async (peer) => {
          if (context.greeting) await takeGreeting(peer);
          await askInCrowd(context, peer);
          await peer.close();
        }),
      );
      await serveOne(context, CROWDED);
    },
  },
  {
    name: 'many-in-turn',
    title: `serves ${IN_TURN} clients, one after the other`,
    needs: ['next-client'],
    timeFactor: 2,
    clientsAtOnce: IN_TURN_WIDTH,
    async run(context) {
      for (let served = 0; served < IN_TURN; served += IN_TURN_WIDTH) {
        await Promise.all(Array.from({ length: IN_TURN_WIDTH }, () => serveOne(context, { name: 'many-in-turn' })));
      }
    },
  },
  {
    name: 'largest-prime',
    title: 'knows the largest int32, 2147483647, a prime',
    needs: ['bounds'],
    run: askIn('largest-prime', [MAX_INT32, MAX_INT32], [2_147_483_600, MAX_INT32]),
  },
  {
    name: 'smallest-number',
    title: 'begins at 2, however small a is',
    needs: ['negative'],
    widest: [MIN_INT32, 2],
    run: askIn('smallest-number', [MIN_INT32, 2], [MIN_INT32, -1]),
  },
  {
    // Not part of `reversed`: a server that reads bounds as unsigned takes the second for the larger one, and has failed
    // `negative` already.
    name: 'widest-reversed',
    title: 'answers N = 0 for all of int32, upside down',
    needs: ['reversed', 'negative'],
    run: askIn('reversed', [MAX_INT32, MIN_INT32]),
  },
]);
