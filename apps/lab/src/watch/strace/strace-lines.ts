/**
 * Reads the output of strace(1): system calls of all threads of a program, as they begin and as they end.
 *
 *     PID TIME recvfrom(4, "\x00…", 8, 0, NULL, NULL) = 8 <0.000021>        begin and end
 *     PID TIME accept4(3,  <unfinished ...>                                 begin: another thread's line comes between
 *     PID TIME <... accept4 resumed>{…}, [16], SOCK_CLOEXEC) = 4 <0.1>      its end
 *     PID TIME accept4(3,                                                   begin: no newline yet, so the call blocks
 *     PID TIME +++ exited with 0 +++                                        the thread has ended
 */
import { ENDED } from './traced-calls.ts';

/** A system call that begins or ends. */
export interface SystemCall {
  /** The thread. */
  readonly tid: number;
  readonly name: string;
  readonly phase: 'begin' | 'end';
  /** Microseconds since 1970. */
  readonly timeUs: number;
  /** Text between the parentheses; of a begin, as far as it is known. */
  readonly args: string;
  /** What it returned, -1 for an error. Of a begin: 0. */
  readonly result: number;
  /** Name of the error, such as `EAGAIN`; empty without one. */
  readonly error: string;
  /** Words after the result, such as the ready sets of select. */
  readonly words: string;
  /** Port of the other end of the socket that the call has returned, where strace names both ends. */
  readonly peerPort?: number;
}

/**
 * Flags that make strace write these lines: threads and children, times, bytes as hexadecimal, durations; of bytes the
 * first 16, but lists of sockets whole. Signals are shown too: without them, strace doesn't tell which thread one has ended.
 */
export const STRACE_FLAGS: readonly string[] = ['-f', '-q', '-ttt', '-T', '-xx', '-s', '16', '-e', 'abbrev=none'];

const BEGIN = /^(\d+) +(\d+)\.(\d{6}) (\w+)\((.*)$/s;
const RESUMED = /^(\d+) +(\d+)\.(\d{6}) <\.\.\. (\w+) resumed>(.*)$/s;
const THREAD_ENDED = /^(\d+) +(\d+)\.(\d{6}) \+\+\+ (?:exited|killed)/;
const UNFINISHED = / ?<unfinished \.\.\.>$/;
/** The end of a call. The last "= " counts: arguments can have one too. */
const END = /^(.*)\) += (-?\d+|\?|0x[\da-f]+)(?: (E[A-Z0-9]+))?(.*)$/s;
const DURATION = / <(\d+)\.(\d{6})>$/;

/** What a descriptor stands for, such as `4<TCP:[127.0.0.1:80->127.0.0.1:5000]>`, where strace says it. */
const ENDS = /(?<=\d)<(?:->|[^<>])*>/g;
/** The other end of the socket that a call has returned. */
const PEER = / = \d+<TCP(?:v6)?:\[\S+->\S+:(\d+)\]>/;

function withoutEnds(line: string): string {
  return line.replaceAll(ENDS, '');
}

/** Cuts the text into calls. */
export class StraceLines {
  #rest = '';
  /** Whether the call of the unfinished last line was told already. */
  #begun = false;
  /** Arguments of the calls that have begun, by thread. */
  readonly #open = new Map<number, string>();

  /** Takes more of the text. */
  push(text: string): SystemCall[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    const calls = lines.flatMap((line, index) => this.#read(line, index === 0 && this.#begun));
    if (lines.length > 0) this.#begun = false;
    if (!this.#begun) {
      const call = beginOf(withoutEnds(this.#rest));
      // Enough of it to know the descriptor.
      if (call !== undefined && /^(\d+|\S+), /.test(call.args) && !call.args.includes(')')) {
        this.#begun = true;
        calls.push(call);
      }
    }
    return calls;
  }

  #read(whole: string, isBegun: boolean): SystemCall[] {
    const peerPort = Number(PEER.exec(whole)?.[1] ?? 0);
    const calls = this.#readPlain(withoutEnds(whole), isBegun);
    return peerPort === 0 ? calls : calls.map((call) => ({ ...call, peerPort }));
  }

  #readPlain(line: string, isBegun: boolean): SystemCall[] {
    const resumed = RESUMED.exec(line);
    if (resumed !== null) {
      const [, tid, seconds, micros, name, rest] = resumed as unknown as [
        string,
        string,
        string,
        string,
        string,
        string,
      ];
      const args = this.#open.get(Number(tid)) ?? '';
      const call = { tid: Number(tid), name, timeUs: Number(seconds) * 1e6 + Number(micros) };
      return endOf(call, args + rest, false);
    }
    const begin = beginOf(line);
    if (begin === undefined) return this.#readEnd(line);
    const begun = isBegun ? [] : [begin];
    if (UNFINISHED.test(line)) {
      this.#open.set(begin.tid, begin.args.replace(UNFINISHED, ''));
      return begun;
    }
    return [...begun, ...endOf(begin, begin.args, true)];
  }

  /** The end of a thread. */
  #readEnd(line: string): SystemCall[] {
    const [, tid, seconds, micros] = THREAD_ENDED.exec(line) ?? [];
    if (tid === undefined) return [];
    this.#open.delete(Number(tid));
    const timeUs = Number(seconds) * 1e6 + Number(micros);
    return [{ tid: Number(tid), name: ENDED, phase: 'end', timeUs, args: '', result: 0, error: '', words: '' }];
  }
}

function beginOf(line: string): SystemCall | undefined {
  const found = BEGIN.exec(line);
  if (found === null) return undefined;
  const [, tid, seconds, micros, name, args] = found as unknown as [string, string, string, string, string, string];
  const timeUs = Number(seconds) * 1e6 + Number(micros);
  return { tid: Number(tid), name, phase: 'begin', timeUs, args, result: 0, error: '', words: '' };
}

/** @param hasStart - whether the time is that of the begin: then the call took as long as it says */
function endOf(call: Pick<SystemCall, 'tid' | 'name' | 'timeUs'>, text: string, hasStart: boolean): SystemCall[] {
  const duration = DURATION.exec(text);
  const found = END.exec(duration === null ? text : text.slice(0, duration.index));
  if (found === null) return [];
  const [, args, result, error = '', words] = found as unknown as [string, string, string, string | undefined, string];
  const tookUs = duration === null || !hasStart ? 0 : Number(duration[1]) * 1e6 + Number(duration[2]);
  const { tid, name, timeUs } = call;
  return [
    {
      tid,
      name,
      phase: 'end',
      timeUs: timeUs + tookUs,
      args,
      result: result === '?' ? -1 : Number(result),
      error,
      words,
    },
  ];
}

/** The bytes of a string such as `"\x00\x01"...`, as far as they are shown. */
export function bytesIn(args: string): number[] {
  const [, text = ''] = /"((?:\\x[\da-f]{2})*)"/.exec(args) ?? [];
  return (text.match(/[\da-f]{2}/g) ?? []).map((digits) => Number.parseInt(digits, 16));
}
