/** From lines of strace to the calls for one connection. */
import { expect, it } from 'vitest';
import { ConnectionCalls } from './connection-calls.ts';
import { StraceLines } from './strace-lines.ts';

function callsOf(port: number, ...calls: readonly string[]): string[] {
  const [lines, all] = [new StraceLines(), new ConnectionCalls()];
  const text = calls.map((call, index) => call.replace(' ', ` 100.00000${index} `).concat(' <0.000001>\n'));
  all.take(lines.push(text.join('')));
  return all.of(port).map(({ is, text: said, untilMs }) => `${is}: ${said}${untilMs === undefined ? ' …' : ''}`);
}

const BEGIN = ['9 listen(3, 5) = 0', '9 accept4(3, {sin_port=htons(5000)}, [16]) = 4'];

it('ConnectionCalls tells what a connection got, in the order of the calls', () => {
  const other = ['9 accept4(3, {sin_port=htons(5001)}, [16]) = 5', '9 recvfrom(5, "\\x00", 8, 0, NULL, NULL) = 1'];
  const mine = ['9 recvfrom(4, "\\x00", 8, 0, NULL, NULL) = 1', '9 sendto(4, "\\x00", 4, 0, NULL, 0) = -1 EPIPE'];
  expect(callsOf(5000, ...BEGIN, ...other, ...mine, '9 shutdown(4, SHUT_WR) = 0', '9 close(4) = 0')).toEqual([
    'accept: accept4(3) = 4',
    'recv: recvfrom(4, 8) = 1',
    'send: sendto(4, 4) = -1 EPIPE',
    'close: shutdown(4) = 0',
    'close: close(4) = 0',
  ]);
  expect(callsOf(5002, ...BEGIN)).toEqual([]);
});

it('ConnectionCalls tells a call that has not returned', () => {
  expect(callsOf(5000, ...BEGIN, '9 recvfrom(4, <unfinished ...>').at(-1)).toBe('recv: recvfrom(4) has not returned …');
});

it('ConnectionCalls keeps the first and the last calls of a connection with many', () => {
  const [lines, all] = [new StraceLines(), new ConnectionCalls()];
  const sends = Array.from({ length: 500 }, (_, index) => `9 sendto(4, "\\x00", ${index + 1}, 0, NULL, 0) = 1`);
  const text = [...BEGIN, ...sends].map((call, index) => {
    return `${call.replace(' ', ` 100.${String(index).padStart(6, '0')} `)} <0.000001>\n`;
  });
  all.take(lines.push(text.join('')));
  const said = all.of(5000).map((call) => call.text);
  expect(said).toHaveLength(60);
  expect([said[0], said[1], said.at(-1)]).toEqual(['accept4(3) = 4', 'sendto(4, 1) = 1', 'sendto(4, 500) = 1']);
});
