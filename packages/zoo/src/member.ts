/** What a member of the zoo is. */
import type { Outcome } from '@concurrent-primes/protocol';
import type { Script, ScriptOptions } from './script.ts';

/** One kind of misbehaviour. */
export interface ZooMember {
  readonly name: string;
  /** What it does, in a sentence without its subject: "connects and says nothing". */
  readonly does: string;
  /** True when a visit comes to a `hold`: it stays until it is let go. */
  readonly holds: boolean;
  /** How many connections one visit makes, each playing the script. */
  readonly connections: number;
  /** How many of them are open at once. */
  readonly atOnce: number;
  /**
   * What a right server counts for one visit: an entry for each exchange, with the outcomes that are right for it.
   * Mostly that is one. Only a reset allows two: it may overtake and destroy bytes that were sent before it (RFC 9293,
   * section 3.10.7.4), so the server may rightly count as if the client's last message had never been sent.
   */
  readonly leaves: readonly (readonly Outcome[])[];
  /**
   * Begins to play on a new connection.
   *
   * @param options - see {@link ScriptOptions}; `leaves` holds without an interval
   * @returns the steps; it throws a ProtocolError when the server refuses, ends early or breaks the protocol
   */
  script(options?: ScriptOptions): Script;
}

/** Makes a member that has one connection. */
export function member(
  name: string,
  does: string,
  leaves: ZooMember['leaves'],
  script: (options: ScriptOptions) => Script,
  { holds = false } = {},
): ZooMember {
  return { name, does, holds, connections: 1, atOnce: 1, leaves, script: (options = {}) => script(options) };
}
