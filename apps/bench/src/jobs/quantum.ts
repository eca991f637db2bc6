/**
 * What a select server's processor time for the longest answer is, by quantum.
 *
 * A server of its own process, its table full, sends all primes of an int32 to one client, this program, which reads as
 * fast as it can and looks at nothing. The time reported is the processor time of the server (all threads, user and
 * system, in ticks of 10 ms) and not the wall's: that also holds the client's.
 *
 * Usage: quantum SELECTOR INTEGERS LIMIT
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { readCpuMs } from '../servers/proc.ts';
import { printOutcome } from './job.ts';

const INT32_BYTES = 4;

const [selector = 'select', quantum = '1', limitText = '0'] = process.argv.slice(2);
const main = fileURLToPath(new URL('dist/main.js', import.meta.resolve('@concurrent-primes/server/package.json')));
const flags = ['select', '--selector', selector, '--quantum', quantum, '--table', 'full', '--port', '0'];
const server = spawn(process.execPath, [main, ...flags, '--log-level', 'warn'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const [line] = (await once(server.stdout.setEncoding('utf8'), 'data')) as [string];
  const port = Number(/:(\d+) \(/.exec(line)?.[1]);
  await ask(port, 1_000_000); // the code is compiled, the heap is grown
  const beforeMs = readCpuMs(server.pid!);
  const count = await ask(port, Number(limitText));
  printOutcome(readCpuMs(server.pid!) - beforeMs, `${count} primes`);
} finally {
  server.kill();
}

/** Reads the whole answer for [0, limit] and closes, as older clients do; returns how many primes have come. */
async function ask(port: number, limit: number): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1' });
  const request = Buffer.alloc(2 * INT32_BYTES);
  request.writeInt32BE(limit, INT32_BYTES);
  socket.write(request);
  let head = Buffer.alloc(0);
  let received = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    if (head.length < INT32_BYTES) head = Buffer.concat([head, chunk]);
    received += chunk.length;
    if (head.length >= INT32_BYTES && received === INT32_BYTES * (1 + head.readInt32BE(0))) break;
  }
  return received / INT32_BYTES - 1;
}
