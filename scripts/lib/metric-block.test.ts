import { expect, it } from 'vitest';
import { hasMetrics, refreshMetrics } from './metric-block.ts';

it('refreshMetrics() puts the table between the markers, and leaves a current one as it is', () => {
  const text = '# A\n\n<!-- metrics -->\n\nstale $& text\n\n<!-- /metrics -->\n\nend\n';
  const current = refreshMetrics(text, '| $& |');
  expect(current).toBe(
    '# A\n\n<!-- metrics -->\n\n<!-- prettier-ignore-start -->\n\n| $& |\n\n<!-- prettier-ignore-end -->\n\n<!-- /metrics -->\n\nend\n',
  );
  expect(refreshMetrics(current, '| $& |')).toBe(current);
  expect([hasMetrics(current), hasMetrics('# A\n')]).toEqual([true, false]);
});
