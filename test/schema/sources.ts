import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** A source file: its path from the root, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** The TypeScript files of these folders that people write. */
export function sourcesOf(...folders: string[]): Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !/(^|\/)(generated|node_modules)\//.test(file))
      .map((file) => join(folder, file))
      .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
  );
}

/** The files of this project that a source imports, as paths from the root. */
export function importsOf({ path, text }: Source): string[] {
  const specifiers = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.{1,2}\/[^']+)'/g);
  return [...specifiers].map(([, specifier]) => relative(root, resolve(root, path, '..', specifier ?? '')));
}

/** Imports from a folder, of all but `allowed`. */
export function importsFrom(
  sources: readonly Source[],
  folder: string,
  allowed: readonly string[],
): string[] {
  return sources
    .filter(({ path }) => !allowed.includes(path))
    .flatMap((source) =>
      importsOf(source)
        .filter((imported) => imported.startsWith(`${folder}/`))
        .map((imported) => `${source.path} imports ${imported}`),
    );
}

/** The lines that a pattern forbids, but for those whose line before takes the blame with a biome-ignore. */
export function forbidden(sources: readonly Source[], pattern: RegExp): string[] {
  return sources.flatMap(({ path, text }) => {
    const lines = text.split('\n');
    return lines.flatMap((line, place) => {
      const excused = lines[place - 1]?.includes('biome-ignore') ?? false;
      return pattern.test(line) && !excused ? [`${path}:${place + 1}: ${line.trim()}`] : [];
    });
  });
}
