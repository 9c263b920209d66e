/** Outlines on a build plate, in mm. */
import {
  areaD,
  areaPathsD,
  booleanOpD,
  ClipperD,
  ClipType,
  FillRule,
  intersectD,
  PathType,
  PointInPolygonResult,
  pointInPolygonD,
} from 'clipper2-ts';
import { z } from 'zod';

/** A point `[x, y]` in mm on the build plate. */
export type Point = readonly number[];

/** The most points that a drawing has, and how far from the origin one may lie, in mm. */
export const mostPoints = 250;
const farthest = 100_000;
// Places after the point that coordinates are computed with: hundredths of a µm.
const precision = 5;
const finest = 10 ** -precision;

const coordinate = z
  .number()
  .min(-farthest, `must be at least ${-farthest}`)
  .max(farthest, `must be at most ${farthest}`);

/** A point of an input. */
export const point = z.array(coordinate).length(2, 'must be a point [x, y] in mm').meta({ scalar: 'JSON' });

type Path = { x: number; y: number }[];

const pathOf = (points: readonly Point[]): Path => points.map(([x = 0, y = 0]) => ({ x, y }));

/** The area inside of a drawing, however it was drawn, in mm². */
const areaOf = (path: Path): number =>
  Math.abs(areaPathsD(booleanOpD(ClipType.Union, [path], null, FillRule.NonZero, precision)));

/** What is wrong with the outline of a piece, or null: it must enclose an area, and not cross itself. */
export function outlineProblem(points: readonly Point[]): string | null {
  const path = pathOf(points);
  const covered = areaOf(path);
  if (covered <= finest) return 'must enclose an area.';
  // What is gone around twice, or the other way round, counts differently.
  const drawn = Math.abs(areaD(path));
  return Math.abs(drawn - covered) > covered * 1e-6 + finest ? 'must not cross itself.' : null;
}

/** A drawing with what is known of it, for many comparisons. */
export interface Drawing {
  readonly path: Path;
  readonly area: number;
  readonly box: { left: number; right: number; bottom: number; top: number };
}

export function drawingOf(points: readonly Point[]): Drawing {
  const path = pathOf(points);
  const [xs, ys] = [path.map(({ x }) => x), path.map(({ y }) => y)];
  return {
    path,
    area: path.length < 3 ? 0 : areaOf(path),
    box: { left: Math.min(...xs), right: Math.max(...xs), bottom: Math.min(...ys), top: Math.max(...ys) },
  };
}

/** The rectangle between two opposite corners. */
export function rectangleOf([first = [], second = []]: readonly Point[]): Point[] {
  const [[a = 0, b = 0], [c = 0, d = 0]] = [first, second];
  return [
    [a, b],
    [c, b],
    [c, d],
    [a, d],
  ];
}

/** Whether a drawing and an outline overlap, and by how much in mm²: null where the drawing has no area. */
export interface Overlap {
  readonly area: number | null;
}

/** How a drawing overlaps an outline; null where it does not, or only touches it. */
export function overlapOf(drawing: Drawing, outline: Drawing): Overlap | null {
  const [a, b] = [drawing.box, outline.box];
  if (a.left > b.right || b.left > a.right || a.bottom > b.top || b.bottom > a.top) return null;
  if (drawing.area <= finest) return liesIn(drawing.path, outline.path) ? { area: null } : null;
  const shared = intersectD([drawing.path], [outline.path], FillRule.NonZero, precision);
  const area = Math.abs(areaPathsD(shared));
  const around = shared.reduce((sum, path) => sum + lengthOf([...path, ...path.slice(0, 1)]), 0);
  // Thinner than coordinates are computed with: their edges touch.
  return area > around * finest ? { area } : null;
}

/** Whether a point or a line that encloses nothing lies in an outline, be it in part. */
function liesIn(path: Path, outline: Path): boolean {
  if (path.some((each) => isInside(each, outline))) return true;
  const clipper = new ClipperD(precision);
  clipper.addPaths([path], PathType.Subject, true);
  clipper.addPaths([outline], PathType.Clip, false);
  const within: Path[] = [];
  clipper.execute(ClipType.Intersection, FillRule.NonZero, [], within);
  return within.some((part) =>
    part.slice(1).some((end, place) => {
      const start = part[place] ?? end;
      return isInside({ x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 }, outline);
    }),
  );
}

const isInside = (each: { x: number; y: number }, outline: Path): boolean =>
  pointInPolygonD(each, outline, precision) === PointInPolygonResult.IsInside;

const lengthOf = (path: Path): number =>
  path.slice(1).reduce((sum, { x, y }, place) => {
    const from = path[place] ?? { x, y };
    return sum + Math.hypot(x - from.x, y - from.y);
  }, 0);
