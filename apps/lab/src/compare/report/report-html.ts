/**
 * The report: one HTML file that needs no other file and no network, so that it can be mailed, kept and opened from a
 * disk. Its Content-Security-Policy allows no request, and only the scripts in the file.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Facts, factsOf } from '../metrics/facts.ts';
import { findingsOf } from '../findings/finding-rules.ts';
import { caveatsOf } from '../caveats.ts';
import type { ChartData } from '../page/chart-data.ts';
import type { Comparison } from '../comparison.ts';
import type { RecordedPage } from '../moments/finding-links.ts';
import { chartsOf } from './report-charts.ts';
import { html, Markup, scriptJson } from './markup.ts';
import {
  chartsSection,
  metricsSection,
  findingsSection,
  caveatsSection,
  introSection,
  methodSection,
  tableSection,
} from './report-sections.ts';

const require = createRequire(import.meta.url);

/**
 * @param jsonName - name of the data file beside it
 * @param pages - recordings of servers, which findings link to
 * @returns an HTML document
 */
export function renderHtml(comparison: Comparison, jsonName: string, pages: readonly RecordedPage[] = []): string {
  const facts = factsOf(comparison);
  const charts = chartsOf(facts);
  const scripts = [readFileSync(require.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8'), readBuilt('draw-charts.js')];
  const styles = [readFileSync(require.resolve('uplot/dist/uPlot.min.css'), 'utf8'), readSource('page.css')];
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    'img-src data:',
    `script-src ${scripts.map(hashOf).join(' ')}`,
  ].join('; ');
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>${comparison.scenario.name}: ${facts.servers.map(({ spec }) => spec.name).join(', ')}</title>
        ${styles.map(
          (style) =>
            html`<style>
              ${new Markup(style)}
            </style>`,
        )}
      </head>
      <body>
        <main>${bodyOf(comparison, facts, charts, { jsonName, pages })}</main>
        <script type="application/json" id="charts">
          ${scriptJson(charts.map(dataOf))}
        </script>
        ${scripts.map((script, at) => html`<script${new Markup(at === 0 ? '' : ' type="module"')}>${new Markup(script)}</script>`)}
      </body>
    </html> `.text;
}

/** Files beside the report. */
interface Beside {
  readonly jsonName: string;
  readonly pages: readonly RecordedPage[];
}

function bodyOf(
  comparison: Comparison,
  facts: Facts,
  charts: ReturnType<typeof chartsOf>,
  { jsonName, pages }: Beside,
): Markup {
  return html`${introSection(comparison, facts)} ${findingsSection(findingsOf(facts), pages)} ${tableSection(facts)}
  ${caveatsSection(caveatsOf(comparison))} ${chartsSection(charts)} ${metricsSection(facts)}
  ${methodSection(comparison, jsonName)}`;
}

/** Without the texts, which the page has already. */
function dataOf({ id, x, y, at, series }: ChartData): ChartData {
  return { id, x, y, at, series };
}

function hashOf(script: string): string {
  return `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
}

/** A browser needs the built script, whether this runs from the source or from dist. */
function readBuilt(name: string): string {
  return readFileSync(new URL(`../../../dist/compare/page/${name}`, import.meta.url), 'utf8');
}

/** A file that is not compiled. */
function readSource(name: string): string {
  return readFileSync(new URL(`../../../src/compare/report/${name}`, import.meta.url), 'utf8');
}
