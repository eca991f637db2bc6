import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadArguments, type LoadResult, parseLoadResult, startLoad } from './load-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-load-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const PERCENTILES = { p50: 1, p90: 2, p99: 3, p999: 4, max: 5, mean: 1.5, count: 10 };
const RESULT: LoadResult = {
  requests: 10,
  errors: 0,
  elapsedMs: 100,
  cpuMs: 50,
  bytes: 880,
  latencyUs: PERCENTILES,
  countUs: PERCENTILES,
  jain: null,
  busy: 0.5,
};

/** A load that is a shell script. */
function program(name: string, ...lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(path, 0o755);
  return path;
}

const OPTIONS = { clients: 1, seconds: 1 };

describe('startLoad()', () => {
  it('reports when the clients are ready, and their result', async () => {
    const path = program('good', 'echo ready', `echo '${JSON.stringify(RESULT)}'`);
    await using load = startLoad(path, 1, 'ask', OPTIONS);
    await load.ready;
    expect(await load.result).toEqual(RESULT);
  });

  it('finish() ends it early', async () => {
    const path = program(
      'patient',
      `trap 'echo "$result"; exit 0' TERM`,
      `result='${JSON.stringify(RESULT)}'`,
      'echo ready',
      'while :; do sleep 0.01; done',
    );
    await using load = startLoad(path, 1, 'stream', OPTIONS);
    await load.ready;
    expect(await load.finish()).toEqual(RESULT);
  });

  it('throws with its stderr when it fails', async () => {
    const path = program('bad', 'echo "no server" >&2', 'exit 1');
    await using load = startLoad(path, 1, 'ask', OPTIONS);
    await expect(load.result).rejects.toThrow(
      'cannot load the server with ask: must exit with 0, got exit code 1\nno server',
    );
    await expect(load.ready).rejects.toThrow('its clients must reach their state, it ended before');
  });
});

describe('loadArguments()', () => {
  it('writes the options of a load', () => {
    expect(loadArguments(4242, 'ask', { clients: 64, requests: 100, keepAlive: true, pauseMs: 5 }).join(' ')).toBe(
      'ask --port 4242 --clients 64 --interval 100 200 --requests 100 --warmup-requests 0 --keep-alive --pause-ms 5',
    );
    expect(loadArguments(1, 'stream', { clients: 2, interval: [0, 9], seconds: 3, bytes: 7 }).join(' ')).toBe(
      'stream --port 1 --clients 2 --interval 0 9 --seconds 3 --warmup-seconds 0 --bytes 7',
    );
  });
});

describe('parseLoadResult()', () => {
  it('throws when something is missing', () => {
    expect(() => parseLoadResult('null')).toThrow(TypeError);
    expect(() => parseLoadResult(JSON.stringify({ ...RESULT, busy: null }))).toThrow(TypeError);
    expect(() => parseLoadResult(JSON.stringify({ ...RESULT, latencyUs: {} }))).toThrow(TypeError);
  });
});
