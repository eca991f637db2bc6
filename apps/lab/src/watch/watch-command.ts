/**
 * `lab watch`: starts servers and clients in this process, and a page that shows them at work. The servers' threads are
 * threads of this process; what they do is what they do anywhere.
 */
import { Cleanup, LOOPBACK } from '@concurrent-primes/harness';
import {
  EXIT_OK,
  UsageError,
  listOf,
  listeningPort,
  toOptionParser,
  wholeNumber,
} from '@concurrent-primes/harness/terminal';
import { ARCHITECTURES, type Registry, startServer, variantsOf } from '@concurrent-primes/server/architectures';
import { AddedClients, type BeforeAct, watchableOf } from '@concurrent-primes/server/watch';
import {
  FileRecorder,
  TraceFeed,
  type Clients,
  type Terminal,
  serveWatch,
  watchInTerminal,
  whyNoTerminal,
} from '@concurrent-primes/watch';
import { ZOO } from '@concurrent-primes/zoo';
import { type Command, Option } from 'commander';
import { once } from 'node:events';
import { join, parse } from 'node:path';
import { findScenario, scenarioNames } from '../compare/scenario.ts';
import { type ServerSpec, parseServers } from '../compare/servers/server-spec.ts';
import type { LabConsole } from '../lab-console.ts';
import { ClientSteps } from './client-steps.ts';
import { sendLectureClients } from './lecture-clients.ts';
import { openBrowser } from './open-browser.ts';
import { quiet } from './quiet.ts';
import { sendLoad } from './watched-load.ts';
import { PATIENT_SERVER } from '../patient-server.ts';

/** Option values as commander parses them. */
interface Options {
  readonly servers: readonly ServerSpec[];
  readonly clients: number;
  readonly with: readonly string[];
  readonly perSecond: number;
  readonly port: number;
  readonly record?: string;
  readonly open: boolean;
  readonly terminal: boolean;
  readonly command?: string;
}

const DEFAULT_SERVER = 'select';
const DEFAULT_CLIENTS = 10;
const MOST_CLIENTS = 1000;
/** Slow enough to follow, fast enough to see something happen. */
const DEFAULT_PER_SECOND = 2;
const MOST_PER_SECOND = 1000;
const SEED = 1;
/** Clients that the user doesn't wait for. */
const STOP_MS = 500;

const EXAMPLES = `
Examples:
  $ concurrent-primes-lab watch                       ten clients of a select server, one
                                                      integer a turn, two turns a second
  $ concurrent-primes-lab watch -s pool:3             the same clients, and three threads
  $ concurrent-primes-lab watch --with silent,slow-writer -t 4
                                                      who waits for whom?
  $ concurrent-primes-lab watch -s select,pool:3 --with silent,silent,silent
                                                      the same clients for two servers
  $ concurrent-primes-lab watch crowd -s epoll        a scenario at full speed
  $ concurrent-primes-lab watch --terminal            without a browser, over ssh
  $ concurrent-primes-lab watch --command 'python3 server.py {port}' --with silent
                                                      your own server, by its system calls

Space holds and runs, the right arrow makes a turn, the left one goes back.
Ctrl-C here ends servers and clients.`;

export function addWatchCommand(program: Command, console: LabConsole, registry: Registry = ARCHITECTURES): void {
  const names = variantsOf(registry).map(({ name, threads }) => (threads === undefined ? name : `${name}:N`));
  program
    .command('watch')
    .description('Starts a server with clients, and a page that shows it at work, holds it, steps it and goes back.')
    .argument('[SCENARIO]', `send the load of a scenario at full speed: ${scenarioNames().join(', ')}`)
    .addOption(
      new Option('-s, --servers <names>', `one server, or two side by side: ${names.join(', ')}`)
        .argParser(toOptionParser((text) => parseServers(text, registry)))
        .default(parseServers(DEFAULT_SERVER, registry), DEFAULT_SERVER),
    )
    .addOption(
      new Option(
        '--command <COMMAND>',
        'watch any server: a shell command, {port} stands for its port; by its system calls, or, without strace, as its clients see it',
      ).conflicts(['servers', 'perSecond', 'terminal']),
    )
    .option('-t, --clients <n>', 'number of good clients', wholeNumber(0, MOST_CLIENTS), DEFAULT_CLIENTS)
    .addOption(
      new Option('--with <names>', 'clients of other kinds, each name once or several times; --help lists them')
        .argParser(listOf(ZOO.map(({ name }) => name)))
        .default([], 'none'),
    )
    .option(
      '--per-second <n>',
      'turns, or calls of each thread, a second at the start; with two servers: acts of clients; 0 holds',
      wholeNumber(0, MOST_PER_SECOND),
      DEFAULT_PER_SECOND,
    )
    .option('-p, --port <port>', 'port of the page; 0 takes a free one', listeningPort, 0)
    .option('--record <file>', 'record what happens, for `lab replay`; of two servers, a file each')
    .option('--no-open', 'print the address, and open no browser')
    .option('--terminal', 'show the server in this terminal, instead of on a page', false)
    .addHelpText(
      'after',
      `\nKinds of clients:\n${ZOO.map(({ name, does }) => `  ${name.padEnd(18)}${does}`).join('\n')}`,
    )
    .addHelpText('after', EXAMPLES)
    .action(async (name: string | undefined, options: Options) => {
      if (options.command === undefined) await watch(name, options, console, registry);
      else if (name !== undefined)
        throw new UsageError('cannot send a scenario to a traced server: leave one of them out');
      else await watchCommand(options.command, options, console);
    });
}

