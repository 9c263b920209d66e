/** The names of entries of an archive, such as every system can unpack them. */

/** Characters that no file may have in its name somewhere, and those that are not seen. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const unfit = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff<>:"/\\|?*]/g;
/** Names of devices: Windows unpacks no such file, whatever its extension. */
const devices = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;
/** Characters, and bytes, that a part has at most: file systems count either, up to 255. */
const longest = { characters: 120, bytes: 240 };

const extensionOf = (name: string): string => /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? '';

/** As much of the beginning of a text as there is room for. */
function cut(text: string, characters: number, bytes: number): string {
  let room = bytes;
  const kept: string[] = [];
  for (const character of [...text].slice(0, Math.max(0, characters))) {
    room -= Buffer.byteLength(character);
    if (room < 0) break;
    kept.push(character);
  }
  return kept.join('').trim();
}

/**
 * A name as one part of a path: never empty, never one that leads elsewhere.
 *
 * @param mark stands before the extension, and is never cut: what tells two of one name apart
 */
export function partOf(name: string, mark = ''): string {
  // Windows drops dots and blanks at the end: two names would become one.
  const clean = name
    .normalize('NFC')
    .replace(unfit, '_')
    .trim()
    .replace(/[. ]+$/, '');
  const extension = extensionOf(clean);
  const end = mark + extension;
  const stem = clean.slice(0, clean.length - extension.length);
  const { characters, bytes } = longest;
  const part = (cut(stem, characters - end.length, bytes - end.length) + end).replace(/^\.+/, '_') || '_';
  return devices.test(part) ? `_${part}` : part;
}

/** Whether the end of a name is an extension, and not the number of an edition as in "Plan 1.5". */
const isExtension = (end: string, ofFile: string): boolean =>
  end.toLowerCase() === ofFile.toLowerCase() || /^\.[a-z][a-z0-9]{1,4}$/i.test(end);

/** Gives paths out: each once, also where upper and lower case are the same, and no file where a folder is. */
export class Paths {
  readonly #files: Set<string>;
  readonly #folders = new Set<string>();

  /** @param taken paths that are not given out */
  constructor(taken: readonly string[] = []) {
    this.#files = new Set(taken.map((path) => path.toLowerCase()));
  }

  /**
   * The path of a document: its name, with the extension of its file where it has none of its own, in a folder.
   *
   * @param folder null for the root
   */
  give(folder: string | null, name: string, fileName: string): string {
    const ofFile = extensionOf(fileName);
    const full = isExtension(extensionOf(name), ofFile) ? name : name + ofFile;
    const prefix = folder === null ? '' : `${this.#folder(folder)}/`;
    const path = this.#first(
      (mark) => prefix + partOf(full, mark),
      (key) => this.#files.has(key) || this.#folders.has(key),
    );
    this.#files.add(path.toLowerCase());
    return path;
  }

  /** A folder of that name; several may share one. */
  #folder(name: string): string {
    const folder = this.#first(
      (mark) => partOf(name, mark),
      (key) => this.#files.has(key),
    );
    this.#folders.add(folder.toLowerCase());
    return folder;
  }

  /** The first that is not taken, of one without a mark, one with "(2)", and so on. */
  #first(make: (mark: string) => string, isTaken: (key: string) => boolean): string {
    for (let copy = 1; ; copy++) {
      const made = make(copy === 1 ? '' : ` (${copy})`);
      if (!isTaken(made.toLowerCase())) return made;
    }
  }
}
