import type { ServerInfo } from '@concurrent-primes/trace';
import type { ComponentChild } from 'preact';
import type { Mode } from '../../viewer/mode.ts';
import { count, serverTitle } from '../../model/index.ts';

interface HeaderProps {
  readonly servers: readonly ServerInfo[];
  readonly mode: Mode;
  readonly dark: boolean;
  readonly toggleTheme: () => void;
}

/** The server, the mode, and the theme. */
export function Header({ servers, mode, dark, toggleTheme }: HeaderProps): ComponentChild {
  return (
    <header class="top-line">
      <h1>Concurrent Primes</h1>
      {servers.map((server) => (
        <span key={server.port} class="server">
          <b>{serverTitle(server)}</b> {servers.length === 1 && serverText(server)}
        </span>
      ))}
      <span class="mode">
        <b class={mode.look}>{mode.badge}</b> {mode.text}
      </span>
      <button type="button" class="button" onClick={toggleTheme}>
        {dark ? 'Light' : 'Dark'}
      </button>
    </header>
  );
}

function serverText({ architecture, summary, options }: ServerInfo): string {
  if (summary !== undefined) return summary;
  switch (architecture) {
    case 'loop':
      return options.loops !== undefined && options.loops > 1
        ? `${count(options.loops, 'loop')}, which divide the clients`
        : 'one thread serves all clients';
    case 'pool':
      return 'each client gets a thread';
    case 'net':
      return 'Node’s own event loop';
    case 'clients':
      return 'as its clients see it';
  }
}
