import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isExhausted, SocketError } from './error.ts';

describe('SocketError', () => {
  it('SocketError() names call, subject and reason when it has a subject', () => {
    const error = new SocketError('bind', constants.errno.EADDRINUSE, { descriptor: 9, subject: '127.0.0.1:65432' });
    expect(error.message).toBe('bind 127.0.0.1:65432: EADDRINUSE (address already in use)');
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'SocketError',
      call: 'bind',
      code: 'EADDRINUSE',
      errno: constants.errno.EADDRINUSE,
      descriptor: 9,
    });
  });

  it('SocketError() names the descriptor when there is no subject, and neither when there is none', () => {
    const { EMFILE } = constants.errno;
    expect(new SocketError('recv', EMFILE, { descriptor: 3 }).message).toBe(
      'recv descriptor 3: EMFILE (too many open files)',
    );
    const bare = new SocketError('socket', EMFILE);
    expect(bare.message).toBe('socket: EMFILE (too many open files)');
    expect(bare.descriptor).toBeUndefined();
  });

  it('SocketError() has a name for errors that libuv does not know, and for unknown numbers', () => {
    const { EINPROGRESS } = constants.errno;
    expect(new SocketError('connect', EINPROGRESS).code).toBe('EINPROGRESS');
    expect(new SocketError('recv', 99_999).message).toBe('recv: UNKNOWN (error number 99999)');
  });
});

describe('isExhausted()', () => {
  it('isExhausted() is true for want of descriptors or memory alone', () => {
    const { EMFILE, ENFILE, ENOBUFS, ENOMEM, EINVAL } = constants.errno;
    expect([EMFILE, ENFILE, ENOBUFS, ENOMEM].map((errno) => isExhausted(new SocketError('accept', errno)))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(isExhausted(new SocketError('accept', EINVAL))).toBe(false);
    expect(isExhausted(Object.assign(new Error('open'), { code: 'EMFILE' }))).toBe(false);
  });
});
