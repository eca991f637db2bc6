import { eventually } from '@concurrent-primes/fixtures';
import { Socket, socketPair } from '@concurrent-primes/sockets';
import { spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LogFile } from './log-file.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'log-file-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true });
  });
  return path;
}

/** A pipe, opened for writing as a shell opens it: writes to it block. */
function pipe() {
  const path = join(folder(), 'pipe');
  spawnSync('mkfifo', [path]);
  const openReader = (): number => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const reader = openReader();
  return { reader, writer: openSync(path, constants.O_WRONLY), openReader };
}

/** Reads what is there. */
function readAll(descriptor: number): string {
  const buffer = Buffer.alloc(1024 * 1024);
  let text = '';
  try {
    for (let count = readSync(descriptor, buffer); count > 0; count = readSync(descriptor, buffer)) {
      text += buffer.toString('utf8', 0, count);
    }
  } catch {
    // Nothing more is there now.
  }
  return text;
}

const RECORD = `${'x'.repeat(999)}\n`;

describe('LogFile', () => {
  it('writes records in order', async () => {
    const path = join(folder(), 'log');
    const descriptor = openSync(path, 'w');
    const log = new LogFile(descriptor);
    log.write('one\n');
    log.write('two\n');
    await log.close(1000);
    closeSync(descriptor);
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  });

  it('does not wait for a pipe that nobody reads, and tells how many records were lost', async () => {
    const { reader, writer } = pipe();
    const log = new LogFile(writer, {
      mostBytes: 100_000,
      onLost: (records) => {
        log.write(`lost ${records}\n`);
      },
    });
    for (let count = 0; count < 1000; count += 1) log.write(RECORD);
    let text = '';
    await eventually(() => {
      text += readAll(reader);
      expect(text).toMatch(/lost \d+\n$/);
    });
    const lines = text.split('\n').length - 2;
    expect(lines).toBeGreaterThan(100);
    expect(text.endsWith(`lost ${1000 - lines}\n`)).toBe(true);
    log.write('after\n');
    await log.close(1000);
    expect(readAll(reader)).toBe('after\n');
    closeSync(writer);
    closeSync(reader);
  });

  it('ends in time although nobody reads', async () => {
    const { reader, writer } = pipe();
    const log = new LogFile(writer);
    for (let count = 0; count < 200; count += 1) log.write(RECORD);
    const before = performance.now();
    await log.close(50);
    expect(performance.now() - before).toBeLessThan(5000);
    closeSync(writer);
    closeSync(reader);
  });

  it('goes on when somebody reads again after the reader had left', async () => {
    const { reader, writer, openReader } = pipe();
    const log = new LogFile(writer);
    closeSync(reader);
    log.write('into nothing\n');
    const next = openReader();
    await eventually(() => {
      expect(readAll(next)).toBe('into nothing\n');
    });
    await log.close(0);
    closeSync(writer);
    closeSync(next);
  });

  it.skipIf(process.platform !== 'linux')('survives a full disk', async () => {
    const descriptor = openSync('/dev/full', 'w');
    const log = new LogFile(descriptor, { mostBytes: 10 });
    log.write('no room\n');
    log.write('lost\n');
    await log.close(50);
    closeSync(descriptor);
  });

  it('does not wait for a socket that nobody reads', async () => {
    const [near, far] = socketPair();
    const log = new LogFile(near.descriptor);
    for (let count = 0; count < 900; count += 1) log.write(RECORD);
    const reader = Socket.adopt(far.descriptor);
    const buffer = new Uint8Array(RECORD.length);
    let bytes = 0;
    await eventually(() => {
      far.setNonBlocking(true);
      for (let count = reader.recv(buffer); count > 0; count = reader.recv(buffer)) bytes += count;
      expect(bytes).toBe(900 * RECORD.length);
    });
    await log.close(1000);
    near.close();
    far.close();
  });
});
