import { memberNamed } from '@concurrent-primes/zoo';
import { describe, expect, it } from 'vitest';
import { findScenario, parseScenario, scenarioNames } from './scenario.ts';
import { parseServers } from './servers/server-spec.ts';

const GROUP = { name: 'clients', clients: 10, intervals: { kind: 'fixed', interval: [100, 200] } };
const LEAST = { name: 'x', title: 'X', groups: [GROUP] };

describe('findScenario()', () => {
  it('lists six, in reading order', () => {
    expect(scenarioNames()).toEqual(['lecture', 'reconnect', 'giants-and-mice', 'slow-network', 'attack', 'crowd']);
  });

  it.each(scenarioNames())('reads %s, whose servers and misbehaving clients exist', (name) => {
    const scenario = findScenario(name)!;
    expect(scenario.name).toBe(name);
    expect(scenario.teaches.length).toBeGreaterThan(100);
    expect(parseServers(scenario.servers).length).toBeGreaterThan(3);
    for (const bad of scenario.groups.flatMap((group) => Object.keys(group.with))) {
      expect(memberNamed(bad).name).toBe(bad);
    }
  });

  it('still finds reconnect by its former name', () => {
    expect(findScenario('churn')).toEqual(findScenario('reconnect'));
  });

  it('is undefined for an unknown name', () => {
    expect(findScenario('../lecture')).toBeUndefined();
  });
});

describe('parseScenario()', () => {
  it('adds the defaults', () => {
    expect(parseScenario(LEAST)).toMatchObject({
      rounds: 3,
      seconds: 1.5,
      serverArgs: [],
      groups: [{ keepAlive: false, verify: true, with: {} }],
    });
    expect(parseScenario(LEAST).groups[0]!.rate).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    ['it is no object', 'text', 'scenario must be an object, got "text"'],
    ['it is a list', [], 'scenario.name must be present, got nothing'],
    ['a field is missing', { ...LEAST, title: undefined }, 'scenario.title must be a text, got nothing'],
    [
      'a field has another kind',
      { ...LEAST, title: 5 },
      'cannot use the scenario: scenario.title must be a text, got 5',
    ],
    ['a name is misspelt', { ...LEAST, round: 3 }, 'scenario.round must be one of the fields name, title, '],
    [
      'a number is out of range',
      { ...LEAST, rounds: 0 },
      'scenario.rounds must be a whole number from 1 to 100, got 0',
    ],
    [
      'there are no groups',
      { ...LEAST, groups: [] },
      'scenario.groups must be at least one group, each with a name of its own, got []',
    ],
    [
      'two groups have one name',
      { ...LEAST, groups: [GROUP, GROUP] },
      'each with a name of its own, got [{"name":"clients"',
    ],
    [
      'a field of a group is wrong',
      { ...LEAST, groups: [{ ...GROUP, clients: 'ten' }] },
      'scenario.groups[0].clients must be a whole number from 1 to 20000, got "ten"',
    ],
    [
      'there is no such distribution',
      { ...LEAST, groups: [{ ...GROUP, intervals: { kind: 'normal' } }] },
      'scenario.groups[0].intervals.kind must be one of step, fixed, uniform, zipf, mix, got "normal"',
    ],
    [
      'nobody good is left',
      { ...LEAST, groups: [{ ...GROUP, with: { silent: 0.5, garbage: 0.5 } }] },
      'scenario.groups[0].with must be shares that leave room for good clients, sum 1, got',
    ],
    ['an argument is no text', { ...LEAST, serverArgs: [1] }, 'scenario.serverArgs[0] must be a text, got 1'],
  ])('throws and says where when %s', (_, json, message) => {
    expect(() => parseScenario(json)).toThrow(message);
  });
});
