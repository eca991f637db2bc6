import { encodeEvents, fold, KINDS } from '@concurrent-primes/trace';
import { describe, expect, it } from 'vitest';
import { pictureIn, recordingOf, stateAt, statesOf } from '../testing/moments.ts';
import { RECORDINGS } from '../testing/recordings.ts';
import type { Row, StripPart } from './picture.ts';

function textOf(part: StripPart): string {
  switch (part.is) {
    case 'note':
      return part.text;
    case 'bytes':
      return `${part.got}/${part.of}`;
    case 'cell':
      return `${part.text}${{ sent: '', 'now-out': '!', 'now-in': '!', next: '?', pending: '.' }[part.look]}`;
  }
}

function lineOf({ name, place, reason, strip }: Row): string {
  return [name, place, reason, strip.map(textOf).join(' ')].join(' | ');
}

describe('the picture of a select loop', () => {
  const picture = pictureIn(stateAt('four', 9));

  it('tells the turn, and which clients the loop skips', () => {
    expect(picture.sentence).toEqual({
      lead: '*Turn 9.* select() reports no socket readable, s2 and s3 writable. 113 is sent to s2. 7 is sent to s3.',
      more: '*s1* isn’t ready: it isn’t reading. *s4* isn’t ready: 5 bytes of its request are missing. The loop skips them, and no other client waits for them.',
    });
    expect(picture.glance).toEqual({
      bad: false,
      figure: '0 of 4',
      lines: [
        'wait for *another client*.',
        'The price: a ready client waits for the rest of its turn; this one took *13 µs*.',
      ],
    });
  });

  it('shows each conversation with its integers', () => {
    expect(picture.rows.map(lineOf)).toEqual([
      's0 | listens ▼ | Not ready: no client has connected. | one more readable socket, no conversation',
      's1 | watched ▲ writable | Not ready, 4 turns: it isn’t reading. | [2, 100,000] 3 sent 5 7? 11. 13. 17. 9,585 to go',
      's2 | watched ▲ writable | Served in this turn. | [100, 130] N 6 101 103 107 109 113! 127? Σ.',
      's3 | watched ▲ writable | Served in this turn. | [2, 30] N 10 2 3 5 7! 11? 13. 17. 19. 23. 29. Σ.',
      's4 | watched ▼ readable | Not ready, 3 turns: 5 bytes missing. | 3/8 3 of the 8 bytes of its request',
    ]);
  });

  it('shows the sets of the machine', () => {
    const stations = picture.machine!.stations.map(({ title, chips }) =>
      [title, ...chips.map(({ text }) => text)].join(' '),
    );
    expect(stations).toEqual([
      'select() ▼ s0 s4 ▲ s1–s3',
      'inready none',
      'outready ▲ s2 ▲ s3',
      'work none',
      's0 ready? no',
    ]);
  });

  it('shows calls as due while the step isn’t over', () => {
    const recording = recordingOf(RECORDINGS['four']!());
    const ready = recording.stateAt(recording.positionAfter(9) + 2);
    const { sentence, machine } = pictureIn(ready, true);
    expect(sentence.lead).toMatch(/^\*Turn 10\.\* .* \*Which calls follow\?\*$/);
    expect(machine!.stations[2]!.chips).toEqual(
      ['s1', 's2', 's3'].map((name) => ({ text: `▲ ${name}`, look: 'out', due: true })),
    );
  });

  it('has as many columns as fit, with the moment in view', () => {
    const { columns } = picture;
    expect(columns).toHaveLength(18);
    expect(columns.map(({ when }) => when).slice(7, 10)).toEqual(['past', 'now', 'unseen']);
    expect(columns[8]).toMatchObject({ step: 9, label: '9' });
  });
});

