import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { type Judged, judge, type Limits, type Span } from '../../src/monitoring/threshold.judge.ts';

const limits: Limits = { low: null, high: 10, hysteresis: 2, delay: 0 };
const start = Date.parse('2026-03-01T08:00:00Z');
const at = (second: number) => new Date(start + second * 1_000);
const sample = (second: number, value: number) => ({ observedAt: at(second), value });
const nothing: Judged = { until: null, pending: null };

/** What a test looks at of an excursion, in seconds. */
const brief = ({ direction, startedAt, endedAt, extreme, readings }: Span) => ({
  direction,
  from: (startedAt.getTime() - start) / 1_000,
  to: endedAt ? (endedAt.getTime() - start) / 1_000 : null,
  extreme,
  readings,
});

/** Judges messages one after the other, as ingest does: what it knows between them is what storage keeps. */
function judgeAll(by: Limits, messages: readonly (readonly ReturnType<typeof sample>[])[]): Span[] {
  let judged = nothing;
  let spans: Span[] = [];
  for (const message of messages) {
    const result = judge(by, judged, spans, message);
    judged = result.judged;
    spans = result.spans.map((span, place) => ({ ...span, id: span.id ?? `new ${place}`, changed: false }));
  }
  return spans;
}

describe('the judgement of readings', () => {
  it('begins an excursion beyond the limit and ends it inside by the hysteresis', () => {
    const values = [9, 10, 11, 12, 9, 8.5, 8, 7];
    const spans = judgeAll(limits, [values.map((value, second) => sample(second, value))]);
    expect(spans.map(brief)).toEqual([{ direction: 'ABOVE', from: 2, to: 6, extreme: 12, readings: 2 }]);
  });

  it('waits for the delay, and then begins where the values left', () => {
    const patient = { ...limits, delay: 30 };
    const spans = judgeAll(patient, [
      [sample(0, 11), sample(20, 12), sample(25, 9)],
      [sample(40, 11), sample(60, 13)],
      [sample(70, 12), sample(80, 1)],
    ]);
    expect(spans.map(brief)).toEqual([{ direction: 'ABOVE', from: 40, to: 80, extreme: 13, readings: 3 }]);
  });

  it('goes from one side to the other in two excursions', () => {
    const both = { ...limits, low: 0 };
    const spans = judgeAll(both, [[sample(0, 11), sample(1, -3)], [sample(2, 5)]]);
    expect(spans.map(brief)).toEqual([
      { direction: 'ABOVE', from: 0, to: 1, extreme: 11, readings: 1 },
      { direction: 'BELOW', from: 1, to: 2, extreme: -3, readings: 1 },
    ]);
  });

  it('adds what comes late to the excursion that it lies in, and takes nothing back', () => {
    const spans = judgeAll(limits, [
      [sample(0, 5), sample(10, 11), sample(20, 12), sample(30, 5)],
      [sample(15, 20), sample(16, 5)],
    ]);
    expect(spans.map(brief)).toEqual([{ direction: 'ABOVE', from: 10, to: 30, extreme: 20, readings: 3 }]);
  });

  it('makes an excursion of its own of what comes late and lies in none', () => {
    const spans = judgeAll(limits, [
      [sample(0, 5), sample(100, 5)],
      [sample(50, 11), sample(60, 12), sample(70, 5), sample(90, 11)],
    ]);
    expect(spans.map(brief)).toEqual([
      { direction: 'ABOVE', from: 50, to: 70, extreme: 12, readings: 2 },
      { direction: 'ABOVE', from: 90, to: 90, extreme: 11, readings: 1 },
    ]);
  });

  it('ends what a limit that was taken away had begun', () => {
    const first = judge(limits, nothing, [], [sample(0, 11)]);
    const { spans } = judge({ ...limits, high: null, low: 0 }, first.judged, first.spans, [sample(1, 50)]);
    expect(spans.map(brief)).toEqual([{ direction: 'ABOVE', from: 0, to: 1, extreme: 11, readings: 1 }]);
  });

  property.prop([
    fc.array(fc.integer({ min: -5, max: 15 }), { minLength: 1, maxLength: 60 }),
    fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 }),
    fc.record({
      high: fc.constant(10),
      low: fc.constantFrom(null, 0),
      hysteresis: fc.integer({ min: 0, max: 4 }),
      delay: fc.integer({ min: 0, max: 4 }),
    }),
  ])('is the same however readings in order are cut into messages', (values, cuts, by) => {
    const samples = values.map((value, second) => sample(second, value));
    const messages: (typeof samples)[] = [];
    for (let from = 0, turn = 0; from < samples.length; turn++) {
      const size = cuts[turn % cuts.length] ?? 1;
      messages.push(samples.slice(from, from + size));
      from += size;
    }
    expect(judgeAll(by, messages).map(brief)).toEqual(judgeAll(by, [samples]).map(brief));
  });

  property.prop([
    fc.array(
      fc.record({ second: fc.integer({ min: 0, max: 99 }), value: fc.integer({ min: -5, max: 15 }) }),
      {
        minLength: 1,
        maxLength: 60,
      },
    ),
    fc.integer({ min: 1, max: 9 }),
  ])('misses no value outside without a delay, however late it comes', (given, size) => {
    const by = { ...limits, low: 0, hysteresis: 0 };
    const samples = given.map(({ second, value }) => sample(second, value));
    const messages = Array.from({ length: Math.ceil(samples.length / size) }, (_, place) =>
      samples.slice(place * size, (place + 1) * size),
    );
    const spans = judgeAll(by, messages);
    for (const { observedAt, value } of samples) {
      if (value >= 0 && value <= 10) continue;
      const covering = spans.filter(
        (span) => span.startedAt <= observedAt && (span.endedAt === null || observedAt <= span.endedAt),
      );
      expect(covering.length).toBeGreaterThan(0);
    }
    expect(spans.filter((span) => span.endedAt === null).length).toBeLessThanOrEqual(1);
  });
});
