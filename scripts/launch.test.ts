import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('launch refuses an app that does not exist, and lists those that do', async () => {
  const launch = promisify(execFile)(process.execPath, [new URL('launch.ts', import.meta.url).pathname, 'none']);
  await expect(launch).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^cannot launch: APP must be one of .*multi-client.*, got none\n$/) as string,
  });
});
