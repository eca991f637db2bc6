/**
 * Each misbehaving client in turn, followed by the one question: does a good client still get served?
 *
 * Members that go in the middle of an answer need one that doesn't fit in the buffers of the sockets: otherwise the
 * server has sent everything before it can notice. They come last, and only if the server can give such an answer.
 */
import { MISBEHAVING, MOMENTS, VANISHING, type ZooMember } from '@concurrent-primes/zoo';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { CaseFailure, type Situation } from '../case-failure.ts';
import { ConnectFailure, type Peer } from '../peer.ts';
import { LARGER_THAN_BUFFERS, serveOne } from '../steps.ts';
import { ZooVisit } from '../zoo-visit.ts';

const TITLES: Readonly<Record<string, string>> = {
  'connect-only': 'survives port scans and health checks',
  silent: 'serves others beside a silent client',
  'slow-writer': 'survives a client that writes byte by byte',
  'stalled-writer': 'serves others beside a stalled request',
  'slow-reader': 'survives one that reads slowly and vanishes',
  'stalled-reader': 'serves others beside one that stopped reading',
  'half-close': 'survives a client that ends its sending early',
  'never-sum': 'serves others beside one that owes its sum',
  'wrong-sum': 'survives a wrong sum',
  'reset-mid-answer': 'survives a reset in the middle of an answer',
  garbage: 'survives a browser that speaks HTTP',
  'trailing-garbage': 'survives garbage after a sum',
  'glued-request': 'survives a request glued to a sum',
  flood: 'survives 200 connections in a rush',
};
/** What a server must know to survive them: the letters `GET / HT` are an interval with a > b. */
const NEEDS: Readonly<Record<string, readonly string[]>> = { 'zoo-garbage': ['reversed'] };
/** A server that doesn't close has a case of its own; here waiting for it would only take time. */
const DRAIN_MS = 500;

type When = 'While' | 'After';

/** Misbehaving clients visit, one kind after the other; meanwhile and afterwards good clients are served. */
class Visits {
  readonly #context: CaseContext;
  /** The first suspect when a good client isn't served. */
  #last: { readonly member: ZooMember; readonly peer: Peer } | undefined;

  constructor(context: CaseContext) {
    this.#context = context;
  }

  async all(member: ZooMember): Promise<void> {
    const { connections, atOnce, leaves } = member;
    for (let made = 0; made < connections; made += atOnce) {
      const width = Math.min(atOnce, connections - made);
      await this.#blaming('After', () => Promise.all(Array.from({ length: width }, () => this.#one(member))));
    }
    for (const outcomes of leaves) this.#context.expect(outcomes);
    await this.#blaming('After', () => serveOne(this.#context, situationOf(member, 'After')));
  }

  async #one(member: ZooMember): Promise<void> {
    const { connectOnly, greeting, settings } = this.#context;
    const peer = await connectOnly();
    this.#last = { member, peer };
    const interval = settings.zooIntervals?.[isInMidAnswer(member) ? 'long' : 'short'];
    const visit = new ZooVisit(member.script({ interval, greeting }), peer, { drainMs: DRAIN_MS });
    if (!(await visit.playAnyhow())) return;
    await this.#blaming('While', () => serveOne(this.#context, situationOf(member, 'While')));
    await visit.playAnyhow();
  }

  /** Does what a good server allows. If it doesn't, the last misbehaving client is part of the evidence. */
  async #blaming(when: When, action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (this.#last === undefined) throw error;
      const { member, peer } = this.#last;
      const failure =
        error instanceof ConnectFailure
          ? new CaseFailure({ kind: 'not-accepted', code: error.code, situation: situationOf(member, when) })
          : error;
      const isNew = failure instanceof CaseFailure && failure.witnesses.length === 0;
      throw isNew ? failure.beside(`the misbehaving client (${member.name})`, peer) : failure;
    }
  }
}

function situationOf({ name, does }: ZooMember, when: When): Situation {
  return { name: when === 'While' ? 'while-misbehaving' : 'after-misbehaving', misbehaving: name, how: does };
}

/** Whether the answer must be long. */
function isInMidAnswer({ leaves }: ZooMember): boolean {
  return leaves.some(([outcome]) => outcome === 'early-end');
}

function caseOf(name: string, title: string, members: readonly ZooMember[]): ConformanceCase {
  const isLarge = members.some(isInMidAnswer);
  const holds = members.some((member) => member.holds);
  return {
    name,
    topic: isLarge ? 'large' : 'zoo',
    title,
    needs: [
      'next-client',
      ...(NEEDS[name] ?? []),
      ...(holds ? ['beside-idle'] : []),
      ...(isLarge ? ['larger-than-buffers'] : []),
    ],
    clientsAtOnce: Math.max(2, ...members.map(({ atOnce }) => Math.min(atOnce, 16))),
    ...(isLarge && { widest: LARGER_THAN_BUFFERS, timeFactor: 4 }),
    async run(context) {
      const visits = new Visits(context);
      for (const member of members) await visits.all(member);
    },
  };
}

const CASES: readonly ConformanceCase[] = [
  ...MISBEHAVING.map((member) =>
    caseOf(`zoo-${member.name}`, TITLES[member.name] ?? `survives a ${member.name}`, [member]),
  ),
  ...MOMENTS.map((moment) =>
    caseOf(
      `zoo-leaves-${moment.replaceAll(' ', '-')}`,
      `survives clients that leave ${moment}`,
      VANISHING.filter(({ name }) => name.endsWith(` ${moment}`)),
    ),
  ),
];

/** Cases with members that any answer will do for. */
export const ZOO_CASES = CASES.filter(({ topic }) => topic === 'zoo');
/** Cases with members that leave a long answer. */
export const LARGE_ZOO_CASES = CASES.filter(({ topic }) => topic === 'large');
