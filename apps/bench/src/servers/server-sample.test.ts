import { expect, it } from 'vitest';
import { takeSample } from './server-sample.ts';

/** A server that ends each connection before it has answered. */
const RUDE = `
const server = require('node:net').createServer((socket) => socket.on('error', () => undefined).end());
server.listen(0, '127.0.0.1', () => console.log('listening on 127.0.0.1:' + server.address().port));
`;

it('takeSample() throws when a request of the engine fails', async () => {
  const command = { name: 'Rude', command: [process.execPath, '-e', RUDE] } as const;
  const sample = takeSample(command, 'no load client', ({ runEngine }) => runEngine({ clients: 2, requests: 2 }));
  await expect(sample).rejects.toThrow('cannot measure Rude: no request of the load engine may fail, got 2 failures');
}, 30_000);
