import { describe, expect, it } from 'vitest';
import { caveatsOf } from './caveats.ts';
import type { Comparison } from './comparison.ts';
import { findScenario } from './scenario.ts';
import { madeUp, madeUpScenario, threeRounds } from '../testing/made-up-comparison.ts';
import { joinResults } from './joined-results.ts';

function answer(question: string, comparison: Comparison) {
  const found = caveatsOf(comparison).find((caveats) => caveats.question.startsWith(question));
  if (found === undefined) throw new Error(`${question}: must be asked`);
  const plain = (text: string): string => text.replaceAll('\u00A0', ' ');
  return { answer: plain(found.answer), meaning: plain(found.meaning), verdict: found.verdict };
}

describe('caveatsOf()', () => {
  it('names servers that were limited by the client', () => {
    const busy = madeUp({
      epoll: { loads: threeRounds({ clientBusy: 0.97 }) },
      net: { loads: threeRounds({ clientBusy: 0.6 }) },
    });
    expect(answer('Was the client', busy)).toMatchObject({ answer: 'Yes, with epoll', verdict: 'careful' });
    const idle = madeUp({ net: { loads: threeRounds({ clientBusy: 0.6 }) } });
    expect(answer('Was the client', idle)).toMatchObject({ answer: 'No: 60 % busy at most', verdict: 'good' });
  });

  it("checks Little's law in a closed loop, and only there", () => {
    const comparison = madeUp({ epoll: { loads: threeRounds({ rate: 1000 }) } });
    expect(answer("Does Little's", comparison)).toMatchObject({ verdict: 'good' });
    const [server] = comparison.servers;
    const slow = server!.rounds.map((round) => ({
      ...round,
      groups: round.groups.map(({ name, load }) => {
        const done = { ...load.latency.done, meanMs: load.latency.done.meanMs * 0.7 };
        return { name, load: { ...load, latency: { ...load.latency, done } } };
      }),
    }));
    expect(answer("Does Little's", { ...comparison, servers: [{ ...server!, rounds: slow }] })).toMatchObject({
      answer: 'Not everywhere: relative to the number of clients, the product is 70 % with epoll',
      verdict: 'careful',
    });
    const idle = madeUp({ net: { loads: threeRounds({ rate: 0 }) } });
    expect(answer("Does Little's", idle).answer).toBe('Not checked: no request was completed');
  });

  it('reports the noise of the rounds, and the probability of a false difference', () => {
    const noisy = madeUp({ epoll: { loads: [[{ rate: 1000 }], [{ rate: 500 }], [{ rate: 900 }]] } });
    expect(answer('How noisy', noisy)).toMatchObject({ verdict: 'careful' });
    expect(answer('How noisy', noisy).answer).toContain('epoll differ by 55.6 %');
    expect(answer('How noisy', noisy).meaning).toContain('in 10 % of cases');
    const once = madeUp({ epoll: { loads: [[{}]] } }, madeUpScenario({ rounds: 1 }));
    expect(answer('How noisy', once)).toMatchObject({ answer: 'Unknown: there was only one', verdict: 'careful' });
    const cut = madeUp({ epoll: { loads: [[{}], [{}]] }, net: { loads: [[{}]] } });
    expect(answer('How noisy', cut).answer).toBe('Unknown with net: there was only one');
  });

  it('sums the processors of server and clients', () => {
    const full = madeUp({
      epoll: { loads: threeRounds({ clientCpuMs: 950 }), usage: { userMs: 500, systemMs: 450 } },
    });
    expect(answer('Did server and clients', full)).toMatchObject({
      answer: 'They shared 2 processors, and kept up to 1.90 busy',
      verdict: 'careful',
    });
    const idle = madeUp({ epoll: { loads: threeRounds({ clientCpuMs: 200 }) } });
    expect(answer('Did server and clients', idle)).toMatchObject({
      meaning: 'They left processor time free.',
      verdict: 'good',
    });
    const loaded = { ...idle, environment: { ...idle.environment, loadBefore: 3 } };
    expect(answer('Did server and clients', loaded).meaning).toContain('may have used the rest');
  });

  it('reports the load before, and which answers were not compared', () => {
    const comparison = madeUp({ epoll: { loads: threeRounds({}, {}) } }, findScenario('giants-and-mice'));
    expect(answer('Was the machine', comparison).verdict).toBe('good');
    const loaded = { ...comparison, environment: { ...comparison.environment, loadBefore: 3 } };
    expect(answer('Was the machine', loaded).verdict).toBe('careful');
    expect(answer('Were the answers', comparison).answer).toContain('All but those of giants');
  });

  it('reports an incomplete comparison, and joined results', () => {
    const comparison = madeUp({ epoll: { loads: [[{}]] } });
    expect(answer('Is it complete', { ...comparison, interrupted: true }).answer).toContain(
      '1 server had fewer rounds',
    );
    const other = { ...comparison, environment: { ...comparison.environment, cpu: 'Abacus 8', loadBefore: 3 } };
    expect(answer('Was the machine', joinResults(other, comparison))).toMatchObject({
      answer: 'The load average of the minute before each result was 3 and 0.10',
      verdict: 'careful',
    });
    expect(answer('Were both', joinResults(comparison, other)).answer).toContain('on different machines');
    expect(answer('Were both', joinResults(comparison, comparison)).answer).toContain('not in turns');
  });
});
