/** Words, times and tones of what the pages show. */
import type {
  AnomalyStatus,
  BuildStatus,
  MachineStatus,
  OrderStatus,
  PieceStage,
  RunStatus,
  SensorState,
} from './generated/graphql.ts';

/** What a status means for who looks from afar. Each has a colour and a sign of its own. */
export type Tone = 'works' | 'ready' | 'waits' | 'attention' | 'trouble' | 'off';

/** `READY_TO_PRINT` as people read it. */
export function words(name: string): string {
  const text = name.toLowerCase().replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `MachineStatusChanged` as people read it. */
export const wordsOfKind = (kind: string): string => words(kind.replace(/(?<=[a-z])(?=[A-Z])/g, '_'));

export const machineTone: Record<MachineStatus, Tone> = {
  PRINTING: 'works',
  WORKING: 'works',
  READY_TO_PRINT: 'ready',
  IDLE: 'ready',
  PRINT_FINISHED: 'attention',
  MAINTENANCE: 'attention',
  ERROR: 'trouble',
  OFFLINE: 'off',
  NOT_CONNECTED: 'off',
  UNKNOWN: 'off',
};

export const runTone: Record<RunStatus, Tone> = {
  CALCULATED: 'waits',
  QUEUED: 'waits',
  QUEUED_WORK_READY: 'ready',
  IN_PROGRESS: 'works',
  PAUSED: 'attention',
  COMPLETE: 'ready',
  ERROR: 'trouble',
  CANCELLED: 'off',
};

export const buildTone: Record<BuildStatus, Tone> = {
  NEW: 'waits',
  BACKLOGGED: 'waits',
  PREHEAT: 'works',
  PROCESSING: 'works',
  PAUSED: 'attention',
  SUSPENDED: 'attention',
  WAITING_FOR_RESOLUTION: 'attention',
  COMPLETE: 'ready',
  CANCELLED: 'off',
  USER_ABORT: 'off',
  UNKNOWN: 'off',
  ERROR: 'trouble',
  FAILED: 'trouble',
  MACHINE_ERROR: 'trouble',
  PART_EXCEEDS_BOUNDARIES: 'trouble',
};

export const orderTone: Record<OrderStatus, Tone> = {
  NEW: 'waits',
  PENDING: 'waits',
  CONFIRMED: 'waits',
  PROCESSING: 'works',
  PRINTING: 'works',
  POST_PROCESSING: 'works',
  SHIPPING: 'works',
  COMPLETE: 'ready',
  CANCELLED: 'off',
};

export const stageTone: Record<PieceStage, Tone> = {
  WAITING: 'waits',
  PRINTING: 'works',
  POST_PROCESSING: 'works',
  SHIPPING: 'works',
  OTHER: 'works',
  COMPLETE: 'ready',
  ERROR: 'trouble',
  INCOMPLETE: 'trouble',
  CANCELLED: 'off',
};

export const sensorTone: Record<SensorState, Tone> = { NEW: 'waits', IDLE: 'ready', ERROR: 'trouble' };

export const anomalyTone: Record<AnomalyStatus, Tone> = { UNADDRESSED: 'attention', ADDRESSED: 'ready' };

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const clockWithSeconds = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const dateWithYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });

/** The time of day; with the date where that is another day than `now`'s. */
export function timeOf(instant: string | number, now: number): string {
  const at = new Date(instant);
  const time = clock.format(at);
  return isSameDay(at, now) ? time : `${date.format(at)} ${time}`;
}

/** The time of day with its seconds; with the date where that is another day than `now`'s. */
export function timeWithSeconds(instant: string, now: number): string {
  const at = new Date(instant);
  const time = clockWithSeconds.format(at);
  return isSameDay(at, now) ? time : `${date.format(at)} ${time}`;
}

/** The date; with the year where that is another one than `now`'s. */
export function dateOf(instant: string, now: number): string {
  const at = new Date(instant);
  return (at.getFullYear() === new Date(now).getFullYear() ? date : dateWithYear).format(at);
}

const isSameDay = (at: Date, now: number): boolean => at.toDateString() === new Date(now).toDateString();

/** How long ago, in one unit: people compare tiles, they do not subtract. */
export function since(instant: string | number, now: number): string {
  const passed = Math.max(0, now - new Date(instant).getTime());
  if (passed < minute) return 'just now';
  if (passed < hour) return `${Math.floor(passed / minute)} min`;
  if (passed < 2 * day) return `${Math.floor(passed / hour)} h`;
  return `${Math.floor(passed / day)} days`;
}

/** A measured value with as many digits as tell something. */
export const numberText = (value: number): string =>
  new Intl.NumberFormat(undefined, { maximumSignificantDigits: 5 }).format(value);

/** A value of a changed field, short enough for a line. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** ms of a span as the API writes it, `PT1M30S`; null for what is none. */
export function durationMs(duration: string | null): number | null {
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(duration ?? '');
  if (!parts) return null;
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = parts.map((part) => Number(part ?? 0));
  return days * day + hours * hour + minutes * minute + seconds * 1_000;
}
