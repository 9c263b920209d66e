import { describe, expect, it } from 'vitest';
import { Items, numberOf, SeenItems } from '../../collect/items.ts';
import { MachineTracker } from '../../collect/machine-state.ts';
import { checkMapping } from '../../collect/mapping.ts';
import { parseDevices } from '../../collect/model.ts';
import type { Observation } from '../../collect/observation.ts';
import { Timeline } from '../../collect/timeline.ts';
import { generatedDevices } from '../support/shdr.ts';

const said = (item: string, value: string | null): Observation => ({ at: 0, item, value });

const mapping = (more: object = {}) => checkMapping({ source: 'mill', machine: { name: 'Mill' }, ...more });

function tracked(more: object = {}, model = false): MachineTracker {
  const items = new Items(mapping(more), model ? parseDevices(generatedDevices) : null);
  return new MachineTracker({
    partOf: (observation) => items.partOf(observation),
    states: items.mapping.status.states,
  });
}

describe('the status of a machine', () => {
  it.each([
    ['ACTIVE', 'PRINTING'],
    ['READY', 'READY_TO_PRINT'],
    ['STOPPED', 'IDLE'],
    ['FEED_HOLD', 'IDLE'],
    ['INTERRUPTED', 'IDLE'],
    ['PROGRAM_COMPLETED', 'PRINT_FINISHED'],
    [null, 'UNKNOWN'],
  ])('follows from the execution %s', (value, status) => {
    const machine = tracked();
    machine.observe(said('p1execution', value));
    expect(machine.state).toEqual({ status, error: null, isConnected: null });
  });

  it('is ERROR while a fault is active, whatever it executes', () => {
    const machine = tracked();
    machine.observe(said('execution', 'ACTIVE'));
    machine.observe(said('coolant', 'FAULT|C1|||Too low'));
    machine.observe(said('coolant', 'FAULT|C2|||Too hot'));
    machine.observe(said('hydraulics', 'WARNING|H1|||Soon due'));
    expect(machine.state).toMatchObject({ status: 'ERROR', error: 'Too low; Too hot' });
    machine.observe(said('coolant', 'NORMAL|C1|||'));
    expect(machine.state).toMatchObject({ status: 'ERROR', error: 'Too hot' });
    machine.observe(said('coolant', 'NORMAL||||'));
    expect(machine.state).toMatchObject({ status: 'PRINTING', error: null });
  });

  it('minds no faults where the mapping says so', () => {
    const machine = tracked({ status: { conditions: false } });
    machine.observe(said('coolant', 'FAULT|C1|||Too low'));
    expect(machine.state.error).toBeNull();
  });

  it('is NOT_CONNECTED while the machine is not heard', () => {
    const machine = tracked();
    machine.observe(said('execution', 'ACTIVE'));
    machine.observe(said('avail', null));
    expect(machine.state.status).toBe('NOT_CONNECTED');
    machine.observe(said('avail', 'AVAILABLE'));
    expect(machine.state.status).toBe('PRINTING');
  });

  it('takes in no word that it does not know, unless the mapping does', () => {
    const machine = tracked({ status: { states: { DANCING: 'WORKING' } } });
    machine.observe(said('execution', 'READY'));
    machine.observe(said('execution', 'SLEEPING'));
    expect(machine.state.status).toBe('READY_TO_PRINT');
    machine.observe(said('execution', 'DANCING'));
    expect(machine.state.status).toBe('WORKING');
  });

  it('of several paths is that of one at work', () => {
    const machine = tracked();
    machine.observe(said('p1execution', 'ACTIVE'));
    machine.observe(said('p2execution', 'READY'));
    expect(machine.state.status).toBe('PRINTING');
    machine.observe(said('p1execution', 'INTERRUPTED'));
    expect(machine.state.status).toBe('IDLE');
  });

  it('goes by the model where there is one, not by names', () => {
    const machine = tracked({}, true);
    machine.observe(said('program', 'execution'));
    machine.observe(said('ex', 'ACTIVE'));
    expect(machine.state.status).toBe('PRINTING');
    machine.observe(said('Mill:exec', 'READY'));
    machine.observe(said('ex', null));
    expect(machine.state.status).toBe('READY_TO_PRINT');
  });

  it('can be put down and taken up again', () => {
    const machine = tracked();
    for (const each of [said('exec', 'ACTIVE'), said('c', 'FAULT|1|||Hot'), said('avail', 'AVAILABLE')])
      machine.observe(each);
    machine.connect({ at: 0, isConnected: true });
    const other = tracked();
    other.restore(JSON.parse(JSON.stringify(machine.snapshot())));
    expect(other.state).toEqual(machine.state);
    other.observe(said('c', 'NORMAL|1|||'));
    expect(other.state).toEqual({ status: 'PRINTING', error: null, isConnected: true });
  });
});

