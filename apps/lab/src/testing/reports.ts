/** A report with everything in it that is hard to write. */
import type { CheckReport } from '../check/check.ts';

export const REPORT: CheckReport = {
  target: `python3 "server.py" <{port}> & 'co'`,
  seed: 7,
  elapsedMs: 1234.5,
  interrupted: false,
  leftOut: [{ name: 'full', reason: 'without --full' }],
  results: [
    { name: 'answer', group: 'conversation', title: 'answers', elapsedMs: 10, status: 'passed' },
    {
      name: 'request-split',
      group: 'stream',
      title: 'takes a request # cut in two',
      elapsedMs: 1000.4,
      status: 'failed',
      failure: {
        diagnosis: 'request-in-one-read',
        what: 'The request for [100, 120] came in "two" pieces: <nothing> & more\\.',
        hint: 'Read in a loop until you have all 8 bytes, because one recv() returns what has come so far, from 1 byte on.',
        transcript: [
          { from: 'client', hex: '', meaning: 'connects' },
          { from: 'client', hex: '00', meaning: 'byte 1 of 8' },
          { from: '', hex: '', meaning: 'the other client:' },
          { from: 'server', hex: '00 00 00 05 00 00 00 65', meaning: '5, 101' },
        ],
        timelines: [
          {
            who: 'the <other> client',
            happenings: [
              { from: 'client', atMs: 0, untilMs: 0, is: 'connect', bytes: 0, what: 'connects' },
              { from: 'client', atMs: 0.4, untilMs: 0.4, is: 'bytes', bytes: 1, what: '' },
              { from: 'server', atMs: 20, untilMs: 26, is: 'bytes', bytes: 4096, what: '' },
              { from: 'server', atMs: 1026, untilMs: 1026, is: 'other', bytes: 0, what: 'nothing for 1 s' },
              { from: 'client', atMs: 1027, untilMs: 1027, is: 'end', bytes: 0, what: 'closes' },
            ],
            untilMs: 1030,
            calls: [
              { is: 'accept', atMs: 0.2, untilMs: 0.3, text: 'accept4(3) = 4' },
              { is: 'recv', atMs: 0.5, untilMs: 0.5, text: 'recvfrom(4, 8) = 1' },
              { is: 'recv', atMs: 0.6, untilMs: undefined, text: 'recvfrom(4, 7) has not returned' },
            ],
          },
        ],
        serverOutput: 'Traceback: \u001B[31mred\u001B[0m \u0000 ]]> </failure>\nok 3 - not a point',
      },
    },
    ...['glued', 'ahead'].map((name) => ({
      name,
      group: 'stream' as const,
      title: `takes ${name}`,
      elapsedMs: 0,
      status: 'skipped' as const,
      reason: 'because request-split failed',
    })),
  ],
};
