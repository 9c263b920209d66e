/** Depths of the genealogy, and where a walk was cut: over edges in memory, level by level and never recursive. */
import { type Edge, type GenealogyKind, isWithin, type Seed, type Subject } from './genealogy.graph.ts';

/** A node at which a walk begins, and how deep it stands. */
export interface Start extends Seed {
  subject: Subject;
  depth: number;
}

export interface WalkLimits {
  /** Objects that are further from the root are left out; null for all. */
  maxDepth: number | null;
  /** What is behind objects of these kinds is left out. The root is never such an object. */
  until: ReadonlySet<GenealogyKind>;
}

/** What a walk found: objects with their least depth, and the edges between them. */
export interface Walk {
  depths: Map<string, Subject & { depth: number }>;
  /** Edges between different objects. */
  edges: Edge[];
  /** The limits left something out. */
  truncated: boolean;
}

const none: readonly Edge[] = [];

/**
 * Walks over edges, from the least depth up. Going on within one object costs no depth, so an object's depth is the
 * least over all that it ever consisted of, by a way that was possible in time.
 */
export function walk(
  edges: readonly Edge[],
  starts: readonly Start[],
  direction: 'ANCESTORS' | 'DESCENDANTS',
  { maxDepth, until }: WalkLimits,
): Walk {
  const down = direction === 'DESCENDANTS';
  const [near, far] = down ? (['from', 'to'] as const) : (['to', 'from'] as const);
  const target = (edge: Edge): Subject => (down ? edge.destination : edge.source);
  const at = new Map<string, Edge[]>();
  for (const edge of edges) {
    const known = at.get(edge[near]);
    if (known) known.push(edge);
    else at.set(edge[near], [edge]);
  }
  const roots = new Set(starts.filter(({ depth }) => depth === 0).map(({ subject }) => subject.id));
  const depths: Walk['depths'] = new Map();
  const visited = new Set<string>();
  const followed = new Map<string, Edge>();
  const cut = new Map<string, Edge>();
  const waiting = starts.filter(({ depth }) => maxDepth === null || depth <= maxDepth);
  const last = Math.max(0, ...waiting.map(({ depth }) => depth));
  let level: { node: string; subject: Subject; seed: Start | null }[] = [];
  for (let depth = 0; depth <= last || level.length > 0; depth++) {
    for (const start of waiting) {
      if (start.depth !== depth) continue;
      level.push({ node: start.node, subject: start.subject, seed: start.since === null ? null : start });
    }
    const following: typeof level = [];
    for (let step = level.pop(); step; step = level.pop()) {
      const { node, subject, seed } = step;
      if (!seed && visited.has(node)) continue;
      if (!seed) visited.add(node);
      if (!depths.has(subject.id)) depths.set(subject.id, { ...subject, depth });
      const closed = depth === maxDepth || (until.has(subject.kind) && !roots.has(subject.id));
      for (const edge of at.get(node) ?? none) {
        if (seed && !belongs(edge, seed)) continue;
        if (isWithin(edge)) level.push({ node: edge[far], subject: target(edge), seed: null });
        else if (closed) cut.set(edge.id, edge);
        else {
          followed.set(edge.id, edge);
          if (!visited.has(edge[far])) following.push({ node: edge[far], subject: target(edge), seed: null });
        }
      }
    }
    level = following;
  }
  let truncated = starts.some(({ depth }) => maxDepth !== null && depth > maxDepth);
  for (const edge of cut.values()) {
    if (visited.has(edge[far])) followed.set(edge.id, edge);
    else truncated = true;
  }
  return { depths, edges: [...followed.values()], truncated };
}

/** Whether an edge belongs to what a seed of a time stands for: the same as the database asks. */
function belongs(edge: Edge, seed: Seed): boolean {
  if (seed.since === null) return true;
  const at = edge.at?.getTime() ?? 0;
  if (at < new Date(seed.since).getTime()) return false;
  if (seed.until && at > new Date(seed.until).getTime()) return false;
  return !seed.loaded || edge.place === 'LOADED' || isWithin(edge);
}

/** Both walks as one: an object has the least of its depths. */
export function together(a: Walk, b: Walk): Walk {
  const depths: Walk['depths'] = new Map(a.depths);
  for (const [id, subject] of b.depths) {
    const known = depths.get(id);
    if (!known || subject.depth < known.depth) depths.set(id, subject);
  }
  const edges = new Map([...a.edges, ...b.edges].map((edge) => [edge.id, edge]));
  return { depths, edges: [...edges.values()], truncated: a.truncated || b.truncated };
}
