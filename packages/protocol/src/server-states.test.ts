import { describe, expect, it } from 'vitest';

import { OUTCOMES } from './outcomes.ts';
import { SERVER_STATES, type ServerEvent, type ServerState, type ServerStateRow } from './server-states.ts';

const ROWS = Object.entries(SERVER_STATES) as [ServerState, ServerStateRow][];

function eventsOf(waitsFor: ServerStateRow['waitsFor'], except: readonly ServerState[]): ServerEvent[][] {
  return ROWS.filter(([state, row]) => row.waitsFor === waitsFor && !except.includes(state)).map(
    ([, row]) => Object.keys(row.on) as ServerEvent[],
  );
}

describe('SERVER_STATES', () => {
  it('SERVER_STATES has a path to every state from the first one of each dialect', () => {
    const reached = new Set<ServerState>(['greeting', 'fresh']);
    for (const state of reached) for (const [to] of Object.values(SERVER_STATES[state].on)) reached.add(to);
    expect([...reached].sort()).toEqual(Object.keys(SERVER_STATES).sort());
  });

  it('SERVER_STATES handles the end of the client in every state that waits for bytes', () => {
    for (const events of eventsOf('receive', [])) expect(events).toContain('end');
  });

  it('SERVER_STATES leaves every sending state when all bytes are sent', () => {
    for (const events of eventsOf('send', [])) expect(events).toContain('written');
    for (const events of eventsOf('sent', [])) expect(events).toEqual(expect.arrayContaining(['none', 'done']));
  });

  it.each(['reset', 'shutdown'] as const)(
    'SERVER_STATES can be closed with cause %s in every state but closed',
    (cause) => {
      for (const [state, row] of ROWS)
        expect(row.on[cause]?.[0], state).toBe(state === 'closed' ? undefined : 'closed');
    },
  );

  it('SERVER_STATES ends in every outcome that is listed', () => {
    const named = new Set(ROWS.flatMap(([, row]) => Object.values(row.on).map(([, outcome]) => outcome)));
    expect(OUTCOMES.filter((outcome) => !outcome.startsWith('refused-') && !named.has(outcome))).toEqual([]);
  });

  it('SERVER_STATES allows refusals until a byte of N is sent, and none afterwards', () => {
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
