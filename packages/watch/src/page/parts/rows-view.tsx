import { Component, type ComponentChild } from 'preact';
import { ACTS, type Cell, type State } from '@concurrent-primes/trace';
import { type Picture, type Row, type ShownColumn, threadName } from '../../model/index.ts';
import { StripView } from './strip-view.tsx';

interface RowsProps {
  readonly state: State;
  readonly picture: Picture;
  readonly goToStep: (step: number) => void;
}

/** The clients: what each waits for, its conversation, and its history. */
export function RowsView({ state, picture, goToStep }: RowsProps): ComponentChild {
  const { rows, rowsTitle, columns, size } = picture;
  const isKept = rowsTitle !== undefined;
  const hasCells = !isKept || columns.some(({ column }) => column?.cells !== undefined);
  const isLoop = state.server.architecture === 'loop';
  return (
    <section
      class={`rows ${isKept ? `kept${hasCells ? '' : ' wide'}` : size === 'few' ? '' : 'dense'}`}
      aria-label="Clients"
    >
      {isKept && <h2>{rowsTitle}</h2>}
      {hasCells && (
        <div class="row head">
          <span>socket, and what it waits for</span>
          <span>
            its conversation: request, N, primes, sum
            <span class="bars">{isLoop ? 'length of the turn' : 'time between steps'}</span>
          </span>
          <div>
            <div class="past" aria-hidden="true">
              {columns.map((column) => (
                <span key={column.step} class={column.when === 'unseen' ? 'took unseen' : 'took'}>
                  <i style={{ height: `${Math.max(2, Math.round(24 * column.height))}px` }} />
                </span>
              ))}
            </div>
            <div class="past" role="group" aria-label={isLoop ? 'Go to turn' : 'Go to step'}>
              {columns.map((column) => (
                <button
                  key={column.step}
                  type="button"
                  class={column.when === 'past' ? '' : column.when}
                  aria-current={column.when === 'now' ? 'step' : undefined}
                  disabled={column.when === 'unseen'}
                  onClick={() => {
                    goToStep(column.step);
                  }}
                >
                  <ColumnLabel column={column} />
                </button>
              ))}
            </div>
          </div>
        </div>
      )}
      {rows.map((row) => (
        <RowView key={row.key} row={row} columns={hasCells ? columns : []} state={state} />
      ))}
    </section>
  );
}

/** The number of a column: all of it where it is shown, its end elsewhere; readers of the screen hear all of it. */
function ColumnLabel({ column: { when, whole, label } }: { readonly column: ShownColumn }): ComponentChild {
  if (when === 'now' || !whole.endsWith(label)) return when === 'now' ? whole : label;
  const begin = whole.slice(0, whole.length - label.length);
  return (
    <>
      {begin !== '' && <span class="unseen-text">{begin}</span>}
      {label}
    </>
  );
}

function RowView({
  row,
  columns,
  state,
}: {
  readonly row: Row;
  readonly columns: readonly ShownColumn[];
  readonly state: State;
}): ComponentChild {
  return (
    <div class={`row ${row.kind}`}>
      <div class="who">
        <b>{row.name}</b>
        <span class={row.tagged ? 'place tag' : 'place'}>{row.place}</span>
        <p class={row.kind}>
          {row.kind === 'another' ? '! ' : ''}
          {row.reason}
        </p>
      </div>
      <StripView strip={row.strip} />
      {columns.length > 0 && (
        <div class="past" aria-hidden="true">
          {columns.map((column) => (
            <PastCell key={column.step} looks={looksOf(row, column, state)} />
          ))}
        </div>
      )}
    </div>
  );
}

/** Class and marks of one cell as one text, so that equal cells are skipped. */
function looksOf(row: Row, { when, column }: ShownColumn, { threads }: State): string {
  if (column === undefined) return 'unseen';
  if (column.kind === 'lost' || column.kind === 'left-out') return `lost ${when}`;
  if (row.key === 's0') return `${when} ${column.accepts > 0 ? '|▼' : ''}`;
  if (row.key === 'backlog') return `${when} ${column.backlog > 0 ? 'another' : ''}`;
  const cell = column.cells?.get(row.key);
  if (cell === undefined) return when;
  const marks = marksOf(cell, threadName(threads[cell.thread ?? -1]));
  return `${when} ${bandOf(cell, marks !== '')}${marks === '' ? '' : `|${marks}`}`;
}

function bandOf({ waiting, band }: Cell, called: boolean): string {
  if (waiting === 'another') return called ? '' : 'another';
  if (waiting === 'unknown') return 'unknown';
  if (band === 'thread') return 'has';
  if (band === 'blocked') return called ? 'blocks called' : 'blocks';
  return waiting === 'itself' && !called ? 'itself' : '';
}

function marksOf({ acts }: Cell, thread: string): string {
  const has = (act: number): boolean => (acts & act) !== 0;
  const marks = [
    ...(has(ACTS.accept) ? ['+'] : []),
    ...(has(ACTS.take) ? [thread] : []),
    ...(has(ACTS.recv) ? ['▼'] : []),
    ...(has(ACTS.send) ? ['▲'] : []),
    ...(has(ACTS.refuse) || has(ACTS.expire) ? ['!'] : []),
    ...(has(ACTS.close) ? ['×'] : []),
  ];
  return marks.slice(-2).join(' ');
}

class PastCell extends Component<{ readonly looks: string }> {
  override shouldComponentUpdate(next: { readonly looks: string }): boolean {
    return next.looks !== this.props.looks;
  }

  override render(): ComponentChild {
    const [classes, marks = ''] = this.props.looks.split('|');
    return (
      <span class={classes}>
        {(marks === '' ? [] : marks.split(' ')).map((mark, index) => (
          <i key={index} class={MARK_CLASSES[mark] ?? (mark.length > 1 ? 'thread' : 'mark')}>
            {mark}
          </i>
        ))}
      </span>
    );
  }
}

const MARK_CLASSES: Readonly<Record<string, string>> = { '▼': 'in', '▲': 'out' };
