/** Clients that go away: each way of going, after each step of the conversation. */
import { encodeSum, type Outcome } from '@concurrent-primes/protocol';
import { Exchange, HUGE, SMALL } from './exchange.ts';
import { member, type ZooMember } from './member.ts';
import { leave, type Script, type ScriptOptions } from './script.ts';

/** Ways to go away. */
export const WAYS = ['close', 'reset', 'half-close'] as const;
/** One of {@link WAYS}. */
export type Way = (typeof WAYS)[number];

/** Points of the conversation at which a client can go away. */
export const MOMENTS = [
  'before the request',
  'in mid-request',
  'after the request',
  'after N',
  'in mid-primes',
  'before the sum',
  'in mid-sum',
  'after the sum',
] as const;
/** One of {@link MOMENTS}. */
export type Moment = (typeof MOMENTS)[number];

/** What a right server counts when a client vanishes. After a half close the answer still arrives whole. */
const VANISHED: Record<Moment, Record<Way, readonly Outcome[]>> = {
  'before the request': { close: ['probe'], reset: ['probe'], 'half-close': ['probe'] },
  'in mid-request': {
    close: ['truncated-request'],
    reset: ['truncated-request', 'probe'],
    'half-close': ['truncated-request'],
  },
  'after the request': { close: ['early-end'], reset: ['early-end', 'probe'], 'half-close': ['no-sum'] },
  'after N': { close: ['early-end'], reset: ['early-end'], 'half-close': ['no-sum'] },
  'in mid-primes': { close: ['early-end'], reset: ['early-end'], 'half-close': ['no-sum'] },
  'before the sum': { close: ['no-sum'], reset: ['early-end'], 'half-close': ['no-sum'] },
  'in mid-sum': { close: ['truncated-sum'], reset: ['truncated-sum', 'early-end'], 'half-close': ['truncated-sum'] },
  'after the sum': { close: ['served'], reset: ['served', 'early-end'], 'half-close': ['served'] },
};

/** What each way is, as the beginning of a sentence that its moment ends. */
const DOES: Record<Way, string> = {
  close: 'closes the connection',
  reset: 'resets the connection',
  'half-close': 'ends its sending',
};

function vanish(moment: Moment, way: Way): ZooMember {
  const outcomes = VANISHED[moment][way];
  // An answer that fits in the buffers would be out, for the server, before the client goes.
  const goesInMidAnswer = outcomes[0] === 'early-end' && moment !== 'before the sum';
  const interval = goesInMidAnswer ? HUGE : SMALL;
  return member(`${way} ${moment}`, `${DOES[way]} ${moment}`, [outcomes], function* (options: ScriptOptions): Script {
    yield* advance(moment, new Exchange(options, interval));
    if (way === 'reset') yield { do: 'reset' };
    if (way === 'half-close') yield* leave();
  });
}

/** Behaves up to a moment. */
function* advance(moment: Moment, exchange: Exchange): Script {
  const at = MOMENTS.indexOf(moment);
  const reached = (other: Moment): boolean => at >= MOMENTS.indexOf(other);
  if (moment === 'in mid-request') yield { do: 'send', bytes: exchange.request.subarray(0, 5) };
  if (reached('after the request')) yield* exchange.ask();
  if (reached('after N')) yield* exchange.readCount();
  // Six bytes: one prime and a half.
  if (moment === 'in mid-primes') yield* exchange.readPrimes(6);
  if (!reached('before the sum')) return;
  yield* exchange.readAnswer();
  if (moment === 'in mid-sum') yield { do: 'send', bytes: encodeSum(exchange.sum).subarray(0, 4) };
  if (reached('after the sum')) yield* exchange.confirm();
}

/** Clients that vanish: each way to go, at each moment. */
export const VANISHING: readonly ZooMember[] = MOMENTS.flatMap((moment) => WAYS.map((way) => vanish(moment, way)));
