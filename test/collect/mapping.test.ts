import { describe, expect, it } from 'vitest';
import { checkMapping, MappingError, readMapping } from '../../collect/mapping.ts';
import { parseDevices } from '../../collect/model.ts';
import { knownUnits, ucumOf } from '../../collect/units.ts';
import { isUcumCode } from '../../src/quality/ucum.ts';
import { generatedDevices } from '../support/shdr.ts';
import { fileOf } from './support.ts';

const least = { source: 'mill', machine: { name: 'Mill' } };

describe('a mapping', () => {
  it('needs a source and a machine, and makes everything a sensor', () => {
    expect(checkMapping(least)).toMatchObject({
      createSensors: true,
      items: {},
      status: { conditions: true },
      unavailableOnDisconnect: false,
    });
  });

  it.each([
    [{}, /source: .*\n.*machine: /],
    [{ ...least, source: '' }, /source/],
    [{ ...least, sauce: 1 }, /sauce/],
    [{ ...least, items: { Xload: { skipp: true } } }, /items\.Xload.*skipp/],
    [{ ...least, items: { Xload: { type: 'BOOLEAN' } } }, /items\.Xload\.type/],
    [{ ...least, status: { states: { ACTIVE: 'DANCING' } } }, /status\.states\.ACTIVE/],
    [{ ...least, machine: {} }, /machine/],
    [[], /\(all\)/],
  ])('%j is refused, and every fault is named', (value, message) => {
    expect(() => checkMapping(value)).toThrow(MappingError);
    expect(() => checkMapping(value)).toThrow(message);
  });

  it('is a file of JSON, whose device model lies beside it', () => {
    const file = fileOf(JSON.stringify({ ...least, devices: 'Devices.xml' }), 'mill.json');
    expect(readMapping(file).devices).toBe(file.replace('mill.json', 'Devices.xml'));
    expect(() => readMapping(fileOf('{ "source": ', 'broken.json'))).toThrow(/broken\.json cannot be read/);
    expect(() => readMapping('/nowhere/mill.json')).toThrow(MappingError);
  });
});

describe('a device model', () => {
  it('is of the device that is named', () => {
    expect(parseDevices(generatedDevices).find('Xload')?.id).toBe('xl');
    expect(parseDevices(generatedDevices, 'MILL-1').name).toBe('Mill');
    expect(() => parseDevices(generatedDevices, 'Lathe')).toThrow('no device "Lathe": there are Mill');
  });

  it.each(['', 'nonsense', '<a>', '<MTConnectStreams/>'])('is not %j', (text) => {
    expect(() => parseDevices(text)).toThrow();
  });
});

describe('the units of MTConnect', () => {
  it.each(knownUnits())('%s is %s, a UCUM code', async (_, code) => {
    expect(await isUcumCode(code)).toBe(true);
  });

  it('that are not known have none', () => {
    expect(ucumOf('FURLONG')).toBeUndefined();
    expect(ucumOf('millimeter')).toBe('mm');
  });
});
