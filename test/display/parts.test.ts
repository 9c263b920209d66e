import { describe, expect, it } from 'vitest';
import {
  forgetToken,
  keepTheme,
  keepToken,
  type Memory,
  readTheme,
  readToken,
  tokenOfFragment,
} from '../../display/access.ts';
import { durationMs, since, valueText, words, wordsOfKind } from '../../display/format.ts';
import { hrefOf, type Route, routeOf } from '../../display/route.ts';
import { sparkline } from '../../display/sparkline.ts';
import { livenessOf, staleAfter } from '../../display/status.ts';
import { PageVersion } from '../../display/version.ts';

function memory(): Memory {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

describe('the token', () => {
  it('is taken from the fragment, which then leads to a page', () => {
    expect(tokenOfFragment('#token=hm_a')).toEqual({ token: 'hm_a', rest: '#/floor' });
    expect(tokenOfFragment('#token=hm_a&page=/orders')).toEqual({ token: 'hm_a', rest: '#/orders' });
    expect(tokenOfFragment('#/floor')).toBeNull();
    expect(tokenOfFragment('#token=')).toBeNull();
    expect(tokenOfFragment('')).toBeNull();
  });

  it('is kept until it is forgotten, and in a browser that keeps nothing it is not', () => {
    const own = memory();
    keepToken(own, 'hm_a');
    expect(readToken(own)).toBe('hm_a');
    forgetToken(own);
    expect(readToken(own)).toBeNull();
    const refuse = () => {
      throw new Error('Storage is forbidden.');
    };
    const none: Memory = { getItem: refuse, setItem: refuse, removeItem: refuse };
    keepToken(none, 'hm_a');
    keepTheme(none, 'dark');
    forgetToken(none);
    expect([readToken(none), readTheme(none)]).toEqual([null, 'auto']);
  });
});

describe('routes', () => {
  it.each<Route>([
    { page: 'floor', locationId: null },
    { page: 'floor', locationId: 'loc_1' },
    { page: 'workstation', id: 'ws_1' },
    { page: 'run', id: 'run_1' },
    { page: 'orders' },
    { page: 'log' },
    { page: 'sensors' },
  ])('lead to %j and back', (route) => {
    expect(routeOf(hrefOf(route))).toEqual(route);
  });

  it.each(['', '#', '#/', '#/run', '#/workstation/', '#/nowhere'])(
    'lead from %j to the floor',
    (fragment) => {
      expect(routeOf(fragment)).toEqual({ page: 'floor', locationId: null });
    },
  );
});

describe('the connection as the page tells it', () => {
  const shown = { hasState: true, problem: null };
  it('is live only with something to show that nothing is wrong with', () => {
    expect(livenessOf({ kind: 'open' }, shown, 0)).toEqual({ kind: 'live' });
    expect(livenessOf({ kind: 'open' }, { hasState: false, problem: null }, 0)).toEqual({
      kind: 'connecting',
    });
    expect(livenessOf({ kind: 'open' }, { hasState: true, problem: 'No.' }, 0)).toEqual({
      kind: 'trouble',
      problem: 'No.',
    });
  });

  it('is stale when it has been gone for long', () => {
    const lost = { kind: 'lost', since: 1_000 } as const;
    expect(livenessOf(lost, shown, 999 + staleAfter)).toEqual({ kind: 'reconnecting', since: 1_000 });
    expect(livenessOf(lost, shown, 1_000 + staleAfter)).toEqual({ kind: 'stale', since: 1_000 });
  });
});

it('a page is outdated when the server has another build than the first that it told', async () => {
  const builds: (string | null | Error)[] = ['a', 'a', null, new Error('gone'), 'b'];
  const version = new PageVersion(async () => {
    const next = builds.shift() ?? null;
    if (next instanceof Error) throw next;
    return next;
  });
  const told = [];
  for (let ask = 0; ask < 5; ask++) told.push(await version.isOutdated());
  expect(told).toEqual([false, false, false, false, true]);
});

describe('words', () => {
  it('are read from names', () => {
    expect(words('READY_TO_PRINT')).toBe('Ready to print');
    expect(wordsOfKind('MachineStatusChanged')).toBe('Machine status changed');
  });

  it('say how long ago in one unit', () => {
    const now = Date.parse('2026-01-10T12:00:00.000Z');
    const ago = (minutes: number) => since(now - minutes * 60_000, now);
    expect([ago(0.5), ago(5), ago(61), ago(47 * 60), ago(72 * 60), ago(-5)]).toEqual([
      'just now',
      '5 min',
      '1 h',
      '47 h',
      '3 days',
      'just now',
    ]);
  });

  it('read durations, and cut long values', () => {
    expect(durationMs('PT1M30S')).toBe(90_000);
    expect(durationMs('P1DT2H')).toBe(93_600_000);
    expect([durationMs(null), durationMs('soon')]).toEqual([null, null]);
    expect(valueText('x'.repeat(100))).toHaveLength(40);
    expect(valueText(null)).toBe('–');
  });
});

describe('sparklines', () => {
  it('fill their box from the first to the last, high values above', () => {
    const points = [
      { at: 0, value: 10 },
      { at: 50, value: 30 },
      { at: 100, value: 20 },
    ];
    expect(sparkline(points, 200, 40)).toBe('0,40 100,0 200,20');
  });

  it('are level where nothing varies, and empty without points', () => {
    expect(sparkline([{ at: 5, value: 1 }], 200, 40)).toBe('200,20');
    expect(sparkline([], 200, 40)).toBe('');
  });
});
