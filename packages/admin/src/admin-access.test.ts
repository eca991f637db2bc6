import { describe, expect, it } from 'vitest';
import { adminRefusalOf } from './admin-access.ts';

const NAMES = ['localhost', 'server1'];

describe('adminRefusalOf()', () => {
  it.for([
    '127.0.0.1',
    '127.0.0.1:9464',
    '10.1.2.3:80',
    '[::1]:9464',
    '[::1]',
    'localhost',
    'LOCALHOST:9464',
    'server1:9464',
    undefined,
  ])('allows programs that ask for %s', (host) => {
    expect(adminRefusalOf({ headers: host === undefined ? {} : { host } }, NAMES)).toBeUndefined();
  });

  it.for([
    'evil.example',
    'evil.example:9464',
    'localhost.evil.example',
    'server1.evil.example:9464',
    '127.0.0.1.evil.example',
    '[evil]',
    '[127.0.0.1]:9464',
    '',
    ':9464',
    '::1',
    '127.0.0.1:9464:1',
  ])('refuses the Host %j', (host) => {
    expect(adminRefusalOf({ headers: { host } }, NAMES)).toEqual({
      status: 403,
      reason: 'the Host must be an address or localhost or server1',
    });
  });

  it.for([
    { origin: 'http://127.0.0.1:9464' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-origin' },
  ])('refuses web pages: %j', (headers) => {
    expect(adminRefusalOf({ headers: { host: '127.0.0.1:9464', ...headers } }, NAMES)).toEqual({
      status: 403,
      reason: 'web pages may not use the admin port',
    });
  });

  it('allows an address that somebody types into a browser', () => {
    expect(adminRefusalOf({ headers: { host: 'localhost:9464', 'sec-fetch-site': 'none' } }, NAMES)).toBeUndefined();
  });
});
