/** Many connections, and the ends of int32. */
import { COUNT_BYTES, decodeCount, REFUSALS } from '@concurrent-primes/protocol';
import type { CheckContext } from '../check.ts';
import type { Connection } from '../connection.ts';
import { type Explain, readAnswer, sendRequest, sendSum } from '../exchange.ts';
import { CheckFailure } from '../failure.ts';
import { intervalText, stopText } from '../words.ts';
import {
  askEach,
  explainNegative,
  explainReversed,
  inGroup,
  MAX_INT32,
  MIN_INT32,
  refuses,
  serveOne,
  SMALL,
  tooWide,
} from './common.ts';

/** How many connections are open at the same time. */
const CROWD = 200;
/** More connections one after the other than a process may have descriptors, as a rule (1024). */
const IN_TURN = 1100;
/** How many of these are open at the same time. */
const IN_TURN_WIDTH = 10;

const explainLargest: Explain = ({ interval, bytes, stop, timeoutMs }) =>
  stop === 'enough' && bytes.length > 0
    ? undefined
    : {
        name: 'largest-prime',
        what: `Asked for ${intervalText(interval)}, up to the largest int32: ${stopText(bytes.length, stop, timeoutMs)}.`,
        hint:
          'A loop over int32 with n <= 2147483647 never ends: n + 1 wraps around, and so does d * d. Count with 64 bits. ' +
          'And try divisors only up to the square root, or it takes too long.',
      };

/** The interval is wide, though it holds a single prime. */
const explainSmallest: Explain = (evidence, general) => {
  if (general.name === 'refused') throw refuses(evidence.interval, decodeCount(evidence.bytes));
  return explainNegative(evidence, general);
};

const explainCrowd: Explain = ({ bytes, stop, timeoutMs }) => ({
  name: 'crowd',
  what: `${CROWD} clients were connected and all asked: ${stopText(bytes.length, stop, timeoutMs)}.`,
  hint:
    'All clients in the queue must get their turn when others leave. Is the backlog of listen() too small, does accept() ' +
    'run only once for several clients, or did a thread end with its client? A server that is full may refuse: N = -1.',
});

const explainInTurn: Explain = ({ bytes, stop, timeoutMs }) => ({
  name: 'leaks',
  what: `Many clients came one after the other, then: ${stopText(bytes.length, stop, timeoutMs)}.`,
  hint:
    'Something is used up by each client and not given back: close() every socket, also after an error (a process has ' +
    'about 1024 descriptors), and let the threads of clients that have left end.',
});

/** Asks on a connection of the crowd; a server that is full may refuse. */
async function askInCrowd(connection: Connection, { settings }: CheckContext): Promise<void> {
  await sendRequest(connection, SMALL);
  await readAnswer(connection, SMALL, (evidence, general) => {
    const isBusy = evidence.bytes.length === COUNT_BYTES && decodeCount(evidence.bytes) === REFUSALS.busy;
    return isBusy ? general : explainCrowd(evidence, general);
  }).catch((error: unknown) => {
    if (!(error instanceof CheckFailure) || error.diagnosis.name !== 'refused') throw error;
  });
  if (settings.sum) await sendSum(connection, SMALL);
  connection.close();
}

/** Checks of limits. */
export const LIMIT_CHECKS = inGroup('limits', [
  {
    name: 'crowd',
    title: `serves ${CROWD} clients that are connected at once`,
    needs: ['beside-idle'],
    async run(context) {
      const clients: Connection[] = [];
      for (let client = 0; client < CROWD; client++) clients.push(await context.connectOnly());
      await Promise.all(
        clients.map(async (connection) => {
          if (context.settings.greeting) await connection.receive(1);
          await askInCrowd(connection, context);
        }),
      );
      await serveOne(context, explainCrowd);
    },
  },
  {
    name: 'many-in-turn',
    title: `serves ${IN_TURN} clients, one after the other`,
    needs: ['next-client'],
    patience: 2,
    async run(context) {
      for (let served = 0; served < IN_TURN; served += IN_TURN_WIDTH) {
        await Promise.all(Array.from({ length: IN_TURN_WIDTH }, () => serveOne(context, explainInTurn)));
      }
    },
  },
  {
    name: 'largest-prime',
    title: 'knows the largest int32, 2147483647, a prime',
    needs: ['bounds'],
    run: (context) =>
      askEach(
        context,
        [
          [MAX_INT32, MAX_INT32],
          [2_147_483_600, MAX_INT32],
        ],
        explainLargest,
      ),
  },
  {
    name: 'smallest-number',
    title: 'begins at 2, however small a is',
    needs: ['negative'],
    unless: tooWide([MIN_INT32, 2]),
    run: (context) => askEach(context, [[MIN_INT32, 2]], explainSmallest),
  },
  {
    // Not in `reversed`: who reads bounds as unsigned takes the second for the larger one, and has been told so.
    name: 'widest-reversed',
    title: 'answers N = 0 for all of int32, upside down',
    needs: ['reversed', 'negative'],
    run: (context) => askEach(context, [[MAX_INT32, MIN_INT32]], explainReversed),
  },
]);
