/**
 * The servers of a comparison: one of the registry, such as `epoll`, `pool:5` or `epoll+quantum=256`, or any server by
 * the command that starts it.
 *
 * After a `+` comes an option of the server's own command line. It is passed on unchecked; the server refuses what it
 * doesn't know.
 */
import { PORT_PLACEHOLDER } from '@concurrent-primes/harness';
import {
  ARCHITECTURES,
  argumentsOf,
  type NamedVariant,
  type Registry,
  variantsOf,
} from '@concurrent-primes/server/architectures';

export interface ServerSpec {
  /** As the user wrote it; its name in the report. */
  readonly name: string;
  /** The variant's name in the registry; `command` for a server that a command starts. */
  readonly kind: string;
  /** Number of threads that serve clients; undefined if that isn't known. */
  readonly threads: number | undefined;
  /** Whether a client holds a thread while it is connected; undefined if that isn't known. */
  readonly threadPerClient?: boolean;
  /** Most integers that one turn sends to one client, if that was chosen. */
  readonly quantum: number | undefined;
  /** What it is, in a few words. */
  readonly description: string;
  readonly start: StartCommand;
}

/** Arguments of the `server` command, or a shell command with `{port}` in it. */
export type StartCommand =
  { readonly program: 'server'; readonly args: readonly string[] } | { readonly shell: string };

/**
 * @param text - such as `select,epoll+quantum=256,pool:5,net`
 * @throws RangeError if one of them is unknown or comes twice
 */
export function parseServers(text: string, registry: Registry = ARCHITECTURES): ServerSpec[] {
  const specs = text.split(',').map((part) => parseServer(part.trim(), registry));
  checkNames(specs);
  return specs;
}

/**
 * Refuses servers that a report could not tell apart.
 *
 * @throws RangeError if two have the same name
 */
export function checkNames(specs: readonly ServerSpec[]): void {
  const names = specs.map(({ name }) => name);
  const twin = names.find((name, at) => names.indexOf(name) !== at);
  if (twin === undefined) return;
  throw new RangeError(`cannot compare servers: each must have a name of its own, got ${twin} twice`);
}

/**
 * Parses one server, such as `pool:5` or `epoll+quantum=256`.
 *
 * @throws RangeError if it is unknown
 */
export function parseServer(text: string, registry: Registry = ARCHITECTURES): ServerSpec {
  const [head = '', ...options] = text.split('+');
  const [kind = '', count, ...rest] = head.split(':');
  const variants = variantsOf(registry);
  const variant = variants.find(({ name }) => name === kind);
  if (variant === undefined || rest.length > 0) {
    const names = variants.map(({ name, threads }) => (threads === undefined ? name : `${name}:N`));
    throw refusal(text, `it must be one of ${names.join(', ')}`);
  }
  const threads = threadsOf(text, variant, count);
  const flags = options.map((option) => flagOf(text, option));
  const quantum = flags.find(([flag]) => flag === '--quantum')?.[1];
  return {
    name: text,
    kind,
    threads,
    threadPerClient: variant.architecture.capabilities.threadPerClient,
    quantum: quantum === undefined ? undefined : Number(quantum),
    description: variant.description(threads) + (options.length === 0 ? '' : ` (${options.join(', ')})`),
    start: { program: 'server', args: [...argumentsOf(variant, threads), ...flags.flat()] },
  };
}

/**
 * Parses a command that starts any server, such as `python3 server.py {port}` or `mine=./server {port}`.
 *
 * @throws RangeError if it doesn't contain the port
 */
export function parseCommand(text: string): ServerSpec {
  // A name is one word. In `A=1 ./server {port}`, A would be the name, and the user has to name the server as well.
  const [, name, shell = text] = /^([\w.-]+)=(.*)$/s.exec(text) ?? [];
  if (!shell.includes(PORT_PLACEHOLDER)) {
    throw new RangeError(`cannot use the command: it must contain ${PORT_PLACEHOLDER}, got ${JSON.stringify(text)}`);
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

/** Whether a client holds one of the server's threads. Results of earlier versions name only the kind. */
export function isThreadPerClient({ kind, threadPerClient = kind === 'pool' }: ServerSpec): boolean {
  return threadPerClient;
}

function threadsOf(text: string, { threads: option, name }: NamedVariant, count: string | undefined): number {
  if (count === undefined) return option?.default ?? 1;
  if (option === undefined) throw refusal(text, `${name} must come without a number of threads`);
  const threads = Number(count);
  if (/^\d+$/.test(count) && threads >= 1 && threads <= option.max) return threads;
  throw refusal(text, `the number of threads must be from 1 to ${option.max}`);
}

function flagOf(text: string, option: string): readonly string[] {
  const [, flag, value] = /^([a-z][a-z-]*)(?:=(.+))?$/.exec(option) ?? [];
  if (flag === undefined) throw refusal(text, 'after + there must be an option of the server, such as quantum=256');
  return value === undefined ? [`--${flag}`] : [`--${flag}`, value];
}

function refusal(text: string, requirement: string): RangeError {
  return new RangeError(`cannot use the server: ${requirement}, got ${JSON.stringify(text)}`);
}
