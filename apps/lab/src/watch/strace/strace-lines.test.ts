import { describe, expect, it } from 'vitest';
import { bytesIn, StraceLines, type SystemCall } from './strace-lines.ts';

function shortly({ tid, name, phase, timeUs, result, error }: SystemCall): string {
  return [tid, name, phase, timeUs % 1e6, ...(phase === 'end' ? [result, error] : [])].join(' ').trim();
}

function read(...texts: string[]): string[][] {
  const lines = new StraceLines();
  return texts.map((text) => lines.push(text).map(shortly));
}

describe('StraceLines', () => {
  it('reads a call that ends at once as its begin and its end', () => {
    expect(read('3759  17.702918 recvfrom(4, "\\x00\\x64", 8, 0, NULL, NULL) = 2 <0.000021>\n')).toEqual([
      ['3759 recvfrom begin 702918', '3759 recvfrom end 702939 2'],
    ]);
  });

  it('reads a call that others interrupt', () => {
    expect(
      read(
        '1 17.000100 accept4(3,  <unfinished ...>\n2 17.000200 close(4) = 0 <0.000001>\n',
        '1 17.000300 <... accept4 resumed>{sin_port=htons(5)}, [16], SOCK_CLOEXEC) = 7 <0.000200>\n',
      ),
    ).toEqual([['1 accept4 begin 100', '2 close begin 200', '2 close end 201 0'], ['1 accept4 end 300 7']]);
  });

  it('tells a call that blocks before its line ends, once', () => {
    expect(read('1 17.000100 recvfrom(4, ', '"\\x00", 8, 0, NULL, NULL) = 1 <0.500000>\n')).toEqual([
      ['1 recvfrom begin 100'],
      ['1 recvfrom end 500100 1'],
    ]);
  });

  it('reads errors, and takes the bytes in any pieces', () => {
    const text =
      '1 17.000100 recvfrom(4, 0x7f, 8, 0, NULL, NULL) = -1 EAGAIN (Resource temporarily unavailable) <0.000001>\n';
    expect(read(text)).toEqual([['1 recvfrom begin 100', '1 recvfrom end 101 -1 EAGAIN']]);
    const lines = new StraceLines();
    const calls = Array.from(text)
      .flatMap((character) => lines.push(character))
      .map(shortly);
    expect(calls).toEqual(['1 recvfrom begin 100', '1 recvfrom end 101 -1 EAGAIN']);
  });

  it('tells that a thread has ended, by itself or by a signal', () => {
    const text = '1 17.000100 +++ exited with 0 +++\n2 17.000200 +++ killed by SIGKILL (core dumped) +++\n';
    expect(read(text)).toEqual([['1 +++ end 100 0', '2 +++ end 200 0']]);
  });

  it('takes the port of the other end, and leaves out what descriptors stand for', () => {
    const ends = 'TCP:[127.0.0.1:80->127.0.0.1:5000]';
    const lines = new StraceLines();
    const calls = lines.push(
      `1 17.000100 accept4(3<TCP:[127.0.0.1:80]>, NULL, NULL, 0) = 4<${ends}> <0.000001>\n1 17.000200 recvfrom(4<${ends}>, `,
    );
    expect(calls.map(({ name, phase, args, result, peerPort }) => [name, phase, args, result, peerPort])).toEqual([
      ['accept4', 'begin', '3, NULL, NULL, 0) = 4 <0.000001>', 0, 5000],
      ['accept4', 'end', '3, NULL, NULL, 0', 4, 5000],
      ['recvfrom', 'begin', '4, ', 0, undefined],
    ]);
  });

  it('skips what is no call', () => {
    expect(read('1 17.100000 --- SIGTERM {si_signo=SIGTERM} ---\nstrace: Process 7 attached\n')).toEqual([[]]);
  });
});

it('bytesIn() returns the bytes of a string, as far as they are shown', () => {
  expect(bytesIn('4, "\\x00\\x00\\x02\\x15"..., 24, 0')).toEqual([0, 0, 2, 0x15]);
  expect(bytesIn('4, 0x7ffc, 8')).toEqual([]);
});
