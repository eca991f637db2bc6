/** Two servers with the same clients, aligned by time, as data. */
import { clientName, type ServerInfo, type State } from '@concurrent-primes/trace';
import { type Lane, type LaneHistory, laneAt } from './lanes.ts';
import type { Text } from './picture.ts';
import { reasonOf } from './reasons.ts';
import { Standings } from './standing.ts';
import { count, duration, list, moment, number } from './words.ts';

/** One of the two servers at the moment that is shown. */
export interface TwinSide {
  readonly state: State;
  readonly lanes: LaneHistory;
  /** Microseconds from the common zero to that of this server's clock. */
  readonly offsetUs: number;
}

/** A server of the picture. */
export interface TwinServer {
  readonly name: string;
  /** Clients that wait for another client, and all that are there. */
  readonly waiting: number;
  readonly present: number;
}

/** One client: its lane in each server. */
export interface TwinRow {
  readonly ordinal: number;
  readonly name: string;
  /** How it fares with each server, or what it waits for itself. */
  readonly reason: Text;
  /** Whether it waits for another client in one of the servers. */
  readonly bad: boolean;
  readonly lanes: readonly (TwinLane | undefined)[];
}

/** A lane on the common time. */
export interface TwinLane {
  readonly spans: readonly { readonly look: string; readonly fromUs: number; readonly toUs: number }[];
  readonly firstUs: number | undefined;
  readonly goneUs: number | undefined;
}

/** What the page shows of two servers. */
export interface TwinPicture {
  readonly lead: Text;
  readonly more: Text;
  readonly bad: boolean;
  readonly servers: readonly TwinServer[];
  readonly price: Text;
  readonly rows: readonly TwinRow[];
  /** The time in view. */
  readonly fromUs: number;
  readonly toUs: number;
  readonly nowUs: number;
}

/** The most clients in view. */
const MOST_ROWS = 10;
/** The longest time in view; older parts of lanes are cut off. */
const MOST_US = 30_000_000;
/** The axis reaches this much beyond now, so that one sees lanes grow. */
const AHEAD = 1.15;
const LEAST_US = 1_000_000;

/** Names a server: `select`, `pool of 3`. */
export function serverTitle({ name, architecture, options }: ServerInfo): string {
  return architecture === 'pool' && options.threads !== undefined ? `pool of ${options.threads}` : name;
}

/** Computes the picture of two servers. */
export function twinPictureOf(sides: readonly TwinSide[]): TwinPicture {
  const nowUs = Math.max(...sides.map(({ state, offsetUs }) => state.realUs + offsetUs));
  const servers = sides.map(({ state }) => serverOf(state));
  const rows = rowsOf(sides, nowUs);
  const bad = servers.some(({ waiting }) => waiting > 0);
  return {
    ...sentenceOf(sides, servers, nowUs),
    bad,
    servers,
    price: priceOf(sides),
    rows,
    fromUs: Math.max(0, nowUs - MOST_US),
    toUs: Math.max(LEAST_US, Math.max(0, nowUs - MOST_US) + Math.min(nowUs, MOST_US) * AHEAD),
    nowUs,
  };
}

function serverOf(state: State): TwinServer {
  const standings = new Standings(state);
  return {
    name: serverTitle(state.server),
    waiting: standings.of('another').length + standings.stuckInBacklog,
    present: standings.present.length + standings.stuckInBacklog,
  };
}

function sentenceOf(
  sides: readonly TwinSide[],
  servers: readonly TwinServer[],
  nowUs: number,
): { readonly lead: Text; readonly more: Text } {
  const [worse, better] = [...servers].sort((one, other) => other.waiting - one.waiting) as [TwinServer, TwinServer];
  const waits = worse.waiting === 1 ? 'waits' : 'wait';
  const what =
    worse.waiting === 0
      ? 'No client waits for another one, with either server.'
      : better.waiting === 0
        ? `With *${worse.name}*, ${count(worse.waiting, 'client')} ${waits} for another one; with *${better.name}*, nobody does.`
        : `With *${worse.name}*, ${count(worse.waiting, 'client')} ${waits} for another one; with *${better.name}*, ${number(better.waiting)}.`;
  return { lead: `*${moment(nowUs)}.* The same clients for two servers. ${what}`, more: holdersOf(sides) };
}

