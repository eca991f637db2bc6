/** `lab lesson`: makes the page of a lesson, with proved answers. */
import { EXIT_FAILED, EXIT_OK, UsageError } from '@concurrent-primes/harness/terminal';
import { ARCHITECTURES, type Registry } from '@concurrent-primes/server/architectures';
import { buildLesson, type LessonSource, parseLesson } from '@concurrent-primes/watch';
import type { Command } from 'commander';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { LabConsole } from '../lab-console.ts';
import { openBrowser } from '../watch/open-browser.ts';
import { playRun } from './play-run.ts';

/** The lessons that come with the lab. The path is right from `src` and from `dist`. */
const LESSONS = fileURLToPath(new URL('../../lessons/', import.meta.url));
/** On a busy machine a client can come late; then the run is another one. */
const ATTEMPTS = 3;

const EXAMPLES = `
Examples:
  $ concurrent-primes-lab lesson list
  $ concurrent-primes-lab lesson build who-waits-for-whom --open
  $ concurrent-primes-lab lesson build my-lesson.json -o my-lesson.html

A lesson is one HTML file that opens from disk. Its answers are proved: the build plays
the lesson's runs, and fails if what happened disagrees with an answer.`;

export function addLessonCommand(program: Command, console: LabConsole, registry: Registry = ARCHITECTURES): void {
  const lesson = program.command('lesson').description('Makes lessons: questions about what a server does next.');
  lesson
    .command('list')
    .description('List the lessons that come with the lab.')
    .action(() => {
      const lines = lessonNames().map((name) => {
        const { title, minutes } = parseLesson(readFileSync(`${LESSONS}${name}.json`, 'utf8'));
        return `${name.padEnd(24)}${title}, ${minutes} minutes\n`;
      });
      console.stdout.write(lines.join(''));
      console.finish(EXIT_OK);
    });
  lesson
    .command('build')
    .description('Play the runs of a lesson, prove its answers, and write its page.')
    .argument('<LESSON>', 'a JSON file, or the name of a lesson that comes with the lab')
    .option('-o, --output <file>', 'the page; default: the name of the lesson, in this folder')
    .option('--open', 'open the page in a browser', false)
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, { output, open }: { readonly output?: string; readonly open: boolean }) => {
      const source = read(name);
      const file = resolve(output ?? `${basename(name, '.json')}.html`);
      try {
        writeFileSync(file, await build(source, console, registry));
      } catch (error) {
        if (error instanceof UsageError) throw error;
        console.stderr.write(`error: ${(error as Error).message}\n`);
        console.finish(EXIT_FAILED);
        return;
      }
      console.stdout.write(`${file}\n`);
      if (open) await openBrowser(pathToFileURL(file).href, console);
      console.finish(EXIT_OK);
    });
}

/** Names of the lessons that come with the lab. */
export function lessonNames(): string[] {
  return readdirSync(LESSONS)
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json'));
}

/** Reads a lesson from a file, or one that comes with the lab. */
function read(name: string): LessonSource {
  const shipped = lessonNames().includes(name);
  if (!shipped && !existsSync(name)) {
    throw new UsageError(`cannot read the lesson: must be a JSON file or ${lessonNames().join(' or ')}, got ${name}`);
  }
  try {
    return parseLesson(readFileSync(shipped ? `${LESSONS}${name}.json` : name, 'utf8'));
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Plays the runs, and builds the page of what happened. */
async function build(source: LessonSource, { stderr }: LabConsole, registry: Registry): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const recordings: Record<string, Uint8Array> = {};
    for (const [name, run] of Object.entries(source.runs)) {
      stderr.write(`playing ${name}: ${run.steps} steps of ${run.server} …\n`);
      recordings[name] = await playRun(run, registry);
    }
    try {
      return await buildLesson(source, recordings);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      stderr.write(`${(error as Error).message}\nOnce more: on a busy machine a client can come late.\n`);
    }
  }
}
