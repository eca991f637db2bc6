/** `lab replay`: opens a recording, or makes a page of it that opens from disk. */
import { EXIT_OK, UsageError, listeningPort } from '@concurrent-primes/harness/terminal';
import { Recording, chromeTrace, readRecording, recordingTail } from '@concurrent-primes/trace';
import { embedRecording, readPage, serveWatch } from '@concurrent-primes/watch';
import type { Command } from 'commander';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import type { LabConsole } from '../lab-console.ts';
import { openBrowser } from '../watch/open-browser.ts';

/** Option values as commander parses them. */
interface Options {
  readonly html?: string;
  readonly trace?: string;
  readonly port: number;
  readonly open: boolean;
}

const EXAMPLES = `
Examples:
  $ concurrent-primes-server select --quantum 1 --record lecture.cpr
  $ concurrent-primes-lab replay lecture.cpr
  $ concurrent-primes-lab replay lecture.cpr --html lecture.html   one file, for students
  $ concurrent-primes-lab replay lecture.cpr --trace lecture.json  for ui.perfetto.dev
  $ concurrent-primes-lab replay twin-select.cpr twin-pool-3.cpr   two servers side by side

A page's "Save this recording" makes such files too.`;

export function addReplayCommand(program: Command, console: LabConsole): void {
  program
    .command('replay')
    .description('Opens a recording of a server: go to any step, forward and back.')
    .argument('<FILE>', 'a recording, made by --record or saved in the page')
    .argument('[OTHER]', 'the recording of another server with the same clients, to show the two side by side')
    .option('--html <file>', 'write a page with the recording, which opens from disk, instead of opening it')
    .option('--trace <file>', "write it in Chrome's trace format, for Perfetto and chrome://tracing; - is stdout")
    .option('-p, --port <port>', 'port of the page; 0 takes a free one', listeningPort, 0)
    .option('--no-open', 'print the address, and open no browser')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, other: string | undefined, { html, trace, port, open }: Options) => {
      if (other !== undefined && trace !== undefined)
        throw new UsageError('cannot write two recordings into one trace: leave one of them out');
      const bytes = read(file);
      const otherBytes = other === undefined ? undefined : read(other);
      console.finish(EXIT_OK);
      if (trace !== undefined) {
        const text = `${JSON.stringify(chromeTrace(await recordingOf(file, bytes, console)))}\n`;
        if (trace === '-') console.stdout.write(text);
        else write(trace, text);
        if (html === undefined) return;
      }
      const page = embedRecording(
        readPage(),
        await tailOf(file, bytes, console),
        other === undefined ? undefined : await tailOf(other, otherBytes!, console),
      );
      if (html !== undefined) {
        write(html, page);
        return;
      }
      await using server = await serveWatch([], { port, page });
      console.stdout.write(`watch it at ${server.url}\n`);
      if (open) await openBrowser(server.url, console);
      if (!console.interrupt.aborted) await untilInterrupted(console.interrupt);
    });
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as Error).message}`);
  }
}

/** Opens a recording; says so if it is damaged, and what comes before is all there is. */
async function recordingOf(file: string, bytes: Uint8Array, { stderr }: LabConsole): Promise<Recording> {
  let recording: Recording | undefined;
  try {
    for await (const part of readRecording([bytes])) {
      if (part.type === 'header') recording = new Recording(part.header);
      else if (recording === undefined) throw new Error('its header is missing');
      else recording.add(part);
    }
  } catch (error) {
    if (recording === undefined) throw new UsageError(`cannot read ${file}: ${(error as Error).message}`);
    stderr.write(`${file} is damaged: what comes before is shown\n`);
  }
  if (recording === undefined) throw new UsageError(`cannot read ${file}: a recording must begin with CPWATCH1`);
  return recording;
}

/** As much of a recording as a page keeps; says so if that isn't all. */
async function tailOf(file: string, bytes: Uint8Array, console: LabConsole): Promise<Uint8Array> {
  try {
    const tail = await recordingTail(bytes);
    if (tail.fromUs > 0) {
      const seconds = (tail.fromUs / 1e6).toFixed(0);
      console.stderr.write(`${file} is long: the page has its last part, from second ${seconds} on\n`);
    }
    return tail.bytes;
  } catch {
    // The page shows what comes before the damage, if that is anything.
    await recordingOf(file, bytes, console);
    return bytes;
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${(error as Error).message}`);
  }
}

async function untilInterrupted(interrupt: AbortSignal): Promise<void> {
  // An unused timer keeps the process alive: the page's connections don't.
  const alive = setInterval(() => undefined, 2 ** 30);
  await once(interrupt, 'abort');
  clearInterval(alive);
}
