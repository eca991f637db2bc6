/** What to show of a server's state, as data: for the page, and for other ways of showing it. */
export { type Crowd, type LookOptions, type Picture, pictureOf } from './look.ts';
export { threadName } from './calls.ts';
export { CLIENT_TABLE_HEAD, clientTable } from './client-table.ts';
export type { ShownColumn } from './columns.ts';
export type { Bin, Chip, Glance, Machine, Row, Sentence, Station, StripPart, Text } from './picture.ts';
export { LaneHistory } from './lanes.ts';
export type { Size } from './rows.ts';
export type { Seats } from './seats.ts';
export type { QueueBoxes, ThreadBox } from './thread-boxes.ts';
export { FD_SETSIZE, SEAT } from './seats.ts';
export { serverTitle, type TwinPicture, twinPictureOf, type TwinRow, type TwinSide } from './twin-picture.ts';
export { count, duration, list, moment, number } from './words.ts';