/** Clients that hold threads, and what the other server does with these clients. */
function holdersOf(sides: readonly TwinSide[]): Text {
  const pool = sides.find(({ state }) => state.server.architecture === 'pool');
  const other = sides.find((side) => side !== pool);
  if (pool === undefined || other === undefined) return '';
  const holders = new Standings(pool.state).of('itself').filter(({ client }) => client.place === 'thread');
  if (holders.length === 0) return '';
  const names = holders.slice(0, 3).map(({ client }) => clientName(client.ordinal));
  const all = holders.length > names.length ? count(holders.length, 'client') : list(names);
  const each = holders.length === 1 ? 'it holds a thread' : 'each holds a thread';
  return `${all} ${holders.length === 1 ? 'isn’t' : 'aren’t'} ready. *${serverTitle(other.state.server)}* leaves ${holders.length === 1 ? 'it' : 'them'} alone; in the *${serverTitle(pool.state.server)}* ${each}.`;
}

function priceOf(sides: readonly TwinSide[]): Text {
  const loop = sides.find(({ state }) => state.server.architecture === 'loop');
  const longestUs = Math.max(0, ...(loop?.state.history ?? []).map(({ durationUs }) => durationUs ?? 0));
  if (loop === undefined || longestUs === 0) return '';
  return `The price of ${loop.state.server.name}: its longest turn in view took *${duration(longestUs)}*.`;
}

function rowsOf(sides: readonly TwinSide[], nowUs: number): TwinRow[] {
  const lanes = sides.map(({ state, lanes: all }) => {
    const shown = all.lanes.map((lane) => laneAt(lane, state.realUs)).filter((lane) => lane !== undefined);
    return new Map(shown.map((lane) => [lane.ordinal, lane]));
  });
  const ordinals = [...new Set(lanes.flatMap((map) => [...map.keys()]))].sort((one, other) => one - other);
  const isPresent = (ordinal: number): boolean =>
    lanes.some((map) => map.has(ordinal) && map.get(ordinal)!.goneUs === undefined);
  const present = ordinals.filter(isPresent);
  const gone = ordinals.filter((ordinal) => !isPresent(ordinal));
  const room = Math.max(0, MOST_ROWS - present.length);
  return [...(room === 0 ? [] : gone.slice(-room)), ...present.slice(0, MOST_ROWS)]
    .sort((one, other) => one - other)
    .map((ordinal) =>
      rowOf(
        sides,
        ordinal,
        lanes.map((map) => map.get(ordinal)),
        nowUs,
      ),
    );
}

function rowOf(
  sides: readonly TwinSide[],
  ordinal: number,
  lanes: readonly (Lane | undefined)[],
  nowUs: number,
): TwinRow {
  const fares = sides.map(({ state }, index) => fareOf(state, lanes[index]));
  const client = sides[0]?.state.clients.get(ordinal);
  const standing = sides[0]?.state;
  const itself =
    client !== undefined && standing !== undefined
      ? new Standings(standing).of('itself').find((one) => one.client.ordinal === ordinal)
      : undefined;
  const isSlow = itself !== undefined && fares.every(({ bad }) => !bad);
  return {
    ordinal,
    name: clientName(ordinal),
    bad: fares.some(({ bad }) => bad),
    reason: isSlow ? reasonOf(standing!, client!, itself.waiting) : fares.map(({ text }) => text).join(', '),
    lanes: lanes.map((lane, index) => lane && shifted(lane, sides[index]!.offsetUs, nowUs)),
  };
}

/** How long a client waited for the first bytes of its answer. */
function fareOf(state: State, lane: Lane | undefined): { readonly text: Text; readonly bad: boolean } {
  const name = state.server.name;
  if (lane === undefined) return { text: `${name} –`, bad: false };
  const servedUs = lane.firstUs ?? lane.goneUs;
  if (servedUs !== undefined) return { text: `${name} ${duration(servedUs - lane.beganUs)}`, bad: false };
  const bad = lane.goneUs === undefined && lane.spans.at(-1)?.look === 'another';
  return { text: bad ? `! *${name} still waits*` : `${name} –`, bad };
}

/** A lane on the common time. What lasted at the last event of its server still lasts. */
function shifted({ spans, firstUs, goneUs }: Lane, offsetUs: number, nowUs: number): TwinLane {
  const shift = (us: number | undefined): number | undefined => (us === undefined ? undefined : us + offsetUs);
  return {
    spans: spans.map(({ look, fromUs, toUs }, index) => ({
      look,
      fromUs: fromUs + offsetUs,
      toUs: goneUs === undefined && index === spans.length - 1 ? nowUs : toUs + offsetUs,
    })),
    firstUs: shift(firstUs),
    goneUs: shift(goneUs),
  };
}
