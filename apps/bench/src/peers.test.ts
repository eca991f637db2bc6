import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { buildPeers } from './peers.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-peers-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('buildPeers()', () => {
  it('says what to install when nothing is installed', async () => {
    const peers = await buildPeers({ PATH: '/nonexistent' });
    expect(peers).toMatchObject({
      primesieve: { missing: 'the program primesieve must be on PATH (Debian: primesieve)' },
      int32be: { missing: 'a C++ compiler must be on PATH as c++ (Debian: g++)' },
      count: { missing: 'a C++ compiler must be on PATH as c++ (Debian: g++)' },
      handOver: { missing: 'a C++ compiler must be on PATH as c++ (Debian: g++)' },
      load: { missing: 'a C++ compiler must be on PATH as c++ (Debian: g++)' },
      epollServer: { missing: 'a C++ compiler must be on PATH as c++ (Debian: g++)' },
      pthreadServer: { missing: 'a C++ compiler must be on PATH as c++ (Debian: g++)' },
      zeroServer: { missing: 'a C++ compiler must be on PATH as c++ (Debian: g++)' },
      python: { missing: 'python3 must be on PATH (Debian: python3)' },
      versions: {},
    });
    peers.close();
  });

  it('ignores a program of an npm package with the name of a peer', async () => {
    const bin = join(folder, 'node_modules/.bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'primesieve'), '#!/bin/sh\necho 0.2.1\n', { mode: 0o755 });
    const peers = await buildPeers({ PATH: bin });
    expect(peers.primesieve).toHaveProperty('missing');
    peers.close();
  });

  it('names the compiler that CXX asks for', async () => {
    const peers = await buildPeers({ PATH: '/nonexistent', CXX: 'mycxx' });
    expect(peers.int32be).toEqual({ missing: 'a C++ compiler must be on PATH as mycxx (Debian: g++)' });
    peers.close();
  });

  it('close() removes the folder', async () => {
    const listeners = process.listenerCount('exit');
    const { int32be, close } = await buildPeers();
    close();
    expect(process.listenerCount('exit')).toBe(listeners);
    if ('path' in int32be) expect(existsSync(dirname(int32be.path))).toBe(false);
    else expect(int32be.missing).toContain('must be');
  }, 60_000);
});