describe('the build of a machine', () => {
  const build = { program: 'program', layer: 'layer' };

  it('is its program, with what it executes and its layer', () => {
    const machine = tracked({ build });
    machine.observe(said('program', 'R-000001'));
    expect(machine.build).toBeNull();
    machine.observe(said('exec', 'ACTIVE'));
    machine.observe(said('layer', '12'));
    expect(machine.build).toEqual({ name: 'R-000001', status: 'PROCESSING', layer: 12 });
    machine.observe(said('exec', 'FEED_HOLD'));
    expect(machine.build?.status).toBe('PAUSED');
    machine.observe(said('program', 'R-000002'));
    expect(machine.build).toMatchObject({ name: 'R-000002', layer: null });
  });

  it('is not told while the machine is only ready', () => {
    const machine = tracked({ build });
    machine.observe(said('program', 'R-000001'));
    machine.observe(said('exec', 'READY'));
    expect(machine.build).toBeNull();
  });
});

describe('the sensor of an item', () => {
  const items = new Items(
    mapping({ items: { Xpos: { sensor: 'X', unit: 'm' }, note: { skip: true } } }),
    parseDevices(generatedDevices),
  );

  it('is a number in the unit of the model', () => {
    expect(items.planOf('Xload')).toMatchObject({
      dataItem: 'xl',
      label: 'Xload',
      quantity: 'load',
      unit: '%',
      valueType: 'NUMBER',
    });
    expect(items.planOf('xl')).toMatchObject({ dataItem: 'xl', label: 'Xload' });
  });

  it('is a text for words, conditions, vectors and time series', () => {
    const types = ['exec', 'system', 'pos', 'vibration', '@ASSET@'].map(
      (item) => items.planOf(item).valueType,
    );
    expect(new Set(types)).toEqual(new Set(['TEXT']));
  });

  it('is what the mapping makes of it, by any of its names', () => {
    expect(items.planOf('xp')).toMatchObject({ unit: 'm', mapped: { sensor: 'X' } });
    expect(['note', 'mg', 'Mill:note', 'exec'].map((item) => items.isSkipped(item))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('has the unit 1, and says so, where a unit is not known', () => {
    const strange = generatedDevices.replace('units="PERCENT"', 'units="FURLONG"');
    const plan = new Items(mapping(), parseDevices(strange)).planOf('xl');
    expect(plan).toMatchObject({ unit: '1', unknownUnit: 'FURLONG', valueType: 'NUMBER' });
  });

  it('without a model is what the whole recording says', () => {
    const seen = new SeenItems();
    const values = [
      ['load', '12.5'],
      ['load', null],
      ['load', ''],
      ['line', '12'],
      ['line', 'N13'],
      ['toolId', '4711'],
    ] as const;
    for (const [item, value] of values) seen.learn(said(item, value));
    const guessed = new Items(mapping(), null, seen.types);
    expect(['load', 'line', 'toolId', 'unseen'].map((item) => guessed.planOf(item).valueType)).toEqual([
      'NUMBER',
      'TEXT',
      'TEXT',
      'TEXT',
    ]);
  });
});

describe('a number', () => {
  it.each([
    ['12.5', 12.5],
    [' -3 ', -3],
    ['1e3', 1_000],
    ['7:MANUAL', 7],
    ['0', 0],
    ['', null],
    ['1 2 3', null],
    ['NaN', null],
    ['1e999', null],
    ['0x10', null],
  ])('%j is %s', (text, value) => {
    expect(numberOf(text)).toBe(value);
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
