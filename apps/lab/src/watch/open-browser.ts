/** Opens a page in the user's browser, where there is one. */
import { type Console, isTerminal } from '@concurrent-primes/harness/terminal';
import open from 'open';

/**
 * Opens a page, if somebody sits at a screen. Failing to open it is no error: its address is printed too.
 *
 * @param url - address of the page
 * @param console - the user's
 */
export async function openBrowser(url: string, { stdout, env }: Pick<Console, 'stdout' | 'env'>): Promise<void> {
  if (!isTerminal(stdout, env) || !hasScreen(env)) return;
  try {
    const opener = await open(url);
    opener.on('error', () => undefined);
  } catch {
    // No program opens pages here.
  }
}

function hasScreen(env: Console['env']): boolean {
  if (env['SSH_CONNECTION'] !== undefined) return false;
  if (process.platform !== 'linux') return true;
  return env['DISPLAY'] !== undefined || env['WAYLAND_DISPLAY'] !== undefined;
}
