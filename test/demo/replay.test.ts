import { describe, expect, it } from 'vitest';
import type { ShdrCondition, ShdrLevel, ShdrObservation } from '../../demo/shdr.ts';
import { isStatusItem, ShdrMachine } from '../../demo/shdr-machine.ts';
import { NumericItems } from '../../demo/shdr-numbers.ts';
import { Timeline } from '../../demo/timeline.ts';

const said = (item: string, value: string): ShdrObservation => ({
  type: 'observation',
  at: null,
  item,
  value,
});

const condition = (item: string, level: ShdrLevel, nativeCode = '', text = ''): ShdrCondition => ({
  type: 'condition',
  at: null,
  item,
  level,
  nativeCode,
  nativeSeverity: '',
  qualifier: '',
  text,
});

describe('the status of a recorded machine', () => {
  it.each([
    ['ACTIVE', 'PRINTING'],
    ['READY', 'READY_TO_PRINT'],
    ['STOPPED', 'IDLE'],
    ['FEED_HOLD', 'IDLE'],
    ['INTERRUPTED', 'IDLE'],
    ['PROGRAM_COMPLETED', 'PRINT_FINISHED'],
    ['UNAVAILABLE', 'UNKNOWN'],
  ])('follows from the execution %s', (value, status) => {
    const machine = new ShdrMachine();
    machine.observe(said('p1execution', value));
    expect(machine.state).toEqual({ status, error: null });
  });

  it('is ERROR while a fault is active, whatever it executes', () => {
    const machine = new ShdrMachine();
    machine.observe(said('execution', 'ACTIVE'));
    machine.condition(condition('coolant', 'FAULT', 'C1', 'Too low'));
    machine.condition(condition('coolant', 'FAULT', 'C2', 'Too hot'));
    machine.condition(condition('hydraulics', 'WARNING', 'H1', 'Soon due'));
    expect(machine.state).toEqual({ status: 'ERROR', error: 'Too low; Too hot' });
    machine.condition(condition('coolant', 'NORMAL', 'C1'));
    expect(machine.state).toEqual({ status: 'ERROR', error: 'Too hot' });
    machine.condition(condition('coolant', 'NORMAL'));
    expect(machine.state).toEqual({ status: 'PRINTING', error: null });
  });

  it('is NOT_CONNECTED while the machine is not heard', () => {
    const machine = new ShdrMachine();
    machine.observe(said('execution', 'ACTIVE'));
    machine.observe(said('avail', 'UNAVAILABLE'));
    expect(machine.state.status).toBe('NOT_CONNECTED');
    machine.observe(said('avail', 'AVAILABLE'));
    expect(machine.state.status).toBe('PRINTING');
  });

  it('takes in no value that it does not know', () => {
    const machine = new ShdrMachine();
    expect(machine.observe(said('execution', 'DANCING'))).toBe(false);
    expect(machine.observe(said('Xload', '3'))).toBe(false);
    expect(machine.state.status).toBe('UNKNOWN');
    expect(['avail', 'm1_avail', 'pexecution', 'Xload'].map(isStatusItem)).toEqual([true, true, true, false]);
  });
});

describe('the numbers of a recording', () => {
  function learned(...observations: ShdrObservation[]): NumericItems {
    const items = new NumericItems();
    for (const observation of observations) items.learn(observation);
    return items;
  }

  it('are of items whose every value is a number', () => {
    const items = learned(
      said('load', '12.5'),
      said('load', 'UNAVAILABLE'),
      said('mode', 'AUTOMATIC'),
      said('line', '12'),
      said('line', 'N13'),
      said('silent', 'UNAVAILABLE'),
      said('toolId', '4711'),
    );
    expect(items.names()).toEqual(['load']);
  });

  it('have no value where the machine says UNAVAILABLE, and never zero', () => {
    const items = learned(said('load', '1'));
    expect(items.numbers(said('load', 'UNAVAILABLE'))).toEqual([{ item: 'load', value: null }]);
    expect(items.numbers(said('load', '0'))).toEqual([{ item: 'load', value: 0 }]);
    expect(items.numbers(said('load', ''))).toEqual([]);
    expect(items.numbers(said('load', '7:MANUAL'))).toEqual([{ item: 'load', value: 7 }]);
  });

  it('of a position are its components', () => {
    const items = learned(said('path', '1 -2.5 3e2'), said('path', 'UNAVAILABLE'));
    expect(items.names()).toEqual(['path.1', 'path.2', 'path.3']);
    expect(items.numbers(said('path', '1 -2.5 3e2')).map(({ value }) => value)).toEqual([1, -2.5, 300]);
    expect(items.numbers(said('path', 'UNAVAILABLE')).map(({ value }) => value)).toEqual([null, null, null]);
  });

  it('are none where a position has now three and now two components', () => {
    expect(learned(said('path', '1 2 3'), said('path', '1 2')).names()).toEqual([]);
  });
});

describe('the time of a recording', () => {
  const start = new Date('2026-11-01T00:00:00.000Z');
  const at = (seconds: number) => new Date(Date.UTC(2022, 0, 1, 12, 0, seconds));
  const play = (timeline: Timeline, ...instants: (Date | null)[]) =>
    instants.map((instant) => {
      const { elapsed, observedAt } = timeline.place(instant);
      return [elapsed / 1_000, observedAt.toISOString().slice(11, 19)];
    });

  it('begins at the start that it is given and keeps its spacing', () => {
    expect(play(new Timeline({ start }), at(0), at(1), at(1), null, at(30))).toEqual([
      [0, '00:00:00'],
      [1, '00:00:01'],
      [1, '00:00:01'],
      [1, '00:00:01'],
      [30, '00:00:30'],
    ]);
  });

  it('is as short as it plays, so that nothing is told of the future', () => {
    expect(play(new Timeline({ start, speed: 10 }), at(0), at(100), at(200))).toEqual([
      [0, '00:00:00'],
      [100, '00:00:10'],
      [200, '00:00:20'],
    ]);
  });

  it('goes on while single lines step back a little', () => {
    expect(play(new Timeline({ start }), at(10), at(12), at(11), at(13))).toEqual([
      [0, '00:00:00'],
      [2, '00:00:02'],
      [2, '00:00:01'],
      [3, '00:00:03'],
    ]);
  });

  it('continues with a stretch that lies elsewhere', () => {
    const timeline = new Timeline({ start });
    expect(play(timeline, at(3_600), at(3_610), at(0), at(5), at(7_200))).toEqual([
      [0, '00:00:00'],
      [10, '00:00:10'],
      [11, '00:00:11'],
      [16, '00:00:16'],
      [17, '00:00:17'],
    ]);
    expect(timeline.stretches).toBe(3);
  });

  it('stays as recorded where it is to be kept', () => {
    const timeline = new Timeline({ start: null });
    expect(play(timeline, at(3_600), at(0), at(5)).map(([, time]) => time)).toEqual([
      '13:00:00',
      '12:00:00',
      '12:00:05',
    ]);
  });
});
