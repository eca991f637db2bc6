/**
 * The report as one HTML file, which needs no other file and no network: each failure with the picture of its
 * conversation beside the bytes.
 */
import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { html, Markup } from '../../compare/report/markup.ts';
import { type CheckReport, type CheckResult, countResults, type ReportedFailure } from '../check.ts';
import type { TranscriptLine } from '../transcript.ts';
import { secondsText } from '../words.ts';
import { timelinePictures } from './timeline-picture.ts';

const SIGNS = { passed: '✓', failed: '✗', skipped: '–' } as const;

/** Writes an HTML document. */
export function renderCheckHtml(report: CheckReport): string {
  const { target, seed, results, leftOut, interrupted, elapsedMs } = report;
  const { passed, failed, skipped } = countResults(report);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>check of ${target}: ${failed} failed</title>
        <style>
          ${new Markup(readSource('check-html.css'))}
        </style>
      </head>
      <body>
        <main>
          <p class="kicker">Concurrent Primes · a check of a server</p>
          <h1>${target}</h1>
          <p>
            ${interrupted ? html`<b>Interrupted before the end.</b> ` : undefined}${passed} passed,
            <b class="${failed > 0 ? 'bad' : ''}">${failed} failed</b>, ${skipped} skipped, in
            ${secondsText(Math.round(elapsedMs))}; seed ${seed}
          </p>
          ${results.map((result) => (result.status === 'failed' ? failureSection(result, result.failure) : undefined))}
          <h2>All checks</h2>
          <ul class="checks">
            ${results.map(
              (result) =>
                html`<li class="${result.status}">
                  <b>${SIGNS[result.status]}</b> <code>${result.name}</code> ${result.title}${reasonOf(result)}
                </li>`,
            )}
            ${leftOut.map(({ name, reason }) => html`<li class="skipped"><b>–</b> <code>${name}</code> left out: ${reason}</li>`)}
          </ul>
        </main>
      </body>
    </html> `.text;
}

function failureSection({ name, title }: CheckResult, failure: ReportedFailure): Markup {
  const { what, hint, transcript, timelines, serverOutput } = failure;
  return html`<section id="${name}">
    <h2><span class="bad">✗</span> <code>${name}</code> ${title}</h2>
    <p>${what}</p>
    <p class="hint">→ ${hint}</p>
    <div class="evidence">
      ${
        timelines.length === 0
          ? undefined
          : html`<div>
              <h3>What happened when</h3>
              <p class="note">
                As the client saw it: the server’s row has what reached the client. Long pauses are drawn shorter.
              </p>
              ${timelinePictures(timelines)}
            </div>`
      }
      ${
        transcript.length === 0
          ? undefined
          : html`<div>
              <h3>The bytes</h3>
              <table>
                ${transcript.map((line) => byteRow(line))}
              </table>
            </div>`
      }
    </div>
    ${
      serverOutput === ''
        ? undefined
        : html`<h3>The server printed</h3>
            <pre>${stripVTControlCharacters(serverOutput)}</pre>`
    }
  </section>`;
}

function byteRow({ from, hex, meaning }: TranscriptLine): Markup {
  // Such as the name of the connection whose bytes follow.
  if (from === '')
    return html`<tr>
      <td colspan="3">${meaning}</td>
    </tr>`;
  return html`<tr class="${from}">
    <th scope="row">${from}</th>
    <td><code>${hex}</code></td>
    <td>${meaning}</td>
  </tr>`;
}

function reasonOf(result: CheckResult): string {
  return result.status === 'skipped' ? `: skipped ${result.reason}` : '';
}

/** A file that is not compiled. */
function readSource(name: string): string {
  return readFileSync(new URL(`../../../src/check/report/${name}`, import.meta.url), 'utf8');
}
