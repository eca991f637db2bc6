import { parseXml, XmlElement } from '@rgrove/parse-xml';
import { Parser } from 'tap-parser';
import { describe, expect, it } from 'vitest';
import { REPORT } from '../../testing/reports.ts';
import { FORMATS } from './formats.ts';

const INTERRUPTED = { ...REPORT, interrupted: true };

/** The elements of a name, in the order of the document. */
function elementsOf(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.flatMap((child) => {
    if (!(child instanceof XmlElement)) return [];
    return [...(child.name === name ? [child] : []), ...elementsOf(child, name)];
  });
}

describe('renderJunit()', () => {
  // It throws on everything that is not well-formed, such as a control character.
  const { root } = parseXml(FORMATS.junit(REPORT));

  it('counts', () => {
    const counts = { tests: '4', failures: '1', skipped: '2', time: '1.010' };
    expect(root?.name).toBe('testsuites');
    expect(root?.attributes).toEqual({ name: `check ${REPORT.target}`, ...counts });
    expect(elementsOf(root!, 'testsuite').map(({ attributes }) => attributes)).toEqual([
      { name: 'conversation', tests: '1', failures: '0', skipped: '0', time: '0.010' },
      { name: 'stream', tests: '3', failures: '1', skipped: '2', time: '1.000' },
    ]);
  });

  it('keeps every text', () => {
    expect(elementsOf(root!, 'testcase').map(({ attributes }) => attributes)).toEqual([
      { classname: 'conversation', name: 'answer', time: '0.010' },
      { classname: 'stream', name: 'request-split', time: '1.000' },
      { classname: 'stream', name: 'glued', time: '0.000' },
      { classname: 'stream', name: 'ahead', time: '0.000' },
    ]);
    const [failure] = elementsOf(root!, 'failure');
    expect(failure?.attributes).toEqual({
      type: 'request-in-one-read',
      message: 'The request for [100, 120] came in "two" pieces: <nothing> & more\\.',
    });
    expect(failure?.text).toContain('client  00                       byte 1 of 8');
    expect(elementsOf(root!, 'skipped').map(({ attributes }) => attributes['message'])).toEqual([
      'because request-split failed',
      'because request-split failed',
    ]);
  });
});

describe('renderTap()', () => {
  it('writes what a TAP parser understands', () => {
    const points: { name: string; ok: boolean; skip: unknown; diag: unknown }[] = [];
    const parser = new Parser({ strict: true });
    parser.on('assert', (point) => points.push(point as (typeof points)[number]));
    parser.end(FORMATS.tap(REPORT));
    expect(parser.results).toMatchObject({
      ok: false,
      count: 4,
      pass: 3,
      fail: 1,
      skip: 2,
      plan: { start: 1, end: 4 },
    });
    expect(points).toMatchObject([
      { name: 'answer: answers', ok: true },
      {
        name: 'request-split: takes a request # cut in two',
        ok: false,
        diag: {
          diagnosis: 'request-in-one-read',
          message: 'The request for [100, 120] came in "two" pieces: <nothing> & more\\.',
          evidence: expect.stringContaining('ok 3 - not a point') as string,
        },
      },
      { name: 'glued: takes glued', skip: 'because request-split failed' },
      { name: 'ahead: takes ahead' },
    ]);
  });

  it('bails out when interrupted', () => {
    const parser = new Parser();
    parser.end(FORMATS.tap(INTERRUPTED));
    expect(parser.results).toMatchObject({ bailout: 'interrupted' });
  });
});

describe('renderJson()', () => {
  it('writes all of it, with a version and the counts', () => {
    expect(JSON.parse(FORMATS.json(REPORT))).toEqual({ version: 1, passed: 1, failed: 1, skipped: 2, ...REPORT });
  });
});

describe('renderGradescope()', () => {
  it('gives a point for each check that passed', () => {
    const { tests, ...rest } = JSON.parse(FORMATS.gradescope(REPORT)) as { tests: Record<string, unknown>[] };
    expect(rest).toMatchObject({ execution_time: 1.234, output_format: 'text' });
    expect(tests).toMatchObject([
      { number: '1', name: 'answer: answers', score: 1, max_score: 1, status: 'passed', output: '' },
      { number: '2', score: 0, max_score: 1, status: 'failed', output: expect.stringContaining('→ Read in') as string },
      { score: 0, max_score: 1, status: 'failed', output: 'skipped: because request-split failed' },
      { number: '4', score: 0, max_score: 1, status: 'failed' },
    ]);
  });

  it('says that it was interrupted', () => {
    expect(FORMATS.gradescope(INTERRUPTED)).toContain('Interrupted before the end.');
  });
});
