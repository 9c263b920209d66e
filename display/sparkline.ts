/** A value at an instant, in ms. */
export interface SparkPoint {
  readonly at: number;
  readonly value: number;
}

/** The `points` of an SVG polyline over a box of this size; a level line in its middle where nothing varies. */
export function sparkline(points: readonly SparkPoint[], width: number, height: number): string {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return '';
  const values = points.map(({ value }) => value);
  const low = Math.min(...values);
  const range = Math.max(...values) - low;
  const time = last.at - first.at;
  return points
    .map(({ at, value }) => {
      const x = time === 0 ? width : ((at - first.at) / time) * width;
      const y = range === 0 ? height / 2 : height - ((value - low) / range) * height;
      return `${round(x)},${round(y)}`;
    })
    .join(' ');
}

const round = (value: number): number => Math.round(value * 10) / 10;