describe('the picture of a pool', () => {
  const picture = pictureIn(stateAt('pool', 14));

  it('tells who waits, where, and why', () => {
    expect(picture.sentence).toEqual({
      lead: '*1,400 ms.* The sum of s3 comes, and is right.',
      more: 'Waiting: *s4 and s5* in the queue, *s6* in the accept thread’s hands, *1 more* in the kernel’s backlog. *Why:* T1 is held by s1: it isn’t reading; T2 is held by s2: 5 bytes of its request are missing; T3 is held by s3.',
    });
    expect(picture.glance).toEqual({
      bad: true,
      figure: '! 4 of 7',
      lines: [
        'wait for *another client*, the longest for *900 ms*.',
        'Taken: 3 of 3 threads, 2 of 2 places in the queue.',
      ],
    });
  });

  it('has a row for each client, and one for the backlog', () => {
    expect(picture.rows.map(({ name, place, kind }) => `${name} ${place}: ${kind}`)).toEqual([
      ...['s1 T1: itself', 's2 T2: itself', 's3 T3: itself'],
      ...[
        's4 queue, place 1: another',
        's5 queue, place 2: another',
        's6 accept thread: another',
        '? backlog: another',
      ],
    ]);
  });
});

describe('the picture of a crowd', () => {
  it('counts instead of naming, and keeps some rows in view', () => {
    const picture = pictureIn(stateAt('crowd', 150));
    expect(picture.sentence.lead).toBe('*Turn 150.* 551 of 1,001 sockets are ready: 551 get a send of one integer.');
    expect(picture.size).toBe('crowd');
    expect(picture.rows).toHaveLength(3);
    expect(picture.crowd!.seats!.looks).toHaveLength(1024);
    const { bins } = picture.crowd!.bins;
    expect(bins.reduce((sum, { served, itself, another }) => sum + served + itself + another, 0)).toBe(1000);
  });

  it('of a pool shows threads and queue', () => {
    const picture = pictureIn(stateAt('starving', 449));
    const { threads, queue, bins } = picture.crowd!;
    expect(threads).toHaveLength(64);
    expect(queue).toMatchObject({ length: 256, capacity: 256, hand: 's321', backlog: { length: 679, maximum: 1024 } });
    expect(picture.glance.figure).toBe('! 936 of 1,000');
    expect(bins.bins.reduce((sum, { another }) => sum + another, 0)).toBe(257);
  });
});

describe('the picture of any moment', () => {
  it.for(Object.keys(RECORDINGS))('of %s exists, inside steps too, and names no undefined', (name) => {
    for (const state of statesOf(RECORDINGS[name]!(), 150)) {
      const text = JSON.stringify(pictureIn(state, true));
      expect(text).not.toMatch(/undefined|NaN|null,null|Infinity/);
    }
  });

  it('says that events are left out, and what to do to see them', () => {
    const state = stateAt('four', 9);
    fold(state, encodeEvents([{ name: 'LOST', timeUs: state.realUs + 1, thread: 0, slot: 0xffff, a: 90_210, b: 1 }]));
    const picture = pictureIn(state);
    expect(picture.sentence.lead).toBe('*90,210 events are left out.* The server is faster than a page can show.');
    expect(picture.columns.find(({ when }) => when === 'now')!.column).toMatchObject({
      kind: 'left-out',
      lost: 90_210,
    });
  });

  it('after lost events says what is unknown', () => {
    const state = stateAt('four', 9);
    fold(state, encodeEvents([{ name: 'LOST', timeUs: state.realUs + 1, thread: 0, slot: 0xffff, a: 1204, b: 0 }]));
    const picture = pictureIn(state);
    expect(KINDS.LOST).toBe(23);
    expect(picture.glance.figure).toBe('≥ 0 of 4');
    expect(picture.glance.lines[1]).toBe('4 clients unknown: events were lost.');
    expect(picture.sentence.lead).toBe(
      '*1,204 events were lost.* What they changed is unknown until the next snapshot.',
    );
    expect(picture.columns.find(({ when }) => when === 'now')!.column).toMatchObject({ kind: 'lost', lost: 1204 });
  });
});
