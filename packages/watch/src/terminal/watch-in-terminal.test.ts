import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { TraceFeed } from '../serve/trace-feed.ts';
import { watchedScript } from '../testing/watched-script.ts';
import { type Terminal, watchInTerminal, whyNoTerminal } from './watch-in-terminal.ts';

/** A terminal that a test types into. */
function fakeTerminal() {
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    raw: [] as boolean[],
    setRawMode(isRaw: boolean) {
      this.raw.push(isRaw);
      return this;
    },
  });
  const output = Object.assign(new PassThrough(), { isTTY: true as const, columns: 80, rows: 24 });
  let text = '';
  output.on('data', (bytes: Buffer) => (text += bytes.toString()));
  return { terminal: { input, output } as unknown as Terminal, input, text: () => text };
}

const ESC = String.fromCharCode(27);
const RESTORED = `${ESC}[?25h${ESC}[?1049l`;

it('shows the server, obeys keys, and restores the terminal when the reader leaves', async () => {
  const server = watchedScript('four');
  const { terminal, input, text } = fakeTerminal();
  const feed = new TraceFeed(server.trace);
  const { signal } = new AbortController();
  const watching = watchInTerminal({ feed, gate: server.gate, terminal, signal });
  server.happen();
  feed.read();
  await expect.poll(text).toContain('select at 127.0.0.1');
  for (const [key, told] of [
    [' ', 'hold'],
    [`${ESC}[C`, 'step turn'],
    [`${ESC}[1;2C`, 'step call'],
  ] as const) {
    input.write(key);
    await expect.poll(() => server.told).toContain(told);
  }
  input.write(`${ESC}[D`);
  await expect.poll(text).toContain('LOOKING BACK');
  expect(text()).not.toContain(RESTORED);
  input.write('q');
  await watching;
  expect(text().endsWith(RESTORED)).toBe(true);
  expect(input.raw).toEqual([true, false]);
  expect(server.gate.mode).toBe('run');
  expect(feed.watched).toBe(false);
});

it('ends when it is told to', async () => {
  const server = watchedScript('four');
  const { terminal, text } = fakeTerminal();
  const ending = new AbortController();
  const watching = watchInTerminal({
    feed: new TraceFeed(server.trace),
    gate: server.gate,
    terminal,
    signal: ending.signal,
  });
  ending.abort();
  await watching;
  expect(text().endsWith(RESTORED)).toBe(true);
});

it('says why a pipe is no terminal', () => {
  const { terminal } = fakeTerminal();
  expect(whyNoTerminal(terminal)).toBeUndefined();
  expect(whyNoTerminal({ ...terminal, input: new PassThrough() as never })).toBe('stdin and stdout must be a terminal');
});
