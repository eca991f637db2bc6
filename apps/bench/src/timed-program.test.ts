import { describe, expect, it } from 'vitest';
import { type Program, programContender, readJson, readPrimesieve, runProgram } from './timed-program.ts';

/** A program of one line of JavaScript. */
function script(code: string, more: Partial<Program> = {}): Program {
  return { name: 'Script', command: [process.execPath, '-e', code], ...more };
}

const OUTCOME = `JSON.stringify({ elapsedMs: 1.5, result: '42' })`;

describe('runProgram()', () => {
  it('returns what the program prints', async () => {
    expect(await runProgram(script(`console.log(${OUTCOME})`))).toEqual({ elapsedMs: 1.5, result: '42' });
  });

  it('passes the input on', async () => {
    const code = `process.stdin.on('data', (text) => console.log(JSON.stringify({ elapsedMs: 1, result: String(text) })))`;
    expect(await runProgram(script(code, { input: 'abc' }))).toMatchObject({ result: 'abc' });
  });

  it('takes the shortest time of several processes when the program asks for them', async () => {
    let runs = 0;
    const read = () => ({ elapsedMs: [5, 3, 4][runs++]!, result: 'x' });
    expect(await runProgram(script('', { processesPerSample: 3, read }))).toEqual({ elapsedMs: 3, result: 'x' });
    expect(runs).toBe(3);
  });

  it('throws with the output when the program fails', async () => {
    const failing = runProgram(script(`console.error('why'); process.exitCode = 3`));
    await expect(failing).rejects.toThrow('cannot measure Script: must exit with 0, got exit code 3\nwhy');
  });

  it('throws when the program prints something else', async () => {
    await expect(runProgram(script(`console.log('hello')`))).rejects.toThrow(
      'cannot measure Script: must print an outcome, got "hello\\n"',
    );
  });

  it('throws when there is no such program', async () => {
    await expect(runProgram({ name: 'None', command: ['/nonexistent/program'] })).rejects.toThrow('ENOENT');
  });
});

describe('programContender()', () => {
  it('measures the time, and the metrics derived from it', async () => {
    const derive = (elapsedMs: number) => ({ bytesPerSecond: 3 / (elapsedMs / 1000) });
    const contender = programContender(script(`console.log(${OUTCOME})`, { derive }));
    expect(contender.name).toBe('Script');
    expect(await contender.sample()).toEqual({ metrics: { elapsedMs: 1.5, bytesPerSecond: 2000 }, result: '42' });
  });
});

describe('readJson()', () => {
  it.each(['{}', '{"elapsedMs":"1","result":"2"}', '{"elapsedMs":1,"result":2}', '1'])('throws on %s', (text) => {
    expect(() => readJson(text)).toThrow(TypeError);
  });
});

describe('readPrimesieve()', () => {
  it('reads the seconds and the count', () => {
    expect(readPrimesieve('Seconds: 0.226\n105097565\n')).toEqual({ elapsedMs: 226, result: '105097565' });
  });

  it('throws on anything else', () => {
    expect(() => readPrimesieve('105097565\n')).toThrow(TypeError);
  });
});
