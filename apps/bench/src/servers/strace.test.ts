import { describe, expect, it } from 'vitest';
import { parseCalls } from './strace.ts';

describe('parseCalls()', () => {
  it('reads the calls of each kind, with and without errors', () => {
    const table = `% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 61.90    0.031522          15      2000           sendto
 38.10    0.019400           3      6001      2001 recvfrom
  0.00    0.000000           0         1           restart_syscall
------ ----------- ----------- --------- --------- ----------------
100.00    0.050922           6      8002      2001 total
`;
    expect(parseCalls(table)).toEqual({ sendto: 2000, recvfrom: 6001, restart_syscall: 1 });
  });

  it('throws when there is no table', () => {
    expect(() => parseCalls('strace: Permission denied\n')).toThrow(RangeError);
  });
});
