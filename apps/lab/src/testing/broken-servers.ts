/** Servers that are wrong in one way each: the mistakes that students make. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { primes } from '@concurrent-primes/sieve';
import { type Answer, answerOf, rightAnswer, serve, type Traits } from './simple-server.ts';

const MAX_INT32 = 2_147_483_647;
const A_MEGABYTE = 2 ** 20;
/** Longer than a client needs to end its sending after its request. */
const THINKING_MS = 50;

/** Those that answer wrongly, by what they do. */
export const WRONG_ANSWERS = {
  'drops a prime': (a, b) => answerOf([...primes(a, b)].filter((prime) => prime !== 109)),
  'swaps bytes': (a, b) => rightAnswer(a, b).swap32(),
  'swaps the bytes of primes only': (a, b) => {
    const bytes = rightAnswer(a, b);
    bytes.subarray(4).swap32();
    return bytes;
  },
  'says a wrong N': (a, b) => answerOf([...primes(a, b)], [...primes(a, b)].length + 1),
  'does not sort': (a, b) => answerOf([...primes(a, b)].reverse()),
  'says nothing when N is 0': (a, b) => {
    const bytes = rightAnswer(a, b);
    return bytes.length === 4 ? Buffer.alloc(0) : bytes;
  },
  'sends a newline behind an answer': (a, b) => Buffer.concat([rightAnswer(a, b), Buffer.from('\n')]),
  'answers with text': (a, b) => Buffer.from(`${[...primes(a, b)].join(' ')}\n`),
  'sends N with 8 bytes': (a, b) => Buffer.concat([Buffer.alloc(4), rightAnswer(a, b)]),
  'sends no N': (a, b) => rightAnswer(a, b).subarray(4),
  'leaves b out': (a, b) => answerOf([...primes(a, b)].filter((prime) => prime < b)),
  'takes 1 for a prime': (a, b) => answerOf([...(a <= 1 && b >= 1 ? [1] : []), ...primes(a, b)]),
  'takes squares for primes': (a, b) => answerOf(withSquares(a, b)),
  // It knows no primes above int32.
  'reads unsigned bounds': (a, b) =>
    a >>> 0 > MAX_INT32 ? answerOf([]) : rightAnswer(a, Math.min(b >>> 0, MAX_INT32)),
  'counts integers in int32': (a, b) => (a > b && ((b - a) | 0) > 0 ? answerOf([a]) : rightAnswer(a, b)),
  'exchanges reversed bounds': (a, b) => rightAnswer(Math.min(a, b), Math.max(a, b)),
  'refuses everything': () => answerOf([], -1),
  'never comes to the end of int32': (a, b) => (b === MAX_INT32 ? Buffer.alloc(0) : rightAnswer(a, b)),
  'cuts long answers': (a, b) => rightAnswer(a, b).subarray(0, A_MEGABYTE),
  'spoils long answers': (a, b) => {
    const bytes = rightAnswer(a, b);
    if (bytes.length > A_MEGABYTE) bytes.writeInt32BE(1, A_MEGABYTE);
    return bytes;
  },
  'computes wide intervals for ever': (a, b) => (b - a > 1e6 ? Buffer.alloc(0) : rightAnswer(a, b)),
  'answers a when a > b': (a, b) => (a > b ? answerOf([a]) : rightAnswer(a, b)),
  'refuses negative bounds': (a, b) => (a < 0 ? answerOf([], -4) : rightAnswer(a, b)),
  'refuses wide intervals': (a, b) => (b - a > 1e6 ? answerOf([], -4) : rightAnswer(a, b)),
} as const satisfies Record<string, Answer>;

/** Those that treat connections wrongly, by what they do. */
export const WRONG_MANNERS = {
  'serves one client at a time': { serve: oneAtATime() },
  'waits for a request in one read': { serve: inOneRead('request') },
  'waits for a sum in one read': { serve: inOneRead('sum') },
  'drops what is glued to a message': { serve: droppingRest },
  'hangs after the first request': { serve: onlyFirstRequest },
  'dies when a client resets': {
    serve(socket, answer, server) {
      socket.on('error', () => {
        server.close();
      });
      serve(socket, answer);
    },
  },
  'never closes': {
    serve(socket, answer) {
      serve(socket, answer);
      socket.removeAllListeners('end');
    },
  },
  'forgets clients that end early': { serve: forgettingWhoEnds },
  'mixes clients up': { serve: withSharedState() },
  'blocks for one that does not read': { serve: blockingInSend() },
  'has no place for a crowd': { serve: upToAtOnce(100) },
  'uses itself up': { serve: upToInAll(500) },
  'refuses when it is full': { serve: upToAtOnce(100, answerOf([], -1)) },
} as const satisfies Record<string, Traits>;

