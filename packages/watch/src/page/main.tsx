/** The page's start: an embedded recording is opened, otherwise the page follows the server that has sent it. */
import { type ComponentChild, render } from 'preact';
import { momentHash, readMoment } from './address.ts';
import { type Notice, RECORDING_IDS } from '../messages.ts';
import { type BuiltLesson, LESSON_ID, recordingId } from '../lesson/built-lesson.ts';
import { LaneHistory } from '../model/index.ts';
import { App } from './app.tsx';
import { FrameStream } from './frame-stream.ts';
import { listenForKeys } from './keyboard.ts';
import { Lesson } from './lesson.ts';
import { Live } from './live.ts';
import { QuestionView } from './parts/question-view.tsx';
import { applyFirstTheme } from './theme.ts';
import { TwinApp } from './twin-app.tsx';
import { Twin } from './twin.ts';
import { Watcher } from '../viewer/watcher.ts';

const root = document.getElementById('page')!;
const [embedded, second] = RECORDING_IDS.map((id) => document.getElementById(id)?.textContent);
const lessonText = document.getElementById(LESSON_ID)?.textContent;

applyFirstTheme();
root.replaceChildren();

let drawing = 0;
let twin: Twin | undefined;
let lesson: Lesson | undefined;
const draw = (): void => {
  drawing = 0;
  render(pageOf(), root);
  if (twin === undefined && lesson === undefined) remember();
};
const pageOf = (): ComponentChild => {
  if (twin !== undefined) return <TwinApp twin={twin} />;
  if (lesson === undefined) return <App watcher={watcher} />;
  const hidden = lesson.isSolved ? [] : lesson.question.hide;
  return (
    <App watcher={lesson.watcher} hidden={hidden}>
      <QuestionView lesson={lesson} />
    </App>
  );
};
const drawSoon = (): void => {
  drawing ||= requestAnimationFrame(draw);
};

const isRecorded = embedded !== undefined || lessonText !== undefined;
const watcher = isRecorded ? new Watcher(undefined, drawSoon) : watchLive(new URL(location.href), considerTwin);
/** What the keys do: to both servers if there are two. */
const shown = (): Watcher | Twin => twin ?? lesson?.watcher ?? watcher;
listenForKeys({
  forward: () => {
    shown().forward();
  },
  back: () => {
    shown().back();
  },
  oneCall: () => {
    shown().oneCall();
  },
  run: () => {
    shown().toggle();
  },
});
addEventListener('hashchange', goToAddress);
draw();
if (embedded !== undefined && second === undefined) void openRecording(watcher, embedded);
if (embedded !== undefined && second !== undefined) void openTwin([embedded, second]);
if (lessonText !== undefined) void openLesson(JSON.parse(lessonText) as BuiltLesson);

/** Follows a live server. */
function watchLive(address: URL, noticed: (notice: Notice) => void): Watcher {
  const live: Live = new Live(address, {
    begun: () => {
      stream = streamTo(one);
    },
    received: (bytes) => {
      void stream.push(bytes);
    },
    noticed: (notice) => {
      one.notice(notice);
      noticed(notice);
    },
    lost: () => {
      one.lost();
    },
  });
  const one = new Watcher(
    {
      send: (command) => {
        live.send(command);
      },
    },
    drawSoon,
  );
  let stream = streamTo(one);
  return one;
}

/** Two servers are shown side by side, unless the address names one of them. */
function considerTwin(notice: Notice): void {
  const address = new URL(location.href);
  if (twin !== undefined || !('hello' in notice) || address.searchParams.has('source')) return;
  if (notice.hello.sources.length < 2) return;
  address.searchParams.set('source', '1');
  const second = watchLive(address, () => undefined);
  for (const one of [watcher, second]) one.lanes = new LaneHistory();
  twin = new Twin([watcher, second]);
  drawSoon();
}

function streamTo(one: Watcher): FrameStream {
  return new FrameStream(
    (part) => {
      one.take(part);
    },
    (error) => {
      one.failed(error);
    },
  );
}

/** Shows the recordings of two servers side by side. */
async function openTwin(recordings: readonly [string, string]): Promise<void> {
  const other = new Watcher(undefined, drawSoon);
  for (const one of [watcher, other]) one.lanes = new LaneHistory();
  twin = new Twin([watcher, other]);
  await openRecording(watcher, recordings[0]);
  await openRecording(other, recordings[1]);
  twin.follow();
}

async function openLesson(content: BuiltLesson): Promise<void> {
  const runs = new Set(content.questions.map(({ run }) => run));
  const watchers = new Map([...runs].map((run) => [run, new Watcher(undefined, drawSoon)]));
  for (const [run, one] of watchers) await openRecording(one, document.getElementById(recordingId(run))!.textContent);
  lesson = new Lesson(content, watchers, drawSoon);
  lesson.goTo(0);
}

async function openRecording(one: Watcher, base64: string): Promise<void> {
  const stream = streamTo(one);
  await stream.push(bytesOf(base64));
  // Says so if the last bytes were damaged.
  await stream.push(new Uint8Array(0));
  const { step, position } = readMoment(location.hash);
  one.loaded(step, position);
}

/** A loop, because `Uint8Array.from` takes seconds for a minute of a fast server. */
function bytesOf(base64: string): Uint8Array {
  const characters = atob(base64);
  const bytes = new Uint8Array(characters.length);
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = characters.charCodeAt(index);
  return bytes;
}

function goToAddress(): void {
  const { step, position } = readMoment(location.hash);
  if (step !== undefined && location.hash !== momentHash(watcher.moment ?? { step: undefined, position: undefined })) {
    watcher.goTo(step, position);
  }
}

/** Writes the moment into the address, so that a copied link leads here. */
function remember(): void {
  const { moment } = watcher;
  const hash = moment === undefined ? '' : momentHash(moment);
  if (hash === location.hash || watcher.state === undefined) return;
  try {
    history.replaceState(null, '', hash === '' ? location.pathname + location.search : hash);
  } catch {
    // Browsers limit how often, and may refuse on pages from disk.
  }
}
