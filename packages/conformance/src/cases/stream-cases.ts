/**
 * TCP is a stream of bytes: it keeps their order, and nothing of the pieces in which they were sent.
 *
 * Step 4 has no answer, so a sum that was misread shows in the next request on the connection: the server takes the rest
 * of the sum for the beginning of the request.
 */
import { aboutTopic } from '../case.ts';
import { REQUEST_BYTES, requestBytes, SUM_BYTES, sumBytes } from '../prime-wire.ts';
import { exchange, OTHER, readAnswer, sendRequest, SMALL } from '../steps.ts';

const ONE_BY_ONE = Array.from({ length: REQUEST_BYTES - 1 }, () => 1);

/** Every way to cut `length` bytes in two, as the length of the first piece. */
function cuts(length: number): number[] {
  return Array.from({ length: length - 1 }, (_, index) => index + 1);
}

/** Cases about splitting and gluing. */
export const STREAM_CASES = aboutTopic('stream', [
  {
    name: 'request-split',
    title: 'takes a request cut in two, at every byte',
    async run(context) {
      for (const cut of cuts(REQUEST_BYTES)) {
        const peer = await context.connect();
        const how = `in two pieces, ${cut} + ${REQUEST_BYTES - cut} bytes`;
        const situation = { name: 'request-in-pieces', how };
        await exchange(context, peer, SMALL, { request: { pieces: [cut] }, situation });
        await peer.close();
      }
    },
  },
  {
    name: 'request-byte-by-byte',
    title: 'takes a request byte by byte',
    needs: ['request-split'],
    async run(context) {
      const peer = await context.connect();
      const situation = { name: 'request-in-pieces', how: 'byte by byte' };
      await exchange(context, peer, SMALL, { request: { pieces: ONE_BY_ONE }, situation });
    },
  },
  {
    name: 'sum-split',
    title: 'takes a sum cut in two, at every byte',
    needs: ['next-request'],
    needsSum: true,
    async run(context) {
      for (const cut of cuts(SUM_BYTES)) {
        const peer = await context.connect();
        await exchange(context, peer, SMALL, { sum: { pieces: [cut] } });
        const how = `in two pieces, ${cut} + ${SUM_BYTES - cut} bytes`;
        await exchange(context, peer, OTHER, { situation: { name: 'sum-in-pieces', how } });
        await peer.close();
      }
    },
  },
  {
    name: 'sum-byte-by-byte',
    title: 'takes a sum byte by byte',
    needs: ['sum-split'],
    needsSum: true,
    async run(context) {
      const peer = await context.connect();
      await exchange(context, peer, SMALL, { sum: { pieces: ONE_BY_ONE } });
      await exchange(context, peer, OTHER, { situation: { name: 'sum-in-pieces', how: 'byte by byte' } });
    },
  },
  {
    name: 'glued',
    title: 'takes a request glued to a sum, cut anywhere',
    needs: ['request-split', 'sum-split'],
    needsSum: true,
    async run(context) {
      const sum = context.oracle.sum(SMALL);
      const bytes = Buffer.concat([sumBytes(sum), requestBytes(...OTHER)]);
      const meaning = `sum = ${sum}; a = ${OTHER[0]}, b = ${OTHER[1]}`;
      for (const pieces of [[], ...cuts(bytes.length).map((cut) => [cut])]) {
        const peer = await context.connect();
        await sendRequest(context, peer, SMALL);
        await readAnswer(context, peer, SMALL);
        peer.observer?.awaitAnswer();
        await peer.send(bytes, { meaning, pieces, gapMs: context.settings.gapMs });
        const cut = pieces[0] === undefined ? 'in one piece' : `cut after ${pieces[0]} of 16 bytes`;
        await readAnswer(context, peer, OTHER, { name: 'glued', how: `glued to the sum, ${cut}` });
        await peer.close();
        context.expect('served');
        context.expect('no-sum');
      }
    },
  },
  {
    name: 'ahead',
    title: 'takes two exchanges sent before it answers',
    needs: ['glued'],
    needsSum: true,
    async run(context) {
      const peer = await context.connect();
      const one = [requestBytes(...SMALL), sumBytes(context.oracle.sum(SMALL))];
      peer.observer?.awaitAnswer();
      await peer.send(Buffer.concat([...one, ...one]), { meaning: 'two requests, each with its sum' });
      const situation = { name: 'glued', how: 'together with the request and the sum before it' };
      for (let answer = 0; answer < 2; answer++) {
        peer.observer?.awaitAnswer();
        await readAnswer(context, peer, SMALL, situation);
        context.expect('served');
      }
    },
  },
]);
