/** A new architecture needs a registry entry and nothing else to be under the contract. */
import { expect, it } from 'vitest';
import { ARCHITECTURES, type Architecture } from './architectures.ts';
import { architecturesContract } from './testing/contract.ts';

const { select } = ARCHITECTURES as { select: Architecture };
let starts = 0;

const MADE_UP: Architecture = {
  ...select,
  description: 'a made-up architecture, served by the select loop',
  variants: { 'made-up': { args: ['--selector', 'poll'], description: () => 'made up' } },
  capabilities: { threadPerClient: false, without: { 'full-interval': 'the real architectures stream everything' } },
  start: (options, flags) => {
    starts++;
    return select.start(options, flags);
  },
};

architecturesContract({ 'made-up': MADE_UP });

it('the contract starts the made-up architecture when it is registered', () => {
  expect(starts).toBeGreaterThan(1);
});
