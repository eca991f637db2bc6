/** The four steps as a good client has them, and the ways in which a good client ends. */
import { aboutTopic } from '../case.ts';
import { CaseFailure } from '../case-failure.ts';
import { drawEasy, exchange, leave, readAnswer, sendRequest, sendSum, SMALL } from '../steps.ts';

/** Number of requests of one client, and of clients one after the other. */
const REPEATS = 5;

/** Cases about the conversation. */
export const CONVERSATION_CASES = aboutTopic('conversation', [
  {
    name: 'answer',
    title: `answers [${SMALL.join(', ')}]: N, then the primes`,
    needs: [],
    async run(context) {
      const peer = await context.connect();
      await exchange(context, peer, SMALL);
      // The case `end` checks how the server ends.
      await leave(peer);
    },
  },
  {
    name: 'end',
    title: 'closes the connection when the client has left',
    async run(context) {
      const peer = await context.connect();
      await exchange(context, peer, SMALL);
      if ((await leave(peer)) !== 'silent') return;
      throw new CaseFailure({ kind: 'never-closes', timeoutMs: peer.timeoutMs }, peer);
    },
  },
  {
    name: 'next-client',
    title: 'serves the next client when one has left',
    async run(context) {
      for (let number = 1; number <= REPEATS; number++) {
        const peer = await context.connect();
        await exchange(context, peer, SMALL, { situation: { name: 'next-client', number } });
        await peer.close();
      }
    },
  },
  {
    name: 'next-request',
    title: 'serves further requests on the same connection',
    needsSum: true,
    async run(context) {
      const peer = await context.connect();
      await exchange(context, peer, SMALL);
      for (let number = 2; number <= REPEATS; number++) {
        await exchange(context, peer, drawEasy(context), { situation: { name: 'next-request', number } });
      }
    },
  },
  {
    name: 'half-close',
    title: 'answers a client that has ended its sending',
    async run(context) {
      const peer = await context.connect();
      await sendRequest(context, peer, SMALL);
      await peer.end();
      await readAnswer(context, peer, SMALL, { name: 'half-close' });
      context.expect('no-sum');
    },
  },
  {
    name: 'leaves-without-sum',
    title: 'accepts a client that sends no sum',
    needs: ['next-client'],
    needsSum: true,
    async run(context) {
      const first = await context.connect();
      await sendRequest(context, first, SMALL);
      await readAnswer(context, first, SMALL);
      await leave(first);
      context.expect('no-sum');
      const next = await context.connect();
      await sendRequest(context, next, SMALL);
      await readAnswer(context, next, SMALL, { name: 'after-no-sum' });
      await sendSum(context, next, SMALL);
    },
  },
]);
