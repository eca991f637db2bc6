import type { ComponentChild } from 'preact';
import { duration, type TwinPicture, type TwinRow } from '../../model/index.ts';
import { RichText } from './rich-text.tsx';

/** The sentence about two servers, and how many clients wait in each. */
export function TwinTop({ picture }: { readonly picture: TwinPicture }): ComponentChild {
  const { lead, more, bad, servers, price } = picture;
  return (
    <section class="top" aria-label="This moment">
      <div class="sentence">
        <p>
          <RichText text={lead} />
        </p>
        <p>
          <RichText text={more} />
        </p>
      </div>
      <div class={bad ? 'glance bad' : 'glance'}>
        <div class="figures">
          {servers.map(({ name, waiting, present }) => (
            <span key={name} class={waiting > 0 ? 'waits' : ''}>
              <strong>
                {waiting > 0 ? '! ' : ''}
                {waiting} of {present}
              </strong>
              <b>{name}</b>
            </span>
          ))}
        </div>
        wait for <b>another client</b>.<br />
        <RichText text={price} />
      </div>
    </section>
  );
}

/** Two lanes a client, on the same time. */
export function TwinLanes({ picture }: { readonly picture: TwinPicture }): ComponentChild {
  const { rows, servers, fromUs, toUs, nowUs } = picture;
  const place = (us: number): string => `${(100 * (Math.max(fromUs, us) - fromUs)) / (toUs - fromUs)}%`;
  return (
    <section class="pair" aria-label="Clients, two lanes each">
      <div class="pair-row head">
        <span>client: how long until its first integer</span>
        <span />
        <span class="axis">
          {[fromUs, (fromUs + toUs) / 2, toUs].map((us) => (
            <span key={us}>{seconds(us)}</span>
          ))}
        </span>
      </div>
      {rows.map((row) => (
        <div key={row.ordinal} class="pair-row">
          <div class="who">
            <b>{row.name}</b>
            <p class={row.bad ? 'another' : ''}>
              <RichText text={row.reason} />
            </p>
          </div>
          <div class="names">
            {servers.map(({ name }) => (
              <span key={name}>{name}</span>
            ))}
          </div>
          <div>
            {row.lanes.map((lane, index) => (
              <Lane key={servers[index]!.name} lane={lane} place={place} title={titleOf(row, index, picture)} />
            ))}
          </div>
        </div>
      ))}
      <div class="pair-now" style={{ '--now': String((nowUs - fromUs) / (toUs - fromUs)) }} aria-hidden="true" />
    </section>
  );
}

/** A moment on the axis. */
function seconds(us: number): string {
  return `${(us / 1e6).toFixed(1)} s`;
}

interface LaneProps {
  readonly lane: TwinRow['lanes'][number];
  readonly place: (us: number) => string;
  readonly title: string;
}

function Lane({ lane, place, title }: LaneProps): ComponentChild {
  return (
    <div class="lane" role="img" aria-label={title} title={title}>
      {lane?.spans.map(({ look, fromUs, toUs }) => (
        <i key={fromUs} class={look} style={{ left: place(fromUs), right: `calc(100% - ${place(toUs)})` }} />
      ))}
      {lane?.firstUs !== undefined && <i class="first" style={{ left: place(lane.firstUs) }} />}
      {lane?.goneUs !== undefined && <i class="end" style={{ left: place(lane.goneUs) }} />}
    </div>
  );
}

const LOOKS: Readonly<Record<string, string>> = {
  served: 'served',
  itself: 'not ready',
  blocks: 'holds a thread, not ready',
  another: 'waits for another client',
  unknown: 'unknown',
};

/** A lane in words. */
function titleOf({ name, lanes }: TwinRow, index: number, { servers }: TwinPicture): string {
  const lane = lanes[index];
  const server = servers[index]!.name;
  if (lane === undefined) return `${name}, ${server}: not there`;
  const parts = lane.spans.slice(-4).map(({ look, fromUs, toUs }) => `${LOOKS[look]} for ${duration(toUs - fromUs)}`);
  return `${name}, ${server}: ${parts.join(', ')}${lane.goneUs === undefined ? '' : ', gone'}`;
}

/** What the lanes mean. */
export function TwinLegend(): ComponentChild {
  return (
    <ul class="legend" aria-label="How to read the lanes">
      {(['served', 'itself', 'blocks', 'another'] as const).map((look) => (
        <li key={look}>
          <span class="lane sample" aria-hidden="true">
            <i class={look} style={{ left: 0, right: 0 }} />
          </span>
          {LOOKS[look]}
        </li>
      ))}
      <li>
        <span class="lane sample" aria-hidden="true">
          <i class="first" style={{ left: '40%' }} />
        </span>
        the kernel took its first integer
      </li>
    </ul>
  );
}
