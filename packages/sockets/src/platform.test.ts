import { constants } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { choosePlatform, platform } from './platform.ts';

describe('choosePlatform', () => {
  it('choosePlatform() has a table when asked for Linux and macOS, on x64 and arm64', () => {
    for (const processor of ['x64', 'arm64']) {
      expect(choosePlatform('linux', processor)).toMatchObject({
        AF_INET6: 10,
        SOL_SOCKET: 1,
        sockaddrHasLength: false,
      });
      expect(choosePlatform('darwin', processor)).toMatchObject({
        AF_INET6: 30,
        epollEvent: undefined,
        hasFlagCalls: false,
      });
    }
    expect(choosePlatform('linux', 'x64').epollEvent).toEqual({ strideWords: 3, dataWord: 1 });
    expect(choosePlatform('linux', 'arm64').epollEvent).toEqual({ strideWords: 4, dataWord: 2 });
  });

  it('choosePlatform() points to WSL when asked for Windows', () => {
    expect(() => choosePlatform('win32', 'x64')).toThrow(
      'the system must be Linux or macOS on x64 or arm64, got win32 on x64: run under WSL',
    );
  });

  it('choosePlatform() throws when asked for a system or processor without a table', () => {
    expect(() => choosePlatform('freebsd', 'x64')).toThrow('got freebsd on x64');
    expect(() => choosePlatform('linux', 'ia32')).toThrow('got linux on ia32');
  });

  it('platform() agrees with what Node knows of this system', () => {
    expect(platform().O_NONBLOCK).toBe(constants.O_NONBLOCK);
  });
});
