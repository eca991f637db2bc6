import { expect, it } from 'vitest';
import { ThreadError, threadFailure } from './thread-error.ts';

/** An error as Node makes it. */
function nodeError(message: string, code?: string): Error {
  return Object.assign(new Error(message), { code });
}

it('threadFailure() says that the system allows no further thread', () => {
  for (const message of ['EAGAIN', 'Worker initialization failure: EAGAIN']) {
    const cause = nodeError(message);
    expect(threadFailure('pool-3', cause, true)).toEqual(
      new ThreadError('thread', `cannot start thread pool-3: the system must allow it, got ${message}`, cause),
    );
  }
});

it('threadFailure() says that a thread is out of memory, at any time', () => {
  const cause = nodeError('JS heap out of memory', 'ERR_WORKER_OUT_OF_MEMORY');
  for (const isStarting of [true, false]) {
    expect(threadFailure('loop', cause, isStarting)).toMatchObject({
      lack: 'memory',
      message: 'cannot serve: thread loop must fit into its memory limit, got JS heap out of memory',
      cause,
    });
  }
});

it('threadFailure() returns every other error as it is, and makes one of what is none', () => {
  const other = nodeError('read: EAGAIN');
  expect(threadFailure('loop', other, false)).toBe(other);
  expect(threadFailure('loop', 'text', false)).toEqual(new Error('cannot serve: thread loop threw text'));
});
