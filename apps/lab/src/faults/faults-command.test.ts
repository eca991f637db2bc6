import { TextSink } from '@concurrent-primes/fixtures';
import { whyNoProc } from '@concurrent-primes/harness';
import { createProgram, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE, runProgram } from '@concurrent-primes/harness/terminal';
import { describe, expect, it } from 'vitest';
import { NEVER } from '../testing/check-server.ts';
import type { Fault } from './fault.ts';
import { addFaultsCommand, type FaultsSources } from './faults-command.ts';
import { FAULTS } from './faults.ts';

const ABSENT: Fault = {
  title: 'a fault that can not be made',
  expects: 'that it is skipped',
  whyNot: () => 'needs another machine',
  cause: () => Promise.reject(new Error('it was made')),
};

async function run(args: readonly string[], sources?: FaultsSources, interrupt = NEVER) {
  const [stdout, stderr] = [new TextSink(), new TextSink()];
  const code = await runProgram({ stdout, stderr, env: {}, interrupt }, async (console) => {
    let exitCode = EXIT_OK;
    const program = createProgram('lab', console);
    const finish = (finished: number): void => {
      exitCode = finished;
    };
    addFaultsCommand(program, { ...console, finish }, sources);
    await program.parseAsync(['faults', ...args], { from: 'user' });
    return exitCode;
  });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

describe('addFaultsCommand()', () => {
  it('lists all faults and all servers in its help, with examples', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(EXIT_OK);
    for (const [name, { title }] of Object.entries(FAULTS)) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name} +${title.replaceAll(/[()]/g, '.')}$`, 'm'));
    }
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('(default: "select,poll,epoll,loops,pool,net")');
    expect(stdout).toContain('Examples:');
  });

  it.each([
    [['earthquake'], /^error: cannot use FAULT: it must be one of log-flood, .*, restart, got earthquake\n$/],
    [['--servers', 'apache'], /^error: cannot use the server: it must be one of select, .*, got "apache"\n$/],
    [['--seconds', '0'], /^error: cannot use --seconds <n>: it must be a number of seconds, .*, got 0\n$/],
  ])('says what is wrong with %j', async (args, text) => {
    const { code, stderr } = await run(args);
    expect(stderr).toMatch(text);
    expect(code).toBe(EXIT_USAGE);
  });
});

describe.skipIf(whyNoProc() !== undefined)('lab faults', () => {
  const faults = { absent: ABSENT };

  it('announces how long it takes, and names the reason when a fault is skipped', async () => {
    const { code, stdout, stderr } = await run(['--servers', 'select,pool:2'], { faults });
    expect({ code, stderr }).toEqual({ code: EXIT_OK, stderr: 'this takes about 10 s\n' });
    expect(stdout).toMatch(/^select .*\nabsent {2}skipped: needs another machine\n\npool:2 .*\nabsent {2}skipped/);
  });

  it('writes JSON for programs', async () => {
    const { stdout } = await run(['absent', '--servers', 'net', '--format', 'json', '--seconds', '1'], { faults });
    expect(JSON.parse(stdout)).toEqual({
      format: 'concurrent-primes-faults',
      version: 1,
      durationMs: 1000,
      results: [
        {
          server: 'net',
          fault: 'absent',
          title: ABSENT.title,
          expects: ABSENT.expects,
          refuses: [],
          endsKept: false,
          skipped: 'needs another machine',
        },
      ],
    });
  });

  it('exits with 130 when it is interrupted', async () => {
    const { code, stdout } = await run([], { faults }, AbortSignal.abort(new Error('interrupted')));
    expect({ code, stdout }).toEqual({ code: EXIT_INTERRUPTED, stdout: '' });
  });
});
