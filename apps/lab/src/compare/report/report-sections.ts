/** The sections of the report as HTML. */
import type { Facts, GroupFacts, ServerFacts } from '../metrics/facts.ts';
import { type Metric, GROUP_METRICS, SERVER_METRICS } from '../metrics/metric.ts';
import type { Finding } from '../findings/finding.ts';
import { linksOf, type RecordedPage } from '../moments/finding-links.ts';
import * as format from '../sentence-format.ts';
import type { Caveat } from '../caveats.ts';
import type { Comparison, LabEnvironment } from '../comparison.ts';
import type { Summary } from '@concurrent-primes/harness';
import type { Chart } from './report-charts.ts';
import { html, type Markup } from './markup.ts';

/** Number of colours; more servers use them again. */
const COLORS = 8;

/** The scenario and the servers. */
export function introSection({ scenario, startedAt, environment, before }: Comparison, { servers }: Facts): Markup {
  const when = before === undefined ? utc(startedAt) : `before: ${utc(before.startedAt)}; after: ${utc(startedAt)}`;
  return html`<header>
    <p class="kicker">Concurrent Primes · a comparison of servers</p>
    <h1>${scenario.title}</h1>
    <p class="lead">${scenario.teaches}</p>
    <ul class="servers">
      ${servers.map(
        ({ spec }, at) =>
          html`<li><b class="tag c${at % COLORS}">${spec.name}</b> <span>${spec.description}</span></li>`,
      )}
    </ul>
    <p class="note">
      ${when} · ${environment.cpu}, ${format.count(environment.cores, 'processor')} ·
      ${format.count(scenario.rounds, 'round')} of ${format.number(scenario.seconds)} s for each server
    </p>
  </header>`;
}

/** The differences, and their causes. */
export function findingsSection(findings: readonly Finding[], pages: readonly RecordedPage[] = []): Markup {
  return html`<section id="findings">
    <h2>Findings</h2>
    ${
      findings.length === 0
        ? html`<p>There is nothing to compare.</p>`
        : html`<ol class="findings">
            ${findings.map(
              (finding) =>
                html`<li>
                  <h3>${finding.title}</h3>
                  <p>${finding.text}</p>
                  ${linksOf(finding, pages).map(
                    ({ href, text }) => html`<p class="see">See it happen: <a href="${href}">${text}</a></p>`,
                  )}
                  <details>
                    <summary>Evidence</summary>
                    <ul>
                      ${finding.evidence.map((line) => html`<li>${line}</li>`)}
                    </ul>
                  </details>
                </li>`,
            )}
          </ol>`
    }
  </section>`;
}

