import { expect, it } from 'vitest';
import { createSessions } from './prime-session.ts';

it.for([undefined, 1, 1000])('createSessions() rehearses when the widest interval has %s integers', (maxWidth) => {
  expect(createSessions({ table: undefined, greeting: false, maxWidth }).open().next).toBe('receive');
});