async function watch(
  name: string | undefined,
  options: Options,
  console: LabConsole,
  registry: Registry,
): Promise<void> {
  const scenario = name === undefined ? undefined : findScenario(name);
  if (name !== undefined && scenario === undefined) {
    throw new UsageError(`cannot watch the scenario: must be ${scenarioNames().join(' or ')}, got ${name}`);
  }
  const specs = options.servers;
  if (specs.length > 2) throw new UsageError(`cannot watch more than 2 servers at once, got ${specs.length}`);
  const terminal: Terminal = { input: process.stdin, output: process.stdout };
  if (options.terminal) {
    const missing = whyNoTerminal(terminal);
    if (missing !== undefined) throw new UsageError(`cannot watch in the terminal: ${missing}`);
    if (specs.length > 1)
      throw new UsageError('cannot watch two servers in a terminal: watch one, or leave --terminal out');
  }
  await using stack = new Cleanup();
  const leaving = new AbortController();
  stack.defer(() => {
    leaving.abort();
  });
  const servers = [];
  for (const spec of specs) {
    const server = await startServer(argumentsOf(spec, scenario === undefined), PATIENT_SERVER, registry);
    stack.defer(() => server.stop(STOP_MS));
    servers.push(server);
  }
  const clients = servers.map((server) => stack.use(new AddedClients({ ...addressOf(server), greeting: false })));
  const watched = servers.map(watchableOf);
  const feeds = watched.map(({ trace }) => new TraceFeed(trace));
  if (options.record !== undefined) {
    const files = recordingFiles(options.record, specs);
    for (const [index, file] of files.entries()) {
      const recorder = await record(feeds[index]!, file, console);
      stack.defer(() => recorder.close());
    }
    if (files.length > 1) console.stderr.write(`recording to ${files.join(' and ')}\n`);
  }
  // The load of a scenario is too fast to be held client by client.
  const steps =
    specs.length > 1 && scenario === undefined
      ? new ClientSteps(
          feeds.map(({ header }) => header.server.name),
          () => quiet(feeds),
        )
      : undefined;
  if (steps !== undefined) {
    stack.defer(() => {
      steps.run();
    });
  }
  const before = steps && ((client: number, server: number) => (act: string) => steps.pass(client, server, act));
  const page = options.terminal
    ? undefined
    : stack.use(
        await serveWatch(watched, {
          port: options.port,
          clients: forAll(clients, options.with.length + options.clients, before),
          feeds,
          clientsGate: steps,
        }),
      );
  if (scenario === undefined) {
    for (const gate of steps === undefined ? watched.map(({ gate: one }) => one) : [steps]) {
      if (options.perSecond === 0) gate.hold();
      else gate.slow(options.perSecond);
    }
  }
  if (page !== undefined) {
    console.stdout.write(`watch it at ${page.url}\n`);
    if (options.open) await openBrowser(page.url, console);
  }
  const load =
    scenario === undefined
      ? sendLectureClients(clients, { count: options.clients, zoo: options.with, before }, leaving.signal)
      : sendLoad(
          scenario,
          servers.map(({ port }) => port),
          SEED,
          leaving.signal,
        );
  if (!console.interrupt.aborted) {
    const interrupted = once(console.interrupt, 'abort', { signal: leaving.signal });
    const [feed, gate] = [feeds[0]!, watched[0]!.gate];
    const shown = options.terminal ? [watchInTerminal({ feed, gate, terminal, signal: leaving.signal })] : [];
    await Promise.race([interrupted, load, ...shown, ...servers.map(({ closed }) => closed)]);
  }
  leaving.abort();
  // Before the gate opens: nobody acts because the server is about to end.
  await Promise.all(clients.map((one) => one.close()));
  console.finish(EXIT_OK);
}

