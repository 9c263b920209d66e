import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** An element: its attributes, its text as `#text`, and its children, each a list. */
export interface Element {
  readonly [name: string]: string | readonly Element[] | undefined;
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
  parseTagValue: false,
  parseAttributeValue: false,
  alwaysCreateTextNode: true,
  isArray: (_name, _path, _isLeaf, isAttribute) => !isAttribute,
});

/**
 * The document's element of that name.
 * @throws Error where the text is no XML, or another document
 */
export function documentOf(text: string, name: string): Element {
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new Error(`No XML: ${valid.err.msg} (line ${valid.err.line}).`);
  const tree = parser.parse(text) as Element;
  const [found] = childrenOf(tree, name);
  if (found) return found;
  const [other = 'nothing'] = Object.keys(tree).filter((key) => !key.startsWith('#'));
  throw new Error(`Expected a document ${name}, got ${other}.`);
}

export function childrenOf(element: Element, name: string): readonly Element[] {
  const found = element[name];
  return Array.isArray(found) ? (found as readonly Element[]) : [];
}

/** All children with their names, in the order of the first of each name. */
export function elementsOf(element: Element): [string, Element][] {
  return Object.keys(element)
    .filter((name) => !name.startsWith('#') && !name.startsWith('@'))
    .flatMap((name) => childrenOf(element, name).map((child): [string, Element] => [name, child]));
}

export function attributeOf(element: Element, name: string): string | null {
  const value = element[`@${name}`];
  return typeof value === 'string' ? value : null;
}

export function textOf(element: Element): string {
  const text = element['#text'];
  return typeof text === 'string' ? text : '';
}
