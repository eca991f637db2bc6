/** What clients see of a server, as the state that the page shows. */
import { fold, initialState, type State, waitingOf } from '@concurrent-primes/trace';
import { expect, it } from 'vitest';
import { shown } from '../testing/watched-command.ts';
import { OutsideView } from './outside-view.ts';

function stateOf(view: OutsideView): State {
  const { trace } = view.watchable(1, 'strace is for Linux');
  const state = initialState(trace.header.server);
  for (const batch of trace.read()) fold(state, batch);
  return state;
}

it('tells that a client waits for the server, and not why', () => {
  const view = new OutsideView();
  const observer = view.observe();
  observer.event('client', 'connects');
  observer.sent(Uint8Array.of(0, 0, 0, 100, 0, 0, 0, 120), '');
  const state = stateOf(view);
  expect(waitingOf(state, state.clients.get(1)!)).toMatchObject({ kind: 'in-turn', reason: 'server' });
  const { sentence, glance, rows } = shown(state);
  expect(sentence.lead).toContain('s1 has sent its request: [100, 120].');
  expect(sentence.more).toBe('*s1* waits for its answer. Why, only the server knows.');
  expect(glance.figure).toBe('1 of 1');
  expect(rows[0]!.reason).toMatch(/for the server: no byte of its answer has come/);
});

it('follows a client to its end, however it ends', () => {
  const view = new OutsideView();
  const [good, lost] = [view.observe(), view.observe()];
  for (const one of [good, lost]) {
    one.event('client', 'connects');
    one.sent(Uint8Array.of(0, 0, 0, 100, 0, 0, 0, 102), '');
    one.received(Uint8Array.of(0, 0, 0, 1));
  }
  good.received(Uint8Array.of(0, 0, 0, 101));
  good.sent(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 101), '');
  good.event('client', 'closes');
  lost.event('client', 'resets the connection (RST)');
  const { clients, totals } = stateOf(view);
  expect([...clients.values()]).toMatchObject([
    { place: 'gone', count: 1, bytesSent: 8, sum: 'right', descriptor: undefined },
    { place: 'gone', count: 1, bytesSent: 4, sum: undefined },
  ]);
  expect(totals).toMatchObject({ accepted: 2, closed: 2, sums: 1 });
});
