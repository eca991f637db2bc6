/** The four steps as a good client has them, and the ways in which a good client ends. */
import { exchange, leave, readAnswer, sendRequest, sendSum } from '../exchange.ts';
import { CheckFailure } from '../failure.ts';
import { intervalText, stopText } from '../words.ts';
import { drawEasy, inGroup, SMALL, withoutSum } from './common.ts';

/** How many requests one client makes. */
const REQUESTS = 5;

/** Checks of the conversation. */
export const CONVERSATION_CHECKS = inGroup('conversation', [
  {
    name: 'answer',
    title: `answers ${intervalText(SMALL)}: N, then the primes`,
    needs: [],
    async run({ connect, settings }) {
      const connection = await connect();
      await exchange(connection, SMALL, { sendSum: settings.sum });
      // Its end is another check's business.
      await leave(connection);
    },
  },
  {
    name: 'end',
    title: 'closes the connection when the client has left',
    async run({ connect, settings }) {
      const connection = await connect();
      await exchange(connection, SMALL, { sendSum: settings.sum });
      const stop = await leave(connection);
      if (stop !== 'silent') return;
      throw new CheckFailure(
        {
          name: 'never-closes',
          what: `The client ended its sending after its exchange; ${stopText(0, stop, connection.timeoutMs)}, and did not close.`,
          hint:
            'recv() returns 0 (b"" in Python) when the client has ended: leave the loop and close the socket. ' +
            'Sockets that stay open use up the descriptors of your process.',
        },
        connection,
      );
    },
  },
  {
    name: 'next-client',
    title: 'serves the next client when one has left',
    async run({ connect, settings }) {
      for (let client = 0; client < REQUESTS; client++) {
        const connection = await connect();
        await exchange(connection, SMALL, {
          sendSum: settings.sum,
          explain: ({ bytes, stop, timeoutMs }) => ({
            name: 'serves-only-one-client',
            what: `Client ${client + 1}, who came after others had left: ${stopText(bytes.length, stop, timeoutMs)}.`,
            hint: 'Go back to accept() for the next client, and begin each client with fresh state: buffers, counters, lists.',
          }),
        });
        connection.close();
      }
    },
  },
  {
    name: 'next-request',
    title: 'serves further requests on the same connection',
    unless: withoutSum,
    async run({ connect, random }) {
      const connection = await connect();
      await exchange(connection, SMALL);
      for (let request = 1; request < REQUESTS; request++) {
        await exchange(connection, drawEasy(random), {
          explain: ({ bytes, stop, timeoutMs }) =>
            bytes.length === 0
              ? {
                  name: 'one-request-only',
                  what: `Request ${request + 1} on the same connection: ${stopText(0, stop, timeoutMs)}.`,
                  hint:
                    'After the sum a client may send its next request: read the 8 bytes of the sum, and go back to ' +
                    'reading a request, until recv() returns 0.',
                }
              : undefined,
        });
      }
    },
  },
  {
    name: 'half-close',
    title: 'answers a client that has ended its sending',
    async run({ connect }) {
      const connection = await connect();
      await sendRequest(connection, SMALL);
      connection.end();
      await readAnswer(connection, SMALL, ({ bytes, stop, timeoutMs }) => ({
        name: 'half-close',
        what: `The client ended its sending right after its request (a half-close): ${stopText(bytes.length, stop, timeoutMs)}.`,
        hint:
          'The end of the client’s sending is not the end of the connection: it still reads. Answer the request that ' +
          'has come whole, and close afterwards. (Node: allowHalfOpen.)',
      }));
    },
  },
  {
    name: 'leaves-without-sum',
    title: 'bears a client that sends no sum',
    needs: ['next-client'],
    unless: withoutSum,
    async run({ connect }) {
      const first = await connect();
      await sendRequest(first, SMALL);
      await readAnswer(first, SMALL);
      await leave(first);
      const next = await connect();
      await sendRequest(next, SMALL);
      await readAnswer(next, SMALL, ({ bytes, stop, timeoutMs }) => ({
        name: 'needs-the-sum',
        what: `The client before had left without a sum; the next asked: ${stopText(bytes.length, stop, timeoutMs)}.`,
        hint: 'Older clients close after the primes. When recv() returns 0 in place of the sum, close and serve the others.',
      }));
      await sendSum(next, SMALL);
    },
  },
]);
