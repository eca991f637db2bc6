import { describe, expect, it } from 'vitest';
import type { ConnectionTimeline, Happening } from '../timeline.ts';
import { conversationPicture } from './conversation-picture.ts';

function mark(atMs: number, from: Happening['from'], is: Happening['is']): Happening {
  return { from, is, atMs, untilMs: atMs, bytes: is === 'bytes' ? 4 : 0, what: '' };
}

const SILENCE: ConnectionTimeline = {
  who: '',
  happenings: [
    mark(1000, 'client', 'connect'),
    mark(1000.2, 'client', 'bytes'),
    mark(2400, 'server', 'other'),
    mark(2500, 'client', 'end'),
  ],
  untilMs: 2500,
};

describe('conversationPicture', () => {
  it('shows the silence of a server, and how long it was', () => {
    expect(conversationPicture([SILENCE])).toEqual([
      `time    0${'1.50 s'.padStart(63)}`,
      `client  +▼${'·'.repeat(61)}×`,
      `server  ${'·'.repeat(64)}`,
      '        + connects   ▼ client sends   ▲ server sends   × ends   · silence',
    ]);
  });

  it('shows connections on the same time, each from its begin to its end', () => {
    const late: ConnectionTimeline = {
      who: 'the client that should be served',
      happenings: [mark(1750, 'client', 'connect'), mark(2000, 'server', 'bytes'), mark(2250, 'server', 'end')],
      untilMs: 2500,
    };
    const [, first, client, server, second, lateClient, lateServer] = conversationPicture([
      { ...SILENCE, who: 'the idle client' },
      late,
    ]);
    expect([first, second]).toEqual(['the idle client:', 'the client that should be served:']);
    expect([client!.length, server!.length, lateClient!.length]).toEqual([72, 72, 72]);
    expect(lateClient!.indexOf('+')).toBe(8 + 32);
    expect(lateServer).toBe(`server  ${' '.repeat(32)}${'·'.repeat(10)}▲${'·'.repeat(10)}×`);
  });

  it('shows the server’s calls, as long as they have not returned', () => {
    const calls = [
      { is: 'accept', atMs: 1000, untilMs: 1000, text: 'accept4(3) = 4' },
      { is: 'recv', atMs: 1750, untilMs: undefined, text: 'recvfrom(4, 8) has not returned' },
    ] as const;
    const lines = conversationPicture([{ ...SILENCE, calls }]);
    expect(lines[3]).toBe(`calls   a${' '.repeat(31)}r${'-'.repeat(31)}`);
    expect(lines.at(-1)).toContain('a accept  r recv  s send  c close');
  });

  it('fits 72 columns however much happens, and draws nothing of nothing', () => {
    const happenings = Array.from({ length: 500 }, (_, index) =>
      mark(index, index % 2 === 0 ? 'client' : 'server', 'bytes'),
    );
    const lines = conversationPicture([{ who: '', happenings, untilMs: 500 }]);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(74);
    expect(conversationPicture([])).toEqual([]);
    expect(conversationPicture([{ who: '', happenings: [], untilMs: 5 }])).toEqual([]);
    expect(conversationPicture([{ who: '', happenings: [mark(5, 'client', 'connect')], untilMs: 5 }])).toHaveLength(4);
  });
});
