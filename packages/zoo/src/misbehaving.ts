/** Clients that stay and do wrong: they scan, dawdle, stall, miscount, babble and flood. */
import { encodeSum, PRIME_BYTES } from '@concurrent-primes/protocol';
import { Exchange, HUGE, PIECE_BYTES, SMALL } from './exchange.ts';
import { member, type ZooMember } from './member.ts';
import { leave, type Script, type ScriptOptions, sendSlowly } from './script.ts';

/** How many connections one visit of the flood makes. */
const FLOOD_CONNECTIONS = 200;
/** How many of them are open at once, below the usual limit of 1024 descriptors. */
const FLOOD_WIDTH = 50;
/** How much the slow reader reads before it vanishes. */
const SLOWLY_READ_BYTES = 1024 * 1024;
const DEFAULT_PAUSE_MS = 50;

/**
 * What a browser sends that was pointed at the wrong port. Every 8 bytes are a legal request, so a server takes it as
 * two empty intervals (`GET / HT`, `Host: 12`: the first bound is the greater one), each with a wrong sum, and 3 bytes
 * more.
 */
const HTTP_REQUEST = new TextEncoder().encode('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');

const BYE = new TextEncoder().encode('bye');

function* slowWriter(options: ScriptOptions): Script {
  const exchange = new Exchange(options, SMALL);
  yield* sendSlowly(exchange.request, options.pauseMs ?? DEFAULT_PAUSE_MS);
  exchange.began();
  yield* finish(exchange);
}

function* stalledWriter(options: ScriptOptions): Script {
  const request = new Exchange(options, SMALL).request.subarray(0, 7);
  yield* sendSlowly(request, options.pauseMs ?? DEFAULT_PAUSE_MS);
  yield { do: 'hold' };
}

function* slowReader(options: ScriptOptions): Script {
  const { pauseMs = DEFAULT_PAUSE_MS } = options;
  const exchange = new Exchange(options, HUGE);
  yield* exchange.ask();
  yield* exchange.readCount();
  while (!exchange.answered && exchange.received * PRIME_BYTES < SLOWLY_READ_BYTES) {
    yield* exchange.readPrimes(PIECE_BYTES);
    yield { do: 'pause', pauseMs };
  }
  if (exchange.answered) yield* finish(exchange);
}

function* stalledReader(options: ScriptOptions): Script {
  yield* readInPart(options);
  yield { do: 'hold' };
}

function* halfClose(options: ScriptOptions): Script {
  const exchange = new Exchange(options, SMALL);
  yield* exchange.ask();
  yield { do: 'end' };
  yield* exchange.readAnswer();
  yield { do: 'drain' };
}

function* neverSum(options: ScriptOptions): Script {
  const exchange = new Exchange(options, SMALL);
  yield* exchange.askAndRead();
  yield { do: 'hold' };
}

function* wrongSum(options: ScriptOptions): Script {
  const exchange = new Exchange(options, SMALL);
  yield* exchange.askAndRead();
  yield { do: 'send', bytes: encodeSum(exchange.sum + 1n) };
  yield* leave();
}

function* resetMidAnswer(options: ScriptOptions): Script {
  yield* readInPart(options);
  yield { do: 'reset' };
}

function* garbage(): Script {
  yield { do: 'send', bytes: HTTP_REQUEST };
  yield* leave();
}

function* trailingGarbage(options: ScriptOptions): Script {
  const exchange = new Exchange(options, SMALL);
  yield* exchange.askAndRead();
  yield { do: 'send', bytes: Buffer.concat([exchange.takeSum(), BYE]) };
  yield* leave();
}

function* gluedRequest(options: ScriptOptions): Script {
  const exchange = new Exchange(options, SMALL);
  yield* exchange.askAndRead();
  const sum = exchange.takeSum();
  yield { do: 'send', bytes: Buffer.concat([sum, exchange.request]) };
  exchange.began();
  yield* finish(exchange);
}

function* silent(): Script {
  yield { do: 'hold' };
}

function* nothing(): Script {
  // Its end closes the connection.
}

/** Goes to the middle of a huge answer. */
function* readInPart(options: ScriptOptions): Script {
  const exchange = new Exchange(options, HUGE);
  yield* exchange.ask();
  yield* exchange.readCount();
  yield* exchange.readPrimes(PIECE_BYTES);
}

function* finish(exchange: Exchange): Script {
  yield* exchange.readAnswer();
  yield* exchange.confirm();
  yield* leave();
}

const HOLDS = { holds: true };

/** Those that stay, by name. */
export const MISBEHAVING: readonly ZooMember[] = [
  member('connect-only', 'connects and leaves, as port scans and health checks do', [['probe']], nothing),
  member('silent', 'connects and says nothing', [['probe']], silent, HOLDS),
  member('slow-writer', 'sends its request a byte at a time, slowly, then behaves', [['served']], slowWriter),
  member(
    'stalled-writer',
    'sends all but the last byte of its request and holds on',
    [['truncated-request']],
    stalledWriter,
    HOLDS,
  ),
  member('slow-reader', 'reads the first megabyte of a huge answer slowly, then vanishes', [['early-end']], slowReader),
  member(
    'stalled-reader',
    'stops reading in the middle of a huge answer and holds on',
    [['early-end']],
    stalledReader,
    HOLDS,
  ),
  member('half-close', 'ends its sending at once after the request, and reads the answer', [['no-sum']], halfClose),
  member('never-sum', 'takes its answer, sends no sum and holds on', [['no-sum']], neverSum, HOLDS),
  member('wrong-sum', 'sends a sum that is one too large', [['wrong-sum']], wrongSum),
  member('reset-mid-answer', 'resets the connection in the middle of a huge answer', [['early-end']], resetMidAnswer),
  member(
    'garbage',
    'speaks HTTP: what a browser sends to the wrong port',
    [['wrong-sum'], ['wrong-sum'], ['trailing-garbage']],
    garbage,
  ),
  member(
    'trailing-garbage',
    'sends three bytes behind its sum that never become a request',
    [['served'], ['trailing-garbage']],
    trailingGarbage,
  ),
  member(
    'glued-request',
    'sends its next request in one segment with the sum of the former',
    [['served'], ['served']],
    gluedRequest,
  ),
  {
    ...member('flood', `opens and closes ${FLOOD_CONNECTIONS} connections as fast as it can`, [], nothing),
    connections: FLOOD_CONNECTIONS,
    atOnce: FLOOD_WIDTH,
    leaves: Array.from({ length: FLOOD_CONNECTIONS }, () => ['probe']),
  },
];
