import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { createServerProgram } from './server-program.ts';

it('README.md lists every command and every option', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  for (const command of createServerProgram().commands) {
    expect(readme).toContain(`\n| \`${command.name()}\``);
    for (const { flags } of command.options) expect(readme).toContain(`\n| \`${flags}\``);
  }
});
