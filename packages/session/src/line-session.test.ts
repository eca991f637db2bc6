import { describe, expect, it } from 'vitest';
import { LINE_CONVERSATION, lineSessions } from './line-session.ts';
import type { Session } from './session.ts';

const MEMORY = new Uint8Array(1024);

function open(): Session {
  return lineSessions((line) => line.toUpperCase()).open();
}

/** Takes all that the session sends, `most` bytes at a time. */
function output(session: Session, most = MEMORY.length): string {
  const parts: Uint8Array[] = [];
  while (session.next === 'work' || session.next === 'send') {
    if (session.next === 'work') session.work();
    else {
      const count = session.send(MEMORY.subarray(0, most));
      parts.push(MEMORY.slice(0, count));
      session.sent(count);
    }
  }
  return Buffer.concat(parts).toString();
}

/** Feeds text in pieces, and returns the answers. */
function converse(session: Session, text: string, pieceBytes: number): string {
  let answers = '';
  const bytes = Buffer.from(text);
  for (let offset = 0; offset < bytes.length;) {
    const most = Math.min(pieceBytes, session.expects);
    offset += session.receive(bytes.subarray(offset, offset + most));
    answers += output(session);
  }
  return answers;
}

/** Brings a session into a state in which it is interrupted. */
const STATES = {
  idle: () => undefined,
  request: (session: Session) => session.receive(Buffer.from('he')),
  work: (session: Session) => session.receive(Buffer.from('hello\n')),
  send: (session: Session) => {
    STATES.work(session);
    session.work();
  },
  'in flight': (session: Session) => {
    STATES.send(session);
    session.send(MEMORY);
  },
  'half sent': (session: Session) => {
    STATES['in flight'](session);
    session.sent(2);
  },
  farewell: (session: Session) => {
    session.refuse('busy');
    session.takeReport();
  },
} as const;

describe('lineSessions()', () => {
  it.each([1, 2, 3, 5, 100])('answers each line with a line when %i bytes come at a time', (pieceBytes) => {
    const session = open();
    expect(converse(session, 'hello\nworld\r\n\nlast\n', pieceBytes)).toBe('HELLO\nWORLD\n\nLAST\n');
    expect(session.takeReport()).toEqual({ outcome: 'answered' });
    expect(session.takeReport()).toBeUndefined();
    session.receive(new Uint8Array());
    expect(session.next).toBe('close');
    expect(session.takeReport()).toBeUndefined();
  });

  it('sends an answer in as many pieces as the kernel takes', () => {
    const session = open();
    session.receive(Buffer.from('hello\n'));
    expect(output(session, 1)).toBe('HELLO\n');
  });

  it('closes when a line has no end', () => {
    const session = open();
    session.receive(Buffer.alloc(session.expects, 'a'));
    expect([session.next, session.takeReport()]).toEqual(['close', { outcome: 'too-long' }]);
  });

  it('reports a request without an end as truncated', () => {
    const session = open();
    STATES.request(session);
    session.receive(new Uint8Array());
    expect([session.next, session.takeReport()]).toEqual(['close', { outcome: 'truncated' }]);
  });

  // For each state: the outcome of an interruption, and whether refuse() and drain() refuse.
  it.each([
    ['idle', undefined, true, true],
    ['request', 'interrupted', true, false],
    ['work', 'interrupted', true, false],
    ['send', 'interrupted', true, false],
    ['in flight', 'interrupted', false, false],
    ['half sent', 'interrupted', false, false],
    ['farewell', undefined, true, true],
  ] as const)('has a defined result for each interruption when it is %s', (state, interrupted, refused, drained) => {
    const session = (): Session => {
      const made = open();
      STATES[state](made);
      return made;
    };
    for (const [outcome, interruption] of [
      ['too-slow', 'expire'],
      ['lost', 'reset'],
      ['shutdown', 'shutdown'],
    ] as const) {
      const ended = session();
      const inFlight = ended.next === 'sent';
      if (interruption === 'expire') ended.expire();
      else ended.close(interruption);
      expect(ended.next).toBe('close');
      expect(ended.takeReport()).toEqual(interrupted && { outcome });
      if (inFlight) ended.sent(2);
      expect([ended.next, ended.takeReport()]).toEqual(['close', undefined]);
    }

    const asked = session();
    expect(asked.refuse('busy')).toBe(refused);
    if (refused) expect(output(asked)).toBe('busy\n');

    const draining = session();
    expect(draining.drain()).toBe(drained);
    if (state === 'request') draining.receive(Buffer.from('llo\n'));
    if (draining.next === 'sent') draining.sent(2);
    if (drained) {
      output(draining);
      expect(draining.receive(Buffer.from('unread'))).toBe(6);
      draining.receive(new Uint8Array());
    } else {
      expect(output(draining)).toMatch(/LLO\n$/);
      expect(draining.takeReport()).toEqual({ outcome: 'answered' });
    }
    expect(draining.next).toBe('close');
  });

  it('throws when it is called out of order', () => {
    const session = open();
    expect(() => {
      session.work();
    }).toThrow('cannot work: next must be work, got receive');
    expect(() => session.send(MEMORY)).toThrow('cannot send: next must be send');
    expect(() => {
      session.sent(0);
    }).toThrow('some must be in flight');
    expect(() => {
      session.close();
    }).toThrow('cannot close: next must be close, got receive');
    STATES.send(session);
    expect(() => session.receive(MEMORY)).toThrow('cannot receive');
    expect(() => session.send(new Uint8Array())).toThrow(RangeError);
    session.send(MEMORY);
    expect(() => {
      session.sent(7);
    }).toThrow(RangeError);
  });

  it('reports only outcomes that the conversation declares', () => {
    expect(LINE_CONVERSATION.outcomes).toEqual(expect.arrayContaining(['answered', 'busy', 'shutting-down']));
  });
});
