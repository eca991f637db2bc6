import { connect } from '@concurrent-primes/client';
import { eventually } from '@concurrent-primes/fixtures';
import { SERVER_PROGRAM } from '@concurrent-primes/server/architectures';
import { describe, expect, it } from 'vitest';
import { membersOf } from '@concurrent-primes/harness';
import { parseCommand, parseServer, type ServerSpec } from './server-spec.ts';
import { startMeasuredServer } from './measured-server.ts';

/** Anyone's server, started by a command. */
const COMMAND = `${process.execPath} ${SERVER_PROGRAM} net --port {port}`;

function start(spec: ServerSpec, signal: AbortSignal = new AbortController().signal, extraArgs: string[] = []) {
  return startMeasuredServer(spec, { extraArgs, signal });
}

describe('startMeasuredServer()', () => {
  it.each(['select', 'poll', 'epoll', 'loops:2', 'pool:2', 'net', 'epoll+quantum=1'])(
    'starts %s, which answers and is gone afterwards',
    async (name) => {
      let port: number;
      {
        await using server = await start(parseServer(name));
        port = server.port;
        await using client = await connect({ port });
        expect(await client.sum(100, 200)).toEqual({ count: 21, sum: 3167n });
        expect(server.pids()).toHaveLength(1);
        expect(server.failure()).toBeUndefined();
      }
      await expect(connect({ port })).rejects.toThrow('ECONNREFUSED');
    },
  );

  it("starts anyone's server, and ends all processes of its group", async () => {
    let group: number;
    {
      await using server = await start(parseCommand(`x=sleep 60 & ${COMMAND} & wait`));
      expect(server.pids().length).toBeGreaterThan(2);
      group = server.pids().toSorted((one, other) => one - other)[0]!;
      expect(membersOf(group)).toEqual(expect.arrayContaining([...server.pids()]));
    }
    await eventually(() => {
      expect(membersOf(group)).toEqual([]);
    });
  });

  it('throws with the output of a server that ends before it listens', async () => {
    await expect(start(parseCommand('bad=echo no such luck {port} >&2; exit 3'))).rejects.toThrow(
      /^cannot start server bad: it must listen on port \d+, it ended with exit code 3. It printed:\nno such luck \d+$/,
    );
  });

  it('throws with the error of our server for an unknown option', async () => {
    await expect(start(parseServer('epoll+quantums=1'))).rejects.toThrow(/unknown option '--quantums'/);
  });

  it('kills it at once when the signal aborts', async () => {
    const interrupt = new AbortController();
    await using server = await start(parseServer('net'), interrupt.signal);
    interrupt.abort(new Error('interrupted'));
    await eventually(() => {
      expect(server.failure()).toMatch(
        /^server net: must keep running, ended with signal SIGKILL; it printed:\nlistening on /,
      );
    });
    await expect(start(parseServer('net'), interrupt.signal)).rejects.toThrow('interrupted');
  });
});
