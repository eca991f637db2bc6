import type { ComponentChild } from 'preact';
import type { StripPart } from '../../model/index.ts';

const SPOKEN = { sent: 'sent', 'now-out': 'sent now', 'now-in': 'came now', next: 'next', pending: '' } as const;

/** A conversation: its request, N, the integers, the sum. */
export function StripView({ strip }: { readonly strip: readonly StripPart[] }): ComponentChild {
  return (
    <div class="strip">
      {strip.map((part, index) => (
        <Part key={index} part={part} />
      ))}
    </div>
  );
}

function Part({ part }: { readonly part: StripPart }): ComponentChild {
  switch (part.is) {
    case 'note':
      return <small>{part.text}</small>;
    case 'bytes':
      return (
        <span class="bytes" role="img" aria-label={`${part.got} of ${part.of} bytes`}>
          {Array.from({ length: part.of }, (_, index) => (
            <i key={index} class={index >= part.got ? '' : index >= part.got - part.now ? 'now' : 'got'} />
          ))}
        </span>
      );
    case 'cell':
      return (
        <span class={`cell ${part.shape} ${part.look}`}>
          {part.text}
          {SPOKEN[part.look] !== '' && part.look !== 'sent' && <span class="unseen-text"> {SPOKEN[part.look]}</span>}
        </span>
      );
  }
}
