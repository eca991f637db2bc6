/**
 * Which server is meant: `epoll`, `pool:5`, `loops:2`, `net`, `epoll+quantum=256`, or anyone's by the command that
 * starts it.
 *
 * What stands behind a `+` is an option of the server's own command line, whatever that offers: nothing of it is
 * repeated here. The server itself refuses what it doesn't know.
 */
import { PORT_PLACEHOLDER } from '../../process/server-process.ts';

/** The ways of writing a concurrent server that can be told apart here; `command` is anyone's. */
export type ServerKind = 'select' | 'poll' | 'epoll' | 'loops' | 'pool' | 'net' | 'command';

/** A server that can be started. */
export interface ServerSpec {
  /** As the user wrote it, and as the report calls it. */
  readonly name: string;
  readonly kind: ServerKind;
  /** Of a pool or of several loops: how many threads serve clients. 1 for one loop; undefined for anyone's. */
  readonly threads: number | undefined;
  /** The most integers that one turn sends to one client, where that was chosen. */
  readonly quantum: number | undefined;
  /** What it is, in a few plain words. */
  readonly description: string;
  /** How it is started. */
  readonly start: StartCommand;
}

/** A server program with arguments, or a command for the shell, with `{port}` where the port belongs. */
export type StartCommand =
  { readonly program: 'server' | 'net-server'; readonly args: readonly string[] } | { readonly shell: string };

interface Kind {
  readonly args: (threads: number | undefined) => readonly string[];
  readonly description: (threads: number) => string;
  /** How many threads if nothing is said; a kind without it takes no number. */
  readonly defaultThreads?: number;
}

const KINDS: Readonly<Record<Exclude<ServerKind, 'command'>, Kind>> = {
  select: {
    args: () => ['select', '--selector', 'select'],
    description: () => 'one thread for all clients; select(2) tells who is ready',
  },
  poll: {
    args: () => ['select', '--selector', 'poll'],
    description: () => 'one thread for all clients; poll(2) tells who is ready',
  },
  epoll: {
    args: () => ['select', '--selector', 'epoll'],
    description: () => 'one thread for all clients; epoll(7) tells who is ready',
  },
  loops: {
    args: (threads) => ['select', '--selector', 'epoll', '--loops', String(threads)],
    description: (threads) => `${threads} threads, each with an epoll loop and a part of the clients`,
    defaultThreads: 2,
  },
  pool: {
    args: (threads) => ['pool', '--threads', String(threads)],
    description: (threads) => `a pool of ${threads} threads, each serves one client at a time with blocking calls`,
    defaultThreads: 16,
  },
  net: {
    args: () => [],
    description: () => "one thread for all clients: Node's own event loop and node:net",
  },
};

/** Words for a complaint. */
const KIND_NAMES = Object.entries(KINDS).map(([name, { defaultThreads }]) =>
  defaultThreads === undefined ? name : `${name}:N`,
);

const MAX_THREADS = 1024;

/**
 * Reads a list of servers.
 *
 * @param text - such as `select,epoll+quantum=256,pool:5,net`
 * @throws RangeError if one of them is unknown or comes twice
 */
export function parseServers(text: string): ServerSpec[] {
  const specs = text.split(',').map((part) => parseServer(part.trim()));
  refuseTwins(specs);
  return specs;
}

/**
 * Refuses servers that a report could not tell apart.
 *
 * @throws RangeError if two have the same name
 */
export function refuseTwins(specs: readonly ServerSpec[]): void {
  const names = specs.map(({ name }) => name);
  const twin = names.find((name, at) => names.indexOf(name) !== at);
  if (twin !== undefined) throw new RangeError(`servers: each must have a name of its own, received ${twin} twice`);
}

/**
 * Reads one server, such as `pool:5` or `epoll+quantum=256`.
 *
 * @throws RangeError if it is unknown
 */
export function parseServer(text: string): ServerSpec {
  const [head = '', ...options] = text.split('+');
  const [name = '', count, ...rest] = head.split(':');
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name as keyof typeof KINDS] : undefined;
  if (kind === undefined || rest.length > 0) {
    throw new RangeError(`servers: must be one of ${KIND_NAMES.join(', ')}, received ${JSON.stringify(text)}`);
  }
  const threads = threadsOf(text, kind, count);
  const flags = options.map((option) => flagOf(text, option));
  const quantum = flags.find(([flag]) => flag === '--quantum')?.[1];
  const extra = options.length === 0 ? '' : ` (${options.join(', ')})`;
  return {
    name: text,
    kind: name as keyof typeof KINDS,
    threads,
    quantum: quantum === undefined ? undefined : Number(quantum),
    description: kind.description(threads) + extra,
    start: { program: name === 'net' ? 'net-server' : 'server', args: [...kind.args(threads), ...flags.flat()] },
  };
}

/**
 * Reads a command that starts anyone's server, such as `python3 server.py {port}` or `mine=./server {port}`.
 *
 * @throws RangeError if it doesn't say where the port belongs
 */
export function parseCommand(text: string): ServerSpec {
  // A name is one word: in `A=1 ./server {port}` it is, and then the user has to name the server as well.
  const [, name, shell = text] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
  if (!shell.includes(PORT_PLACEHOLDER)) {
    throw new RangeError(
      `command: must say ${PORT_PLACEHOLDER} where its port belongs, received ${JSON.stringify(text)}`,
    );
  }
  return {
    name: name ?? shell.replace(/\s*\{port\}\s*/, ' ').trim(),
    kind: 'command',
    threads: undefined,
    quantum: undefined,
    description: `started by: ${shell}`,
    start: { shell },
  };
}

function threadsOf(text: string, { defaultThreads }: Kind, count: string | undefined): number {
  if (count === undefined) return defaultThreads ?? 1;
  if (defaultThreads === undefined)
    throw new RangeError(`servers: only pool and loops take a number, received ${text}`);
  const threads = Number(count);
  if (!/^\d+$/.test(count) || threads < 1 || threads > MAX_THREADS) {
    throw new RangeError(`servers: the number of threads must be from 1 to ${MAX_THREADS}, received ${text}`);
  }
  return threads;
}

function flagOf(text: string, option: string): readonly string[] {
  const [, flag, value] = /^([a-z][a-z-]*)(?:=(.+))?$/.exec(option) ?? [];
  if (flag === undefined) {
    throw new RangeError(`servers: behind + must stand an option of the server, such as quantum=256, received ${text}`);
  }
  return value === undefined ? [`--${flag}`] : [`--${flag}`, value];
}
