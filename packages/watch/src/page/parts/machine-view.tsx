import type { ComponentChild } from 'preact';
import type { Chip, Machine, Station } from '../../model/index.ts';

/** The parts of the server in the order of the work, and which client is where. */
export function MachineView({
  machine,
  compact,
}: {
  readonly machine: Machine;
  readonly compact: boolean;
}): ComponentChild {
  return (
    <section class="machine-frame" aria-label={machine.title}>
      <ol
        class={`machine${machine.back === undefined ? '' : ' loop'}${compact ? ' compact' : ''}`}
        data-back={machine.back}
      >
        {machine.stations.map((station) => (
          <StationView key={station.title} station={station} />
        ))}
      </ol>
      {machine.caveat !== undefined && <p class="caveat">{machine.caveat}</p>}
    </section>
  );
}

function StationView({ station }: { readonly station: Station }): ComponentChild {
  const { link, title, note, help, chips, look } = station;
  return (
    <>
      {link !== undefined && (
        <li class={link === 'beside' ? 'link gap' : 'link'} aria-hidden="true">
          {link === 'beside' ? '' : link.words}
        </li>
      )}
      <li class={`station ${look}`} title={help}>
        <h2>{title}</h2>
        <p>{note}</p>
        <div class="chips">
          {chips.map((chip, index) => (
            <ChipView key={index} chip={chip} />
          ))}
        </div>
      </li>
    </>
  );
}

function ChipView({ chip }: { readonly chip: Chip }): ComponentChild {
  return (
    <span class={`chip ${chip.look}${chip.due === true ? ' due' : ''}`}>
      {chip.text}
      {chip.due === true && <span class="unseen-text"> call due</span>}
    </span>
  );
}
