import type { ServerInfo } from '@concurrent-primes/trace';
import type { ComponentChild } from 'preact';

interface ExplainProps {
  readonly server: ServerInfo;
  readonly live: boolean;
}

/** How to read the page, for readers that have only seen the lecture's slides. */
export function Explain({ server, live }: ExplainProps): ComponentChild {
  return (
    <details class="panel">
      <summary>How to read this page</summary>
      <div>
        <p>
          Clients ask this server which primes lie in [a, b]. Each sends 8 bytes, a and b. The server answers with N,
          the number of primes, then with the primes themselves, 4 bytes each. The client checks them and reports their
          sum Σ, and the server tells whether it is right.
        </p>
        <p>{ARCHITECTURES[server.architecture]}</p>
        <dl>
          <dt>waits for itself</dt>
          <dd>A client that isn’t reading, or whose bytes are missing. It delays itself only.</dd>
          <dt>waits for another client</dt>
          <dd>{ANOTHER[server.architecture]}</dd>
          <dt>sent</dt>
          <dd>The kernel has taken the bytes. It doesn’t mean that the client has them.</dd>
          <dt>history</dt>
          <dd>
            {server.architecture === 'loop' ? 'One column is one turn.' : 'One column is one call.'} Equal columns
            aren’t equal times: the bars above show real time.
          </dd>
        </dl>
        <dl>
          <dt>
            <kbd>→</kbd>
          </dt>
          <dd>one {server.architecture === 'loop' ? 'turn' : 'call'} forward</dd>
          <dt>
            <kbd>shift →</kbd>
          </dt>
          <dd>one call forward</dd>
          <dt>
            <kbd>←</kbd>
          </dt>
          <dd>one step back, in what was recorded</dd>
          <dt>
            <kbd>space</kbd>
          </dt>
          <dd>{live ? 'holds the server, or lets it run' : 'plays the recording, or stops'}</dd>
        </dl>
        {live && (
          <p>
            The buttons control the real server. While it is held its time limits stand still, and the time held is
            taken out of all durations here. Clients don’t know that: their bytes pile up in the kernel.
          </p>
        )}
      </div>
    </details>
  );
}

const ARCHITECTURES: Readonly<Record<ServerInfo['architecture'], string>> = {
  loop: 'One thread serves all of them, in turns. select() tells which sockets are ready: inready can be read, outready can be written. Each ready client gets one call, which returns at once. Clients that aren’t ready are skipped. s0 is the listening socket.',
  pool: 'Each client has a thread for itself, and the thread’s calls block until they are done. Clients that come while all threads are taken wait in the queue; when the queue is full, they wait in the accept thread and in the kernel’s backlog.',
  net: 'One thread runs Node’s event loop, which calls back when bytes have come or when the kernel has taken some. The system calls behind the callbacks are hidden.',
  clients:
    'The server’s own side isn’t shown: for any server but ours, that needs strace. The page shows what each client sends, and what reaches it.',
};

const ANOTHER: Readonly<Record<ServerInfo['architecture'], string>> = {
  loop: 'A client whose socket has been ready for more than one turn, or for more than 20 ms, without a call. The large number counts these clients.',
  pool: 'A client that no thread serves, because all threads have clients. The large number counts these clients.',
  net: 'A client whose bytes are here and wait for the callbacks of others. The large number counts these clients.',
  clients:
    'Not shown: only the server knows why a client waits. The large number counts the clients that wait for the server.',
};
