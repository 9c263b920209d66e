/** What a generated recording says, as it is to be stored. */
export interface Said {
  readonly item: string;
  /** Null for UNAVAILABLE. */
  readonly text: string | null;
  readonly at: string;
}

export interface GeneratedShdr {
  readonly text: string;
  readonly said: readonly Said[];
  /** Lines that observe nothing. */
  readonly commands: number;
}

/** A small generator of pseudo-random numbers (mulberry32): the same seed, the same recording. */
function chanceOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/**
 * A recording with what real ones have: several items a line, steps back in time, conditions, UNAVAILABLE, empty
 * values, vectors, assets on several lines, commands of the protocol, and carriage returns. Every value is another, so
 * that each can be told from all.
 */
export function generateShdr(lines: number, seed = 1): GeneratedShdr {
  const chance = chanceOf(seed);
  const said: Said[] = [];
  const out: string[] = [];
  let time = Date.UTC(2022, 7, 8, 13, 0, 0);
  let commands = 0;
  for (let line = 0; line < lines; line++) {
    time += chance(400);
    if (chance(50) === 0) time -= 600_000;
    const at = new Date(time).toISOString();
    // Adapters tell time finer than it is kept.
    const stamp = at.replace('Z', `${1_000 + chance(9_000)}Z`);
    const say = (item: string, text: string | null, value = text ?? 'UNAVAILABLE') => {
      said.push({ item, text, at });
      return `${item}|${value}`;
    };
    switch (chance(12)) {
      case 0:
        out.push(`${stamp}|${say('system', `FAULT|F${line}|500|HIGH|Fault ${line}`)}`);
        break;
      case 1:
        say('system', 'NORMAL||||');
        out.push(`${stamp}|system|NORMAL||||`);
        break;
      case 2: {
        const body = [
          `<CuttingTool assetId="T.${line}">`,
          '2022-08-08T13:00:00Z|not|an item',
          '</CuttingTool>',
        ];
        say('@ASSET@', `T.${line}|CuttingTool|${body.join('\n')}`);
        out.push(
          `${stamp}|@ASSET@|T.${line}|CuttingTool|--multiline--${line}`,
          ...body,
          `--multiline--${line}`,
        );
        break;
      }
      case 3:
        out.push('* adapterVersion: 1.2');
        commands++;
        break;
      case 4:
        out.push(`${stamp}|${say('Xload', null)}|${say('program', '')}|${say('pos', `${line} -1.5 0`)}`);
        break;
      default: {
        const words = ['ACTIVE', 'READY', 'INTERRUPTED', 'PROGRAM_COMPLETED'];
        const pairs = [say('Xload', String(line)), say('Xpos', String(line + 0.25))];
        if (chance(5) === 0) pairs.push(say('exec', words[chance(words.length)] ?? 'READY'));
        if (chance(9) === 0) pairs.push(say('avail', chance(4) === 0 ? null : 'AVAILABLE'));
        out.push(`${stamp}|${pairs.join('|')}`);
      }
    }
  }
  return { text: `${out.join('\r\n')}\r\n`, said, commands };
}

/** The model of the device that is generated. */
export const generatedDevices = `<?xml version="1.0"?>
<MTConnectDevices xmlns="urn:mtconnect.org:MTConnectDevices:2.0">
  <Header instanceId="1" version="2.0"/>
  <Devices>
    <Device id="d1" name="Mill" uuid="MILL-1">
      <DataItems><DataItem category="EVENT" id="a1" name="avail" type="AVAILABILITY"/></DataItems>
      <Components>
        <Axes id="x"><Components><Linear id="x1" name="X"><DataItems>
          <DataItem category="SAMPLE" id="xl" name="Xload" type="LOAD" units="PERCENT"/>
          <DataItem category="SAMPLE" id="xp" name="Xpos" type="POSITION" subType="ACTUAL" units="MILLIMETER"/>
        </DataItems></Linear></Components></Axes>
        <Controller id="c1"><DataItems>
          <DataItem category="CONDITION" id="sy" name="system" type="SYSTEM"/>
          <DataItem category="EVENT" id="ex" name="exec" type="EXECUTION"/>
          <DataItem category="EVENT" id="pg" name="program" type="PROGRAM"/>
          <DataItem category="EVENT" id="mg" name="note" type="MESSAGE"/>
          <DataItem category="SAMPLE" id="po" name="pos" type="PATH_POSITION" units="MILLIMETER_3D"/>
          <DataItem category="SAMPLE" id="vb" name="vibration" type="DISPLACEMENT" units="MILLIMETER" representation="TIME_SERIES"/>
        </DataItems></Controller>
      </Components>
    </Device>
  </Devices>
</MTConnectDevices>`;
