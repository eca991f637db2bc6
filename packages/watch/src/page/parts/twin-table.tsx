import type { ComponentChild } from 'preact';
import { useState } from 'preact/hooks';

interface TwinTableProps {
  readonly caption: string;
  readonly head: readonly string[];
  /** Called only while the table is shown. */
  readonly rows: () => readonly (readonly (string | number)[])[];
}

/** The same data as a drawing, as a table; built only on request, as it may have 1,000 rows. */
export function TwinTable({ caption, head, rows }: TwinTableProps): ComponentChild {
  const [shown, show] = useState(false);
  return (
    <>
      <button
        type="button"
        class="text-button twin-button"
        aria-expanded={shown}
        onClick={() => {
          show(!shown);
        }}
      >
        {shown ? 'Hide the table' : 'Show as a table'}
      </button>
      {shown && (
        <div class="twin" tabIndex={0} role="region" aria-label={caption}>
          <table>
            <caption class="unseen-text">{caption}</caption>
            <thead>
              <tr>
                {head.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows().map((row, index) => (
                <tr key={index}>
                  {row.map((value, column) => (
                    <td key={column}>{value}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