function withSquares(a: number, b: number): number[] {
  const squares = [...primes(2, 1100)].map((prime) => prime ** 2).filter((square) => square >= a && square <= b);
  return [...primes(a, b), ...squares].sort((left, right) => left - right);
}

/** The next client is looked at when the one before has gone. */
function oneAtATime(): NonNullable<Traits['serve']> {
  let before: Promise<unknown> = Promise.resolve();
  return (socket, answer) => {
    const turn = before;
    before = once(socket, 'close').catch(() => undefined);
    void turn.then(() => {
      serve(socket, answer);
    });
  };
}

/** Takes a chunk for a message, and the end of a client for the end. */
function inOneRead(message: 'request' | 'sum'): NonNullable<Traits['serve']> {
  return (socket, answer) => {
    let owesSum = false;
    let pending: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      const takesAnything = owesSum === (message === 'sum');
      pending = takesAnything ? chunk : Buffer.concat([pending, chunk]);
      while (pending.length >= 8 || (takesAnything && pending.length > 0)) {
        if (!owesSum && pending.length >= 8) socket.write(answer(pending.readInt32BE(0), pending.readInt32BE(4)));
        owesSum = !owesSum;
        pending = pending.subarray(8);
      }
    });
    socket.on('end', () => socket.end());
  };
}

/** Has a buffer for one message, and loses what else a read has brought. */
function droppingRest(socket: Socket, answer: Answer): void {
  let owesSum = false;
  let pending: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    if (pending.length < 8) return;
    if (!owesSum) socket.write(answer(pending.readInt32BE(0), pending.readInt32BE(4)));
    owesSum = !owesSum;
    pending = Buffer.alloc(0);
  });
  socket.on('end', () => socket.end());
}

function onlyFirstRequest(socket: Socket, answer: Answer): void {
  let isFirst = true;
  serve(socket, (a, b) => {
    const bytes = isFirst ? answer(a, b) : Buffer.alloc(0);
    isFirst = false;
    return bytes;
  });
}

/** Takes its time for the answer, and the end of the client's sending for the end of everything. */
function forgettingWhoEnds(socket: Socket, answer: Answer): void {
  serve(socket, (a, b) => {
    setTimeout(() => socket.write(answer(a, b)), THINKING_MS);
    return Buffer.alloc(0);
  });
  socket.prependListener('end', () => socket.destroy());
}

/** Writes one answer after the other, and waits until the kernel has taken all of it. */
function blockingInSend(): NonNullable<Traits['serve']> {
  let sending: Promise<unknown> = Promise.resolve();
  return (socket, answer) => {
    serve(socket, (a, b) => {
      sending = sending.then(() => {
        if (socket.destroyed || socket.write(answer(a, b))) return undefined;
        return Promise.race(['drain', 'close'].map((event) => once(socket, event))).catch(() => undefined);
      });
      return Buffer.alloc(0);
    });
  };
}

/** Serves clients up to a number at the same time; the others get a refusal, or nothing. */
function upToAtOnce(places: number, refusal?: Buffer): NonNullable<Traits['serve']> {
  let taken = 0;
  return (socket, answer) => {
    taken++;
    socket.once('close', () => taken--);
    if (taken <= places) serve(socket, answer);
    else if (refusal !== undefined) serve(socket, () => refusal);
  };
}

/** Serves a number of clients, and then no more. */
function upToInAll(places: number): NonNullable<Traits['serve']> {
  let served = 0;
  return (socket, answer) => {
    if (served++ < places) serve(socket, answer);
  };
}

/** A buffer for requests that all clients share. */
function withSharedState(): NonNullable<Traits['serve']> {
  const request = Buffer.alloc(8);
  return (socket, answer) => {
    let received = 0;
    socket.on('data', (chunk: Buffer) => {
      for (const byte of chunk) {
        request[received++ % 8] = byte;
        if (received % 16 === 8) socket.write(answer(request.readInt32BE(0), request.readInt32BE(4)));
      }
    });
    socket.on('end', () => socket.end());
  };
}
