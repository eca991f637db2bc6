/**
 * A broken server as a process of its own, for people who want to see what a check says, and for what only a process
 * can do: die.
 *
 * Usage: node broken-server.ts PORT 'what it does'
 */
import { WRONG_ANSWERS, WRONG_MANNERS } from './broken-servers.ts';
import { serve, startSimpleServer, type Traits } from './simple-server.ts';

const MISTAKES: Readonly<Record<string, Traits>> = {
  nothing: {},
  'ends with its first reset client': {
    serve(socket, answer) {
      socket.removeAllListeners('error');
      serve(socket, answer);
    },
  },
  ...WRONG_MANNERS,
  ...Object.fromEntries(Object.entries(WRONG_ANSWERS).map(([name, answer]) => [name, { answer }])),
};

const [port, mistake = 'nothing'] = process.argv.slice(2);
const traits = MISTAKES[mistake];
if (traits === undefined) {
  console.error(`broken-server: the mistake must be one of ${Object.keys(MISTAKES).join(', ')}, received ${mistake}`);
  process.exitCode = 2;
} else {
  await startSimpleServer(traits, Number(port));
}