/** The main metrics, one row for each server; on a narrow screen a card for each. */
export function tableSection({ servers }: Facts): Markup {
  const metrics = [
    ...(['rate', 'throughput', 'p50', 'p99', 'fairness', 'failed'] as const).map((name) => ({
      metric: GROUP_METRICS[name],
      of: (server: ServerFacts) => server.groups[0]?.metrics[name],
    })),
    ...(['cpuPerRequest', 'cpuPerMegabyte', 'memory', 'threads'] as const).map((name) => ({
      metric: SERVER_METRICS[name],
      of: (server: ServerFacts) => server.metrics[name],
    })),
  ].filter(({ of }) => servers.some((server) => of(server) !== undefined));
  return html`<section id="table">
    <h2>Side by side</h2>
    <p class="note">Medians of all rounds${groupNote(servers)}. Each metric is explained below.</p>
    <table>
      <thead>
        <tr>
          <th scope="col">server</th>
          ${metrics.map(({ metric }) => html`<th scope="col">${metric.label}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${servers.map(
          (server, at) =>
            html`<tr>
              <th scope="row"><b class="tag c${at % COLORS}">${server.spec.name}</b></th>
              ${metrics.map(({ metric, of }) => {
                const value = of(server);
                return html`<td data-label="${metric.label}">
                  ${value === undefined ? '–' : metric.text(value.median)}
                </td>`;
              })}
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

/** Each metric: its meaning, and for each server a bar with the range of its rounds. */
export function metricsSection({ servers, scenario }: Facts): Markup {
  const groups = scenario.groups.map(({ name }, at) => {
    const of = (server: ServerFacts): GroupFacts | undefined => server.groups[at];
    return html`<h3 class="group">
        ${scenario.groups.length > 1 ? `Measured by the ${name}` : 'Measured by the clients'}
      </h3>
      ${Object.entries<Metric<never>>(GROUP_METRICS).map(([key, metric]) =>
        metricBlock(metric, servers, (server) => of(server)?.metrics[key as keyof typeof GROUP_METRICS]),
      )}`;
  });
  return html`<section id="metrics">
    <h2>All metrics</h2>
    <p class="note">A bar shows the median of all rounds, the thin line their range.</p>
    ${groups}
    <h3 class="group">Used by the server</h3>
    ${Object.entries<Metric<never>>(SERVER_METRICS).map(([key, metric]) =>
      metricBlock(metric, servers, ({ metrics }) => metrics[key as keyof typeof SERVER_METRICS]),
    )}
  </section>`;
}

function metricBlock(
  { label, meaning, better, text }: Metric<never>,
  servers: readonly ServerFacts[],
  of: (server: ServerFacts) => Summary | undefined,
): Markup | undefined {
  const values = servers.map(of);
  const most = Math.max(0, ...values.map((value) => value?.max ?? 0));
  if (values.every((value) => value === undefined)) return undefined;
  const part = (value: number): string => `${(most === 0 ? 0 : (value / most) * 100).toFixed(2)}%`;
  return html`<div class="metric">
    <div class="words">
      <h4>${label}</h4>
      <p>${meaning}${better === 'neither' ? '' : html` <i>${better === 'more' ? 'More' : 'Less'} is better.</i>`}</p>
    </div>
    <div class="bars">
      ${values.map(
        (value, at) =>
          html`<div class="bar">
            <span class="name">${servers[at]!.spec.name}</span>
            ${
              value === undefined
                ? html`<span class="track"></span><span class="value">–</span>`
                : html`<span class="track"
                      ><span class="fill c${at % COLORS}" style="width:${part(value.median)}"></span
                      ><span class="range" style="left:${part(value.min)};width:${part(value.max - value.min)}"></span
                    ></span>
                    <span class="value">${text(value.median)}</span>`
            }
          </div>`,
      )}
    </div>
  </div>`;
}

/** The charts, which the page's script draws into the elements here. */
export function chartsSection(charts: readonly Chart[]): Markup {
  return html`<section id="chart-list">
    <h2>Charts</h2>
    <noscript><p class="note">The charts need JavaScript; the rest of this page doesn't.</p></noscript>
    ${charts.map(
      ({ id, title, reading }) =>
        html`<figure>
          <figcaption>
            <h3>${title}</h3>
            <p>${reading}</p>
          </figcaption>
          <div class="chart" id="${id}"></div>
        </figure>`,
    )}
  </section>`;
}

/** What limits the trust in the metrics. */
export function caveatsSection(caveats: readonly Caveat[]): Markup {
  return html`<section id="caveats">
    <h2>Caveats</h2>
    <dl>
      ${caveats.map(
        ({ question, answer, meaning, verdict }) =>
          html`<div class="${verdict}">
            <dt>${question}</dt>
            <dd>
              <b>${answer}.</b>
              ${verdict === 'careful' ? html`<em>Caution.</em>` : undefined} ${meaning}
            </dd>
          </div>`,
      )}
    </dl>
  </section>`;
}

/** The method, so that the measurement can be repeated. */
export function methodSection(comparison: Comparison, jsonName: string): Markup {
  const { scenario, environment, seed, servers, before } = comparison;
  return html`<section id="method">
    <h2>How it was measured</h2>
    ${
      before === undefined
        ? undefined
        : html`<p>
            This page joins two results that were measured one after the other. Only servers of the same result were
            measured in turns, so each server is compared with itself, before and after, and with no other.
          </p>`
    }
    <p>
      In each of ${format.count(scenario.rounds, 'round')} every server had one turn, in a newly shuffled order: a fresh
      process, ${format.number(scenario.warmupSeconds)} s of warm-up, ${format.number(scenario.seconds)} s of
      measurement. In one round all servers got the same requests, drawn from the same seed. Histograms of all rounds
      are merged, never averaged. Processor time, memory and threads are read from <code>/proc</code>.
    </p>
    <dl class="plain">
      ${servers.map(
        ({ spec, commandLine }) =>
          html`<div>
            <dt>${spec.name}</dt>
            <dd><code>${commandLine}</code></dd>
          </div>`,
      )}
      <div>
        <dt>seed</dt>
        <dd>${String(seed)}</dd>
      </div>
      ${
        before === undefined
          ? environmentRows(environment)
          : [environmentRows(before.environment, ', before'), environmentRows(environment, ', after')]
      }
    </dl>
    <details>
      <summary>The scenario</summary>
      <pre>${JSON.stringify(scenario, null, 2)}</pre>
    </details>
    <p class="note">The data of this report are in <code>${jsonName}</code>, beside this file.</p>
  </section>`;
}

function environmentRows({ cpu, cores, memoryBytes, os, node, lab, commit }: LabEnvironment, when = ''): Markup {
  return html`<div>
      <dt>machine${when}</dt>
      <dd>${cpu}, ${format.count(cores, 'processor')}, ${format.bytes(memoryBytes)}; ${os}</dd>
    </div>
    <div>
      <dt>software${when}</dt>
      <dd>lab ${lab}${commit === undefined ? '' : `, commit ${commit}`}; Node ${node}</dd>
    </div>`;
}

/** To the minute. */
function utc(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

function groupNote(servers: readonly ServerFacts[]): string {
  const groups = servers[0]?.groups ?? [];
  return groups.length > 1 ? `; times and requests are those of the ${groups[0]!.group.name}` : '';
}
