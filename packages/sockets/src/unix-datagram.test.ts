import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ListeningSocket, UnixDatagram, connect, listen } from './index.ts';
import { canListDescriptors, openDescriptors } from './testing/descriptors.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'datagram-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function receiveText(socket: UnixDatagram): string | undefined {
  const bytes = new Uint8Array(100);
  const message = socket.receive(bytes);
  return message && new TextDecoder().decode(bytes.subarray(0, message.length));
}

const isLinux = process.platform === 'linux';

describe.runIf(isLinux)('UnixDatagram (abstract addresses and passing of descriptors are Linux only)', () => {
  it.each([
    ['a path', () => join(directory, 'plain')],
    ['an abstract address', () => `@datagram-${process.pid}`],
  ])('send() and receive() keep the boundaries of messages to %s', (_, pathOf) => {
    const path = pathOf();
    using receiver = UnixDatagram.receiver(path);
    using sender = UnixDatagram.sender(path);
    expect(receiveText(receiver)).toBeUndefined();
    expect([sender.send(bytesOf('one')), sender.send(bytesOf('two'))]).toEqual([true, true]);
    expect([receiveText(receiver), receiveText(receiver), receiveText(receiver)]).toEqual(['one', 'two', undefined]);
  });

  it('send() sends to a receiver of another language', async () => {
    const path = join(directory, 'python');
    const program = `
import socket, sys
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print('bound', flush=True)
print(receiver.recv(100).decode(), end='')
`;
    const run = promisify(execFile)('python3', ['-u', '-c', program, path]);
    await once(run.child.stdout!, 'data');
    using sender = UnixDatagram.sender(path);
    expect(sender.send(bytesOf('READY=1'))).toBe(true);
    expect((await run).stdout).toBe('bound\nREADY=1');
  });

  it('send() passes a listening socket with its queue', () => {
    const path = join(directory, 'descriptors');
    using receiver = UnixDatagram.receiver(path);
    using sender = UnixDatagram.sender(path);
    const first = listen({ host: '127.0.0.1', port: 0, nonBlocking: true });
    using client = connect({ host: '127.0.0.1', port: first.localAddress().port });
    expect(sender.send(bytesOf('x'), [first.descriptor])).toBe(true);
    first.close();
    const { length, descriptors } = receiver.receive(new Uint8Array(8))!;
    expect([length, descriptors.length]).toEqual([1, 1]);
    using second = ListeningSocket.inherit(descriptors[0]!);
    expect(second.accept()?.peerPort).toBe(client.localAddress().port);
  });

  it('receive() returns all descriptors of a message, in order', () => {
    const path = join(directory, 'several');
    using receiver = UnixDatagram.receiver(path);
    using sender = UnixDatagram.sender(path);
    const sent = [1, 2, 3].map(() => listen({ host: '127.0.0.1', port: 0 }));
    sender.send(
      bytesOf('x'),
      sent.map(({ descriptor }) => descriptor),
    );
    const { descriptors } = receiver.receive(new Uint8Array(8))!;
    const received = descriptors.map((descriptor) => ListeningSocket.inherit(descriptor));
    expect(received.map((socket) => socket.localAddress())).toEqual(sent.map((socket) => socket.localAddress()));
    for (const socket of [...sent, ...received]) socket.close();
  });

  it('send() returns false when the receiver reads nothing', () => {
    const path = join(directory, 'full');
    using receiver = UnixDatagram.receiver(path);
    using sender = UnixDatagram.sender(path);
    let sent = 0;
    while (sender.send(bytesOf('x'))) sent++;
    expect(sent).toBeGreaterThan(0);
    for (let message = 0; message < sent; message++) expect(receiveText(receiver)).toBe('x');
  });

  it('sender() and receiver() throw a SocketError that names the path', () => {
    const path = join(directory, 'nowhere');
    expect(() => UnixDatagram.sender(path)).toThrow(`connect ${path}: ENOENT`);
    expect(() => UnixDatagram.receiver(directory)).toThrow(`bind ${directory}: EADDRINUSE`);
  });

  it.each(['', 'x'.repeat(108), `@${'x'.repeat(107)}`])('sender() throws a RangeError for the path %j', (path) => {
    expect(() => UnixDatagram.sender(path)).toThrow(RangeError);
  });

  it('send() throws a RangeError for too many descriptors, and a SocketError when the receiver is gone', () => {
    const path = join(directory, 'gone');
    const receiver = UnixDatagram.receiver(path);
    using sender = UnixDatagram.sender(path);
    expect(() => sender.send(bytesOf('x'), new Array<number>(9).fill(0))).toThrow(RangeError);
    receiver.close();
    expect(() => sender.send(bytesOf('x'))).toThrow('ECONNREFUSED');
  });

  it.runIf(canListDescriptors)('leaves no descriptor open', () => {
    const before = openDescriptors();
    expect(() => UnixDatagram.sender(join(directory, 'nowhere'))).toThrow('ENOENT');
    UnixDatagram.receiver('@closed-again').close();
    expect(openDescriptors()).toEqual(before);
  });
});
