/**
 * TCP is a stream of bytes: it keeps their order, and nothing of the pieces in which they were sent.
 *
 * Step 4 has no answer, so a sum that was misread shows in the next request on the connection: the server takes the
 * rest of the one for the beginning of the other.
 */
import { encodeRequest, encodeSum, REQUEST_BYTES, SUM_BYTES } from '@concurrent-primes/protocol';
import { sumPrimes } from '@concurrent-primes/sieve';
import type { SendOptions } from '../connection.ts';
import { exchange, type Explain, readAnswer, requestMeaning, sendRequest, sumMeaning } from '../exchange.ts';
import { intervalText, stopText } from '../words.ts';
import { inGroup, SMALL, withoutSum } from './common.ts';

/** Another interval than the first, so that an answer to the wrong request shows: 7 primes. */
const OTHER = [200, 240] as const;
const ONE_BY_ONE = Array.from({ length: REQUEST_BYTES - 1 }, () => 1);

/** Every way to cut so many bytes in two, as the length of the first piece. */
function cuts(length: number): number[] {
  return Array.from({ length: length - 1 }, (_, index) => index + 1);
}

function explainRequest(how: string): Explain {
  return ({ interval, bytes, stop, timeoutMs }) => ({
    name: 'request-in-one-read',
    what: `The request for ${intervalText(interval)} came ${how}: ${stopText(bytes.length, stop, timeoutMs)}.`,
    hint:
      'Your server waits for all 8 bytes in one recv(). One recv() returns what has come so far, from 1 byte on: call it ' +
      'in a loop until you have 8 bytes (readFully, readexactly, MSG_WAITALL do that).',
  });
}

function explainSum(how: string): Explain {
  return ({ bytes, stop, timeoutMs }) => ({
    name: 'sum-in-one-read',
    what: `The sum came ${how}; the request behind it was not answered right: ${stopText(bytes.length, stop, timeoutMs)}.`,
    hint:
      'Your server waits for the 8 bytes of the sum in one recv(), and takes the rest of it for the next request. Read ' +
      'sums like requests: in a loop, until you have all 8 bytes.',
  });
}

function explainGlued(how: string): Explain {
  return ({ bytes, stop, timeoutMs }) => ({
    name: 'glued-messages',
    what: `The next request came ${how}: ${stopText(bytes.length, stop, timeoutMs)}.`,
    hint:
      'One recv() may return the end of one message and the beginning of the next. Ask it for no more bytes than the ' +
      'message still needs, or keep what is left over for the next message.',
  });
}

/** Checks of splitting and gluing. */
export const STREAM_CHECKS = inGroup('stream', [
  {
    name: 'request-split',
    title: 'takes a request cut in two, at every byte',
    async run({ connect, settings }) {
      for (const cut of cuts(REQUEST_BYTES)) {
        const connection = await connect();
        const how = `in two pieces, ${cut} + ${REQUEST_BYTES - cut} bytes`;
        const request: SendOptions = { pieces: [cut] };
        await exchange(connection, SMALL, { request, sendSum: settings.sum, explain: explainRequest(how) });
        connection.close();
      }
    },
  },
  {
    name: 'request-byte-by-byte',
    title: 'takes a request byte by byte',
    needs: ['request-split'],
    async run({ connect, settings }) {
      const connection = await connect();
      const explain = explainRequest('byte by byte');
      await exchange(connection, SMALL, { request: { pieces: ONE_BY_ONE }, sendSum: settings.sum, explain });
    },
  },
  {
    name: 'sum-split',
    title: 'takes a sum cut in two, at every byte',
    needs: ['next-request'],
    async run({ connect }) {
      for (const cut of cuts(SUM_BYTES)) {
        const connection = await connect();
        await exchange(connection, SMALL, { sum: { pieces: [cut] } });
        await exchange(connection, OTHER, { explain: explainSum(`in two pieces, ${cut} + ${SUM_BYTES - cut} bytes`) });
        connection.close();
      }
    },
    unless: withoutSum,
  },
  {
    name: 'sum-byte-by-byte',
    title: 'takes a sum byte by byte',
    needs: ['sum-split'],
    unless: withoutSum,
    async run({ connect }) {
      const connection = await connect();
      await exchange(connection, SMALL, { sum: { pieces: ONE_BY_ONE } });
      await exchange(connection, OTHER, { explain: explainSum('byte by byte') });
    },
  },
  {
    name: 'glued',
    title: 'takes a request glued to a sum, cut anywhere',
    needs: ['request-split', 'sum-split'],
    unless: withoutSum,
    async run({ connect }) {
      const bytes = Buffer.concat([encodeSum(sumPrimes(...SMALL)), encodeRequest(...OTHER)]);
      const meaning = `${sumMeaning(SMALL)}; ${requestMeaning(OTHER)}`;
      for (const pieces of [[], ...cuts(bytes.length).map((cut) => [cut])]) {
        const connection = await connect();
        await sendRequest(connection, SMALL);
        await readAnswer(connection, SMALL);
        connection.transcript.awaitAnswer();
        await connection.send(bytes, meaning, { pieces });
        const cut = pieces[0] === undefined ? 'in one piece' : `cut after ${pieces[0]} of 16 bytes`;
        await readAnswer(connection, OTHER, explainGlued(`glued to the sum, ${cut}`));
        connection.close();
      }
    },
  },
  {
    name: 'ahead',
    title: 'takes two exchanges sent before it answers',
    needs: ['glued'],
    unless: withoutSum,
    async run({ connect }) {
      const connection = await connect();
      const one = [encodeRequest(...SMALL), encodeSum(sumPrimes(...SMALL))];
      connection.transcript.awaitAnswer();
      await connection.send(Buffer.concat([...one, ...one]), `two requests, each with its sum`);
      for (let answer = 0; answer < 2; answer++) {
        connection.transcript.awaitAnswer();
        await readAnswer(connection, SMALL, explainGlued('together with the request and the sum before it'));
      }
    },
  },
]);
