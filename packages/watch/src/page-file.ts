/**
 * The built page, to be sent by a server or saved as a file.
 *
 * A recording is embedded as a data block: an element whose type no browser executes. So the policy, which names the one
 * script's hash, stays the same.
 */
import { readFileSync } from 'node:fs';
import { type BuiltLesson, LESSON_ID, recordingId } from './lesson/built-lesson.ts';
import { RECORDING_IDS } from './messages.ts';

/** The page: one self-contained HTML file. The path is right from `src` and from `dist`. */
export const PAGE_URL = new URL('../dist/page.html', import.meta.url);

const SLOT = '<!-- recording -->';

/** Reads the page. */
export function readPage(): string {
  return readFileSync(PAGE_URL, 'utf8');
}

/**
 * Returns the content security policy of the page, for the header of the same name.
 *
 * @param html - the page
 * @throws Error when the page has no policy
 */
export function pagePolicy(html: string): string {
  const [, policy] = /<meta http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html) ?? [];
  if (policy === undefined)
    throw new Error('cannot find the content security policy: the page must have a meta element');
  return `${policy}; frame-ancestors 'none'`;
}

/**
 * Returns a page that shows a recording, or two side by side, and opens from disk.
 *
 * @param html - the page
 * @param recording - a recording in the format of the package `trace`
 * @param second - the recording of another server with the same clients
 */
export function embedRecording(html: string, recording: Uint8Array, second?: Uint8Array): string {
  const blocks = [recording, ...(second === undefined ? [] : [second])].map((bytes, index) =>
    recordingBlock(RECORDING_IDS[index]!, bytes),
  );
  return html.replace(SLOT, blocks.join(''));
}

/**
 * Returns a page with a lesson, which opens from disk.
 *
 * @param html - the page
 * @param lesson - its questions
 * @param recordings - what they are about, by the name of the run
 */
export function embedLesson(
  html: string,
  lesson: BuiltLesson,
  recordings: Readonly<Record<string, Uint8Array>>,
): string {
  const blocks = Object.entries(recordings).map(([run, bytes]) => recordingBlock(recordingId(run), bytes));
  // No text of a lesson ends the element.
  const text = JSON.stringify(lesson).replaceAll('<', '\\u003c');
  const title = lesson.title.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return html
    .replace(SLOT, () => `<script type="application/json" id="${LESSON_ID}">${text}</script>${blocks.join('')}`)
    .replace(/<title>[^<]*/, () => `<title>${title}`);
}

function recordingBlock(id: string, recording: Uint8Array): string {
  const text = Buffer.from(recording.buffer, recording.byteOffset, recording.byteLength).toString('base64');
  return `<script type="application/octet-stream" id="${id}">${text}</script>`;
}
