import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { EXIT_MEASURED, EXIT_USAGE, runCli } from './cli.ts';
import type { Report } from './report.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-cli-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  const sink = (name: keyof typeof texts): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, callback) {
        texts[name] += chunk.toString();
        callback();
      },
    });
  const code = await runCli(args, { stdout: sink('stdout'), stderr: sink('stderr') });
  return { code, ...texts };
}

describe('runCli()', () => {
  it('measures everything that is there in a smoke run', async () => {
    const file = join(folder, 'report.json');
    const { code, stdout, stderr } = await run('sieve', '--quick', '--json', file);
    expect([code, stderr]).toEqual([EXIT_MEASURED, '']);
    expect(stdout).toMatch(/^A smoke run/);
    expect(stdout).toMatch(/^count \[0, 10\^8\], one thread, all of it sieved /m);
    expect(stdout).toMatch(/^list \[0, 10\^6\] in a new process .*npm prime-lib .* ratio \d/m);

    const [report] = JSON.parse(readFileSync(file, 'utf8')) as Report[];
    expect(report).toMatchObject({ benchmark: 'sieve', quick: true, rounds: 1 });
    expect(report!.environment.node).toBe(process.versions.node);
    for (const { what, ours, peer, measured } of report!.rows) {
      // A row is measured, unless it says what is missing.
      const isMissing = ours.missing !== undefined || peer?.missing !== undefined;
      expect([what, measured === undefined]).toEqual([what, isMissing]);
    }
  }, 60_000);

  it('prints its help', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(EXIT_MEASURED);
    expect(stdout).toMatch(/^Usage: pnpm bench \[NAME\]/);
  });

  it.each([
    [['nonsense'], /^bench: NAME must be one of .*sieve.*, received nonsense\n$/],
    [['--rounds', '0'], 'bench: --rounds must be an integer from 1 to 1000, received 0\n'],
    [['--rounds', 'many'], 'bench: --rounds must be an integer from 1 to 1000, received many\n'],
    [['--fast'], /^bench: Unknown option '--fast'/],
  ])('says what is wrong with %j', async (args, text) => {
    const { code, stderr } = await run(...args);
    expect(code).toBe(EXIT_USAGE);
    expect(stderr).toMatch(text);
  });
});
