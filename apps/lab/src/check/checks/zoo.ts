/**
 * Each misbehaving client in turn, followed by the one question: does a good client still get served?
 *
 * Members that go in the middle of an answer need one that does not fit in the buffers of the sockets: otherwise the
 * server has sent everything before it could notice. They come last, and only if the server can give such an answer.
 */
import { MISBEHAVING, MOMENTS, VANISHING, type ZooMember } from '@concurrent-primes/zoo';
import type { Check, CheckContext } from '../check.ts';
import type { Explain } from '../exchange.ts';
import { stopText } from '../words.ts';
import { ZooVisit } from '../zoo-player.ts';
import { beside, LARGER_THAN_BUFFERS, serveOne, SMALL, tooWide } from './common.ts';

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

/** A misbehaving client visits; meanwhile and afterwards a good client is served. */
async function meet(member: ZooMember, context: CheckContext): Promise<void> {
  const { settings } = context;
  const interval = isInMidAnswer(member) ? LARGER_THAN_BUFFERS : SMALL;
  const who = `the ${member.name}`;
  const one = async (): Promise<ZooVisit> => {
    const connection = await context.connectOnly();
    const visit = new ZooVisit(member.script({ interval, greeting: settings.greeting }), connection);
    if (!(await visit.play())) return visit;
    await beside(who, connection, () => serveOne(context, explainGood(member, 'While')));
    await visit.play();
    return visit;
  };
  let visit = await one();
  for (let made = 1; made < member.connections; made += member.atOnce) {
    [visit] = (await Promise.all(Array.from({ length: Math.min(member.atOnce, member.connections - made) }, one))) as [
      ZooVisit,
    ];
  }
  await beside(who, visit.connection, () => serveOne(context, explainGood(member, 'After')));
}

function explainGood(member: ZooMember, when: 'While' | 'After'): Explain {
  return ({ bytes, stop, timeoutMs }) => ({
    name: when === 'While' ? 'blocked-by-one-client' : 'spoilt-by-one-client',
    what: `${when} a client that ${member.does}, a good client asked: ${stopText(bytes.length, stop, timeoutMs)}.`,
    hint: when === 'After' ? HINT_AFTER : (HINT_HELD[member.name] ?? HINT_HELD_OTHERWISE),
  });
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
    needs: ['next-client', ...(holds ? ['beside-idle'] : []), ...(isLarge ? ['larger-than-buffers'] : [])],
    ...(isLarge && { unless: tooWide(LARGER_THAN_BUFFERS), patience: 4 }),
    async run(context) {
      for (const member of members) await meet(member, context);
    },
  };
}

const CHECKS: readonly Check[] = [
  ...MISBEHAVING.map((member) => checkOf(`zoo-${member.name}`, `survives a ${member.name}`, [member])),
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
