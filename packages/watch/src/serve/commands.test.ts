import { describe, expect, it, vi } from 'vitest';
import { watchedScript } from '../testing/watched-script.ts';
import { type Clients, Control, parseCommand } from './commands.ts';

const CLIENTS: Clients = {
  kinds: [{ name: 'good', does: 'behaves' }],
  add: (name, [a, b]) => Promise.resolve(`${name} ${a} ${b}`),
};

describe('parseCommand()', () => {
  it.each([
    { do: 'hold' },
    { do: 'run' },
    { do: 'step', what: 'call' },
    { do: 'slow', perSecond: 2 },
    { do: 'add', client: 'good', interval: [-5, 2_147_483_647] },
  ])('accepts %j', (command) => {
    expect(parseCommand(JSON.stringify(command))).toEqual(command);
  });

  it.each([
    ['no JSON', 'JSON'],
    ['{}', 'do'],
    ['{"do":"stop"}', 'do'],
    ['{"do":"step","what":"thread"}', 'what'],
    ['{"do":"slow","perSecond":0}', 'perSecond'],
    ['{"do":"slow","perSecond":1e9}', 'perSecond'],
    ['{"do":"add","client":"good","interval":[1,2.5]}', 'interval.1'],
    ['{"do":"hold","more":1}', 'more'],
  ])('refuses %s and says why', (text, why) => {
    expect(() => parseCommand(text)).toThrow(why);
  });
});

describe('Control', () => {
  const servers = () => [watchedScript('four'), watchedScript('pool')] as const;

  it('holds and steps all servers together; a step of one that runs holds it', async () => {
    const [one, other] = servers();
    const control = new Control([one.gate, other.gate], CLIENTS, 1000);
    await control.perform({ do: 'step', what: 'turn' });
    await control.perform({ do: 'step', what: 'call' });
    await control.perform({ do: 'slow', perSecond: 3 });
    await control.perform({ do: 'run' });
    expect(one.told).toEqual(['hold', 'step call', 'slow 3', 'run']);
    expect(other.told).toEqual(one.told);
  });

  it('adds the clients that it knows, and refuses others', async () => {
    const control = new Control([], CLIENTS, 1000);
    expect(await control.perform({ do: 'add', client: 'good', interval: [1, 2] })).toBe('good 1 2');
    await expect(control.perform({ do: 'add', client: 'evil', interval: [1, 2] })).rejects.toThrow('got evil');
  });

  it('lets held servers run when the last page is gone for long enough', () => {
    vi.useFakeTimers();
    try {
      const [server] = servers();
      const control = new Control([server.gate], CLIENTS, 1000);
      control.join();
      control.join();
      void control.perform({ do: 'hold' });
      control.leave();
      vi.advanceTimersByTime(5000);
      expect(server.told).toEqual(['hold']);
      control.leave();
      vi.advanceTimersByTime(999);
      control.join(); // the page was reloaded
      vi.advanceTimersByTime(5000);
      expect(server.told).toEqual(['hold']);
      control.leave();
      vi.advanceTimersByTime(1000);
      expect(server.told).toEqual(['hold', 'run']);
    } finally {
      vi.useRealTimers();
    }
  });
});
