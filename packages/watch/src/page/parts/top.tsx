import type { ComponentChild } from 'preact';
import type { Glance, Sentence } from '../../model/index.ts';
import { RichText } from './rich-text.tsx';

/** What this step did, and how many clients wait for another client. */
export function Top({ sentence, glance }: { readonly sentence: Sentence; readonly glance: Glance }): ComponentChild {
  return (
    <section class="top" aria-label="This step">
      <div class="sentence">
        <p>
          <RichText text={sentence.lead} />
        </p>
        <p>
          <RichText text={sentence.more} />
        </p>
      </div>
      <div class={glance.bad ? 'glance bad' : 'glance'}>
        <strong>{glance.figure}</strong>
        {glance.lines.map((line, index) => (
          <span key={line}>
            {index > 0 && <br />}
            <RichText text={line} />
          </span>
        ))}
      </div>
    </section>
  );
}
