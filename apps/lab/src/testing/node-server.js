/**
 * A prime server as an application for Node would write it, with node:net.
 *
 * Usage: node node-server.js PORT
 */
import { createServer } from 'node:net';

const isPrime = (n) => {
  for (let d = 2; d * d <= n; d += 1) if (n % d === 0) return false;
  return n >= 2;
};

function answer(request) {
  const [first, last] = [request.readInt32BE(0), request.readInt32BE(4)];
  const primes = [];
  for (let n = Math.max(first, 2); n <= last; n += 1) if (isPrime(n)) primes.push(n);
  const bytes = Buffer.alloc(4 * (primes.length + 1));
  [primes.length, ...primes].forEach((value, index) => bytes.writeInt32BE(value, 4 * index));
  return bytes;
}

createServer((socket) => {
  let message = Buffer.alloc(0);
  let asks = true;
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    message = Buffer.concat([message, bytes]);
    while (message.length >= 8) {
      if (asks) socket.write(answer(message));
      asks = !asks;
      message = message.subarray(8);
    }
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
