/**
 * A fast server inside the page: WebSocket messages through the browser's driver would disturb a measurement. It sends 30
 * messages a second, with 5,000 events each.
 */
import { crowdOfClients } from './loop-recordings.ts';
import { messagesOf, RECORDINGS } from './recordings.ts';

/** An expression for the page: the number of messages that are still to come. */
export const MESSAGES_LEFT = 'messagesLeft';

/** The messages of 1,000 clients. */
export function crowdMessages(): Uint8Array[] {
  return messagesOf({ server: RECORDINGS['crowd']!().server, batch: crowdOfClients(1000, 500) }, 5000);
}

/** Returns a script that takes the place of the page's WebSocket. */
export function fastServerScript(messages: readonly Uint8Array[]): string {
  const texts = messages.map((message) => Buffer.from(message).toString('base64'));
  return `
  const messages = ${JSON.stringify(texts)}.map(
    (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer,
  );
  globalThis.messagesLeft = messages.length;
  globalThis.WebSocket = class {
    static OPEN = 1;
    readyState = 1;
    constructor() {
      setTimeout(() => this.onopen());
      const timer = setInterval(() => {
        if (messages.length === 0) clearInterval(timer);
        else this.onmessage({ data: messages.shift() });
        globalThis.messagesLeft = messages.length;
      }, 33);
    }
    send() {}
  };`;
}
