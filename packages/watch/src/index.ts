/** The page as a file, which a replay or a lesson embeds, and as what a server serves. */
export { type AddableClient, type Command, type Notice, STREAM_PATH } from './messages.ts';
export { buildLesson } from './lesson/build-lesson.ts';
export { type LessonClient, type LessonRun, type LessonSource, parseLesson } from './lesson/lesson-source.ts';
export { embedRecording, PAGE_URL, pagePolicy, readPage } from './page-file.ts';
export { type Clients } from './serve/commands.ts';
export { FileRecorder } from './serve/file-recorder.ts';
export { writeFlight } from './serve/write-flight.ts';
export { onStarvation } from './serve/starvation.ts';
export { type FeedListener, TraceFeed } from './serve/trace-feed.ts';
export { type ClientsGate, type Watchable, type WatchedGate, type WatchedTrace } from './serve/watchable.ts';
export { type Terminal, watchInTerminal, whyNoTerminal } from './terminal/watch-in-terminal.ts';
export { DEFAULT_RELEASE_MS, serveWatch, type WatchOptions, type WatchServer } from './serve/watch-server.ts';
