/** HTML text in which whatever is put in is escaped, unless it is HTML itself. */

/** Text that is HTML. */
export class Markup {
  readonly text: string;

  /** @param text - HTML, as it is */
  constructor(text: string) {
    this.text = text;
  }
}

/** What can be put in. */
export type Content = Markup | string | number | undefined | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Tag of a template that is HTML: what stands in it is taken as it is, what is put in is escaped. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(parts.map((part, at) => part + (at < contents.length ? render(contents[at]) : '')).join(''));
}

/**
 * JSON for a script element: no `<` in it, so that nothing in it can end the element.
 *
 * @param value - anything that JSON can say
 */
export function scriptJson(value: unknown): Markup {
  return new Markup(JSON.stringify(value).replaceAll('<', String.raw`\u003c`));
}

function render(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(render).join('');
  return String(content).replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}
