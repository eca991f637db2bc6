import { describe, expect, it } from 'vitest';

import { OUTCOMES } from './outcomes.ts';
import { SERVER_STATES, type ServerEvent, type ServerState, type StateRow } from './server-states.ts';

const ROWS = Object.entries(SERVER_STATES) as [ServerState, StateRow][];

function eventsOf(waitsFor: StateRow['waitsFor'], except: readonly ServerState[]): ServerEvent[][] {
  return ROWS.filter(([state, row]) => row.waitsFor === waitsFor && !except.includes(state)).map(
    ([, row]) => Object.keys(row.on) as ServerEvent[],
  );
}

describe('SERVER_STATES', () => {
  it('reaches every state from the first one of each dialect', () => {
    const reached = new Set<ServerState>(['greeting', 'fresh']);
    for (const state of reached) for (const [to] of Object.values(SERVER_STATES[state].on)) reached.add(to);
    expect([...reached].sort()).toEqual(Object.keys(SERVER_STATES).sort());
  });

  it('takes the end of the client wherever it waits for bytes', () => {
    for (const events of eventsOf('receive', [])) expect(events).toContain('end');
  });

  it('comes out of sending when all is out', () => {
    for (const events of eventsOf('send', [])) expect(events).toContain('handed');
    for (const events of eventsOf('sent', [])) expect(events).toEqual(expect.arrayContaining(['none', 'done']));
  });

  it.each(['reset', 'shutdown'] as const)('can be closed for the cause %s wherever it is not', (cause) => {
    for (const [state, row] of ROWS) expect(row.on[cause]?.[0], state).toBe(state === 'closed' ? undefined : 'closed');
  });

  it('ends in every outcome that is listed', () => {
    const named = new Set(ROWS.flatMap(([, row]) => Object.values(row.on).map(([, outcome]) => outcome)));
    expect(OUTCOMES.filter((outcome) => !outcome.startsWith('refused-') && !named.has(outcome))).toEqual([]);
  });

  it('can refuse until a byte of N is out, and never after', () => {
    const refusable = ROWS.filter(([, row]) => row.on.refuse !== undefined).map(([state]) => state);
    expect(refusable).toEqual([
      'greeting',
      'greeting-in-flight',
      'fresh',
      'request',
      'counting',
      'count',
      'idle',
      'follow-up',
    ]);
  });
});
