/**
 * Each misbehaving client in turn, followed by the one question: does a good client still get served?
 *
 * Members that go in the middle of an answer need one that does not fit in the buffers of the sockets: otherwise the
 * server has sent everything before it could notice. They come last, and only if the server can give such an answer.
 */
import { MISBEHAVING, MOMENTS, VANISHING, type ZooMember } from '@concurrent-primes/zoo';
import type { Check, CheckContext } from '../check.ts';
import { ConnectFailure, type Connection } from '../connection.ts';
import type { Explain } from '../exchange.ts';
import { CheckFailure, type Diagnosis } from '../failure.ts';
import { stopText } from '../words.ts';
import { ZooVisit } from '../zoo-player.ts';
import { LARGER_THAN_BUFFERS, serveOne, SMALL, tooWide } from './common.ts';

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
  'trailing-garbage': 'survives garbage behind a sum',
  'glued-request': 'survives a request glued to a sum',
  flood: 'survives 200 connections in a rush',
};
/** What a server must know to bear them: the letters `GET / HT` are an interval with a > b. */
const NEEDS: Readonly<Record<string, readonly string[]>> = { 'zoo-garbage': ['reversed'] };
const HINT_HELD: Readonly<Record<string, string>> = {
  'stalled-reader':
    'send() blocks when the other side does not read and the buffers are full. With threads, only that client’s thread may ' +
    'block. With select()/poll(): non-blocking sockets, send what fits, and go on when the socket is writable again.',
};
const HINT_HELD_OTHERWISE =
  'Your server waits for this one client and for nobody else. Wait for all of them (select/poll/epoll), or give each a ' +
  'thread, and have enough of these.';
const HINT_AFTER =
  'What one client does must end at most its own connection. recv() and send() may fail (ECONNRESET, EPIPE), and recv() ' +
  'returns 0 at the end: catch it per client, close that socket, drop its state, go on with the others.';

/** Misbehaving clients visit, one kind after the other; meanwhile and afterwards good clients are served. */
class Visits {
  readonly #context: CheckContext;
  /** Who to look at when nobody is served. */
  #last: { readonly member: ZooMember; readonly connection: Connection } | undefined;

  constructor(context: CheckContext) {
    this.#context = context;
  }

  async all(member: ZooMember): Promise<void> {
    const { connections, atOnce } = member;
    for (let made = 0; made < connections; made += atOnce) {
      const width = Math.min(atOnce, connections - made);
      await this.#blaming('After', () => Promise.all(Array.from({ length: width }, () => this.#one(member))));
    }
    await this.#blaming('After', () => serveOne(this.#context, explainGood(member, 'After')));
  }

  async #one(member: ZooMember): Promise<void> {
    const { connectOnly, settings } = this.#context;
    const connection = await connectOnly();
    this.#last = { member, connection };
    const interval = isInMidAnswer(member) ? LARGER_THAN_BUFFERS : SMALL;
    const visit = new ZooVisit(member.script({ interval, greeting: settings.greeting }), connection);
    if (!(await visit.play())) return;
    await this.#blaming('While', () => serveOne(this.#context, explainGood(member, 'While')));
    await visit.play();
  }

  /** Does what a good server allows; if it does not, the last misbehaving client is part of the evidence. */
  async #blaming(when: When, action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      const last = this.#last;
      if (last === undefined) throw error;
      const failure =
        error instanceof ConnectFailure ? new CheckFailure(explainRefusal(last.member, when, error)) : error;
      const isTold = failure instanceof CheckFailure && !failure.hasOthers;
      throw isTold ? failure.beside(`the misbehaving client (${last.member.name})`, last.connection) : failure;
    }
  }
}

type When = 'While' | 'After';

function explainGood(member: ZooMember, when: When): Explain {
  return ({ bytes, stop, timeoutMs }) => ({
    name: when === 'While' ? 'blocked-by-one-client' : 'spoilt-by-one-client',
    what: `${when} a misbehaving client (it ${member.does}), a good client asked: ${stopText(bytes.length, stop, timeoutMs)}.`,
    hint: when === 'After' ? HINT_AFTER : (HINT_HELD[member.name] ?? HINT_HELD_OTHERWISE),
  });
}

function explainRefusal(member: ZooMember, when: When, { code }: ConnectFailure): Diagnosis {
  return {
    name: 'not-accepted',
    what: `${when} a misbehaving client (it ${member.does}), a good client could not connect: ${code}.`,
    hint: HINT_AFTER,
  };
}

/** Whether it matters that the answer is long. */
function isInMidAnswer({ leaves }: ZooMember): boolean {
  return leaves.some(([outcome]) => outcome === 'early-end');
}

function checkOf(name: string, title: string, members: readonly ZooMember[]): Check {
  const isLarge = members.some(isInMidAnswer);
  const holds = members.some((member) => member.holds);
  return {
    name,
    group: isLarge ? 'large' : 'zoo',
    title,
    needs: [
      'next-client',
      ...(NEEDS[name] ?? []),
      ...(holds ? ['beside-idle'] : []),
      ...(isLarge ? ['larger-than-buffers'] : []),
    ],
    ...(isLarge && { unless: tooWide(LARGER_THAN_BUFFERS), patience: 4 }),
    async run(context) {
      const visits = new Visits(context);
      for (const member of members) await visits.all(member);
    },
  };
}

const CHECKS: readonly Check[] = [
  ...MISBEHAVING.map((member) =>
    checkOf(`zoo-${member.name}`, TITLES[member.name] ?? `survives a ${member.name}`, [member]),
  ),
  ...MOMENTS.map((moment) =>
    checkOf(
      `zoo-leaves-${moment.replaceAll(' ', '-')}`,
      `survives clients that leave ${moment}`,
      VANISHING.filter(({ name }) => name.endsWith(` ${moment}`)),
    ),
  ),
];

/** Members for whom any answer will do. */
export const ZOO_CHECKS = CHECKS.filter(({ group }) => group === 'zoo');
/** Members that leave a long answer. */
export const LARGE_ZOO_CHECKS = CHECKS.filter(({ group }) => group === 'large');
