import { expect, it } from 'vitest';
import { linksOf, type RecordedPage } from './finding-links.ts';

const PAGES: readonly RecordedPage[] = [
  {
    ...{ name: 'pool:5', href: 'r-pool-5.html' },
    moments: { waiting: { step: 7, text: '45 of 50 clients waited' }, longestTurn: undefined },
  },
  {
    ...{ name: 'select', href: 'r-select.html' },
    moments: { waiting: undefined, longestTurn: { step: 9, text: 'its longest turn took 2 ms' } },
  },
  { name: 'net', href: 'r-net.html', moments: { waiting: undefined, longestTurn: undefined } },
];

function links(title: string): string[] {
  return linksOf({ rule: 'any', title, text: '', evidence: [] }, PAGES).map(({ href, text }) => `${href} ${text}`);
}

it('links a finding to the moment of each server that it names', () => {
  expect(links('pool:5 starves.')).toEqual(['r-pool-5.html#step=7 pool:5: 45 of 50 clients waited']);
  expect(links('select needs less than pool:5.')).toEqual([
    'r-pool-5.html#step=7 pool:5: 45 of 50 clients waited',
    'r-select.html#step=9 select: its longest turn took 2 ms',
  ]);
});

it('links nothing that is not shown, and no server of a similar name', () => {
  expect(links('net is faster.')).toEqual([]);
  expect(links('pool:50 and select+quantum=1 are others.')).toEqual([]);
});
