import type { ComponentChild } from 'preact';
import type { Text } from '../../model/index.ts';

/** A sentence whose words between asterisks are strong. */
export function RichText({ text }: { readonly text: Text }): ComponentChild {
  return text.split('*').map((part, index) => (index % 2 === 1 ? <b key={index}>{part}</b> : part));
}

/** The same without marks, for titles and for speech. */
export function plainText(text: Text): string {
  return text.replaceAll('*', '');
}
