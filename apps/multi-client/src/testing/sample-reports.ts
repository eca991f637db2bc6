import type { RunReport } from '../run-report.ts';

/** Two clients, one of them served. */
export const MIXED: RunReport = {
  address: '127.0.0.1:65432',
  elapsedMs: 1250,
  clients: [
    { client: 0, interval: [100, 200], received: 21, outcome: { sum: 3167n, elapsedMs: 1.24 } },
    { client: 1, interval: [1100, 1200], received: 3, outcome: { error: new RangeError('it broke') } },
  ],
};

/** The widest values that there are. */
export const WIDEST: RunReport = {
  address: '127.0.0.1:65432',
  elapsedMs: 999_999,
  clients: [
    {
      client: 0,
      interval: [-2_147_483_648, 2_147_483_647],
      received: 105_097_565,
      outcome: { sum: 109_930_816_131_860_852n, elapsedMs: 999_999 },
    },
  ],
};