/** Shows anyone's server by its system calls, or, where that can't be, as its clients see it. Nobody can hold it. */
async function watchCommand(command: string, options: Options, console: LabConsole): Promise<void> {
  const { startTraced, startUntraced, whyNoStrace } = await import('./strace/traced-command.ts');
  const missing = whyNoStrace();
  if (missing !== undefined) console.stderr.write(`${missing}. Without it, the page shows only the clients' side.\n`);
  await using stack = new Cleanup();
  const leaving = new AbortController();
  stack.defer(() => {
    leaving.abort();
  });
  const server = stack.use(
    missing === undefined
      ? await startTraced(command, console.interrupt)
      : await startUntraced(command, console.interrupt, missing),
  );
  const address = { host: LOOPBACK, port: server.port, greeting: false };
  const clients = stack.use(new AddedClients(address, server.observe));
  // The server shows how it serves once clients are there.
  const load = sendLectureClients([clients], { count: options.clients, zoo: options.with }, leaving.signal);
  const watched = await server.watchable();
  const feed = new TraceFeed(watched.trace);
  // From the first call on: there are no snapshots to begin with later.
  stack.defer(feed.listen({ begin: () => undefined, add: () => undefined, needsAll: true }));
  if (options.record !== undefined) {
    const recorder = await record(feed, options.record, console);
    stack.defer(() => recorder.close());
  }
  const page = stack.use(await serveWatch([watched], { port: options.port, control: false, clients, feeds: [feed] }));
  console.stdout.write(`watch it at ${page.url}\n`);
  if (options.open) await openBrowser(page.url, console);
  const ended = server.ended.then((printed) => {
    console.stderr.write(`the server has ended${describeOutput(printed)}\n`);
  });
  if (!console.interrupt.aborted) {
    const interrupted = once(console.interrupt, 'abort', { signal: leaving.signal });
    await Promise.race([interrupted, load, ended]);
  }
  leaving.abort();
  console.finish(EXIT_OK);
}

function describeOutput(printed: string): string {
  return printed.trim() === '' ? '' : `: ${printed.trim()}`;
}

/** The file of each server's recording: with its name in that of the file, if there are two. */
function recordingFiles(file: string, specs: readonly ServerSpec[]): string[] {
  if (specs.length === 1) return [file];
  const { dir, name, ext } = parse(file);
  return specs.map((spec) => join(dir, `${name}-${spec.name.replaceAll(/[^\w.]+/g, '-')}${ext}`));
}

async function record(feed: TraceFeed, file: string, { stderr }: LabConsole): Promise<FileRecorder> {
  try {
    return await FileRecorder.begin(feed, file, (error) => {
      stderr.write(`the recording ends here: ${error.message}\n`);
    });
  } catch (error) {
    throw new UsageError(`cannot record to ${file}: ${(error as Error).message}`);
  }
}

function addressOf({ host, port }: { readonly host: string; readonly port: number }): { host: string; port: number } {
  return { host, port };
}

/** One integer a turn, unless the user wants something else: what the page shows best. */
function argumentsOf({ start, kind, quantum, name }: ServerSpec, isSlow: boolean): readonly string[] {
  if (!('args' in start)) throw new UsageError(`cannot watch ${name}: it must be one of our servers`);
  const takesQuantum = !['pool', 'net'].includes(kind);
  return isSlow && takesQuantum && quantum === undefined ? [...start.args, '--quantum', '1'] : start.args;
}

/**
 * A client that the page adds comes to every server.
 *
 * @param first - number of the first one
 * @param before - see {@link sendLectureClients}
 */
function forAll(
  clients: readonly AddedClients[],
  first: number,
  before: ((client: number, server: number) => BeforeAct) | undefined,
): Clients {
  let next = first;
  return {
    kinds: clients[0]!.kinds,
    add: async (name, interval) => {
      const number = next;
      next += 1;
      const begun = await Promise.all(
        clients.map((one, server) => one.begin(name, interval, before?.(number, server))),
      );
      const [visit] = await Promise.all(begun.map(({ ended }) => ended));
      return visit!.how;
    },
  };
}
