import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { BadUserInput, PayloadTooLarge, TooComplex } from './errors.ts';

/** Every limit on what one request may ask, the same over HTTP and WebSocket. */
export const limits = Object.freeze({
  /** Bytes of a document, as UTF-8. */
  documentBytes: 100_000,
  /** Bytes of an HTTP body; also the ceiling of a WebSocket message. */
  bodyBytes: 2_097_152,
  /** Lexical tokens of a document. Validation is worse than linear, and tokens are what it works on. */
  tokens: 2_000,
  /** Nested brackets of any kind. The parser recurses, and its stack ends somewhere above 10,000. */
  brackets: 200,
  /** Nested fields; `edges`, `node` and `nodes` are plumbing and do not count, introspection is exempt. */
  depth: 15,
  /** Aliased fields of a document, as written: an alias repeats an expensive or guessable field. */
  aliases: 30,
  /** Root fields of an operation, through fragments. */
  rootFields: 20,
  /** Directives of a document, as written. */
  directives: 50,
  /** Fragment definitions of a document. */
  fragments: 50,
  /** Fields of an operation once all fragments are written out. */
  expandedFields: 5_000,
  /** Operations of a document. */
  operations: 10,
  /** Bytes of the variables as JSON. */
  variablesBytes: 1_048_576,
  /** Nested lists and objects in variables: coercing them recurses. */
  variablesDepth: 200,
  /** Items of one list in variables or in the document. */
  listItems: 250,
  /** The same for operations whose every root field is an import. */
  importListItems: 10_000,
  /** Bytes of their variables as JSON: what a body may hold. */
  importVariablesBytes: 2_097_152,
  /** Errors of one answer. */
  errors: 10,
  /** Milliseconds that a query or mutation may run. */
  executionMs: 10_000,
});

export type Limits = { readonly [Name in keyof typeof limits]: number };

function tooComplex(limit: keyof Limits, maximum: number, what: string): TooComplex {
  return new TooComplex(`${what}: at most ${maximum} are allowed.`, { limit, maximum });
}

const hash = 35;
const quote = 34;
const backslash = 92;
const newline = 10;
const carriageReturn = 13;
const byteOrderMark = 0xfeff;

const ignored = 0;
const letter = 1;
const digit = 2;
const opening = 3;
const closing = 4;
const other = 5;

// The class of each ASCII character outside strings and comments.
const classes = Uint8Array.from({ length: 128 }, (_, c) => {
  const text = String.fromCharCode(c);
  if (/[\s,]/.test(text)) return ignored;
  if (/[A-Za-z_]/.test(text)) return letter;
  if (/[0-9]/.test(text)) return digit;
  if ('([{'.includes(text)) return opening;
  return ')]}'.includes(text) ? closing : other;
});

function classOf(c: number): number {
  if (c === byteOrderMark) return ignored;
  // What is not ASCII stands in strings and comments only; elsewhere the parser refuses it.
  return classes[c] ?? other;
}

// One number, exactly: "1-1-1" is three tokens, and counting fewer than the parser would open the limit.
const numberPattern = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Reads a document's text once, before anything parses it, and says what is too much about it: the parser
 * recurses (10,000 nested brackets overflow its stack and end as a 500), and what follows it is slower still.
 * Strings, block strings and comments are skipped; malformed text is left for the parser to refuse.
 */
export function scanDocument(source: string, allowed: Limits = limits): GraphQLError | undefined {
  // The first comparison spares counting the bytes of a megabyte: a character is at least one byte.
  if (source.length > allowed.documentBytes || Buffer.byteLength(source) > allowed.documentBytes) {
    return new PayloadTooLarge(
      `The document is too long: at most ${allowed.documentBytes} bytes are allowed.`,
      {
        limit: 'documentBytes',
        maximum: allowed.documentBytes,
      },
    );
  }
  const end = source.length;
  let tokens = 0;
  let open = 0;
  let i = 0;
  while (i < end) {
    const c = source.charCodeAt(i);
    const kind = classOf(c);
    if (kind === ignored) {
      i++;
      continue;
    }
    if (c === hash) {
      while (i < end && source.charCodeAt(i) !== newline && source.charCodeAt(i) !== carriageReturn) i++;
      continue;
    }
    tokens++;
    if (kind === letter) {
      do i++;
      while (i < end && isNamePart(source.charCodeAt(i)));
    } else if (c === quote) {
      i = source.startsWith('"""', i) ? endOfBlockString(source, i + 3) : endOfString(source, i + 1);
    } else if (source.startsWith('...', i)) {
      i += 3;
    } else {
      numberPattern.lastIndex = i;
      i = numberPattern.test(source) ? numberPattern.lastIndex : i + 1;
      if (kind === opening && ++open > allowed.brackets) {
        return tooComplex('brackets', allowed.brackets, 'The document nests too many brackets');
      }
      if (kind === closing && open > 0) open--;
    }
    if (tokens > allowed.tokens) {
      return tooComplex('tokens', allowed.tokens, 'The document has too many tokens');
    }
  }
  return undefined;
}

function isNamePart(c: number): boolean {
  const kind = classOf(c);
  return kind === letter || kind === digit;
}

// A string ends at its line's end even without its quote: the parser goes no further than that.
function endOfString(source: string, from: number): number {
  let i = from;
  for (; i < source.length; i++) {
    const c = source.charCodeAt(i);
    if (c === quote) return i + 1;
    if (c === newline || c === carriageReturn) return i;
    if (c === backslash) i++;
  }
  return i;
}

function endOfBlockString(source: string, from: number): number {
  let i = source.indexOf('"""', from);
  // An escaped delimiter is part of the text.
  while (i > 0 && source.charCodeAt(i - 1) === backslash) i = source.indexOf('"""', i + 3);
  return i === -1 ? source.length : i + 3;
}

const plumbing: ReadonlySet<string> = new Set(['edges', 'node', 'nodes']);

/** What the walk counts of a selection set with its fragments written out. */
interface Extent {
  readonly fields: number;
  readonly depth: number;
  readonly rootFields: number;
}

const nothing: Extent = { fields: 0, depth: 0, rootFields: 0 };

// Counts double with every nested fragment: 2^40 fields are counted in 40 steps, since a fragment is counted
// once, and the sum stops growing where it no longer matters.
const enough = 1_000_000_000;

function createMeter(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
  const known = new Map<string, Extent>();

  function ofFragment(name: string): Extent {
    const counted = known.get(name);
    if (counted) return counted;
    const fragment = fragments.get(name);
    if (!fragment) return nothing;
    // Set before walking, so that a fragment that contains itself ends; validation then refuses the cycle.
    known.set(name, nothing);
    const extent = ofSelections(fragment.selectionSet);
    known.set(name, extent);
    return extent;
  }

  function ofSelections(selectionSet: SelectionSetNode): Extent {
    let fields = 0;
    let depth = 0;
    let rootFields = 0;
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        const below = selection.selectionSet ? ofSelections(selection.selectionSet) : nothing;
        const introspection = name === '__schema' || name === '__type';
        fields += 1 + below.fields;
        rootFields += 1;
        depth = Math.max(depth, (plumbing.has(name) ? 0 : 1) + (introspection ? 0 : below.depth));
      } else {
        const inner =
          selection.kind === Kind.INLINE_FRAGMENT
            ? ofSelections(selection.selectionSet)
            : ofFragment(selection.name.value);
        fields += inner.fields;
        rootFields += inner.rootFields;
        depth = Math.max(depth, inner.depth);
      }
    }
    return { fields: Math.min(fields, enough), depth, rootFields: Math.min(rootFields, enough) };
  }

  return ofSelections;
}

function fragmentsOf(document: DocumentNode): Map<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return fragments;
}

/**
 * What is too much about a parsed document. Linear in its size, however often fragments are spread; it runs
 * before the rules of GraphQL, some of which are not.
 * @param imports root fields whose lists may be longer.
 */
export function checkDocument(
  document: DocumentNode,
  allowed: Limits = limits,
  imports: ReadonlySet<string> = new Set(),
): GraphQLError[] {
  const fragments = fragmentsOf(document);
  const operations = document.definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const counts = { aliases: 0, directives: 0, fragments: 0 };
  let exceeded: number | undefined;
  let longest = allowed.listItems;
  visit(document, {
    OperationDefinition: (operation) => {
      longest = limitsFor(operation, fragments, allowed, imports).listItems;
    },
    FragmentDefinition: () => {
      counts.fragments++;
      longest = allowed.listItems;
    },
    Field: (field) => {
      if (field.alias) counts.aliases++;
    },
    Directive: () => {
      counts.directives++;
    },
    ListValue: (list) => {
      if (list.values.length > longest) exceeded ??= longest;
    },
  });

  const errors: GraphQLError[] = [];
  if (operations.length > allowed.operations) {
    errors.push(tooComplex('operations', allowed.operations, 'The document has too many operations'));
  }
  for (const name of ['aliases', 'directives', 'fragments'] as const) {
    if (counts[name] > allowed[name]) {
      errors.push(tooComplex(name, allowed[name], `The document has too many ${name}`));
    }
  }
  if (exceeded !== undefined) errors.push(listTooLong(exceeded));
  // With the number of fragments over its limit, walking them is not worth it.
  if (counts.fragments > allowed.fragments) return errors;

  const measure = createMeter(fragments);
  for (const operation of operations) {
    const extent = measure(operation.selectionSet);
    if (extent.depth > allowed.depth) {
      errors.push(tooComplex('depth', allowed.depth, 'The operation nests too many fields'));
    }
    if (extent.rootFields > allowed.rootFields) {
      errors.push(tooComplex('rootFields', allowed.rootFields, 'The operation has too many root fields'));
    }
    if (extent.fields > allowed.expandedFields) {
      errors.push(
        tooComplex(
          'expandedFields',
          allowed.expandedFields,
          'The operation has too many fields in all its fragments',
        ),
      );
    }
  }
  return errors;
}

function listTooLong(maximum: number): GraphQLError {
  return new BadUserInput(`A list has too many items: at most ${maximum} are allowed.`, {
    limit: 'listItems',
    maximum,
  });
}

// The longer lists are for operations that do nothing but import: one import beside forty other fields must
// not lift the limit for those.
function limitsFor(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  allowed: Limits,
  imports: ReadonlySet<string>,
): Limits {
  if (imports.size === 0) return allowed;
  const seen = new Set<string>();
  function onlyImports(selectionSet: SelectionSetNode): boolean {
    return selectionSet.selections.every((selection) => {
      if (selection.kind === Kind.FIELD) {
        return imports.has(selection.name.value) || selection.name.value === '__typename';
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) return onlyImports(selection.selectionSet);
      if (seen.has(selection.name.value)) return true;
      seen.add(selection.name.value);
      const fragment = fragments.get(selection.name.value);
      return fragment !== undefined && onlyImports(fragment.selectionSet);
    });
  }
  return onlyImports(operation.selectionSet)
    ? { ...allowed, listItems: allowed.importListItems, variablesBytes: allowed.importVariablesBytes }
    : allowed;
}

/**
 * What is too much about an operation's variables: bytes, nesting, the length of a list. The walk does not
 * recurse: JSON can be nested deeper than the stack is.
 */
export function checkVariables(variables: unknown, allowed: Limits = limits): GraphQLError | undefined {
  if (typeof variables !== 'object' || variables === null) return undefined;
  let level: unknown[] = [variables];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= allowed.variablesDepth) {
      return new BadUserInput(
        `The variables nest too deep: at most ${allowed.variablesDepth} levels are allowed.`,
        {
          limit: 'variablesDepth',
          maximum: allowed.variablesDepth,
        },
      );
    }
    const next: unknown[] = [];
    for (const value of level) {
      if (Array.isArray(value) && value.length > allowed.listItems) return listTooLong(allowed.listItems);
      for (const item of Object.values(value as object)) {
        if (typeof item === 'object' && item !== null) next.push(item);
      }
    }
    level = next;
  }
  if (Buffer.byteLength(JSON.stringify(variables)) > allowed.variablesBytes) {
    return new PayloadTooLarge(
      `The variables are too long: at most ${allowed.variablesBytes} bytes of JSON are allowed.`,
      { limit: 'variablesBytes', maximum: allowed.variablesBytes },
    );
  }
  return undefined;
}

/** Options of `useLimits`. */
export interface LimitOptions {
  /** Figures other than the documented ones (tests, an installation with a reason). */
  readonly limits?: Partial<Limits> | undefined;
  /** Root fields that import in bulk: lists may be longer where an operation has no others. */
  readonly importFields?: readonly string[] | undefined;
}

/**
 * Holds `limits` on every operation, over HTTP and WebSocket alike: on the text before it is parsed, on the
 * document before it is validated, on the variables before it is executed. A parsed or validated document from
 * Yoga's cache has passed the same checks, since they run within what the cache stores, or before it.
 */
export function useLimits(options: LimitOptions = {}): Plugin {
  const allowed: Limits = Object.freeze({ ...limits, ...options.limits });
  const imports: ReadonlySet<string> = new Set(options.importFields);
  // The walk for the longer lists is done once a document, not once an execution.
  const limitsOf = new WeakMap<OperationDefinitionNode, Limits>();

  function refusal(args: {
    document: DocumentNode;
    operationName?: string | null | undefined;
    variableValues?: unknown;
  }): GraphQLError | undefined {
    if (args.variableValues == null) return undefined;
    const operation = getOperationAST(args.document, args.operationName);
    let own = allowed;
    if (operation && imports.size > 0) {
      own = limitsOf.get(operation) ?? limitsFor(operation, fragmentsOf(args.document), allowed, imports);
      limitsOf.set(operation, own);
    }
    return checkVariables(args.variableValues, own);
  }

  return {
    onParse({ params, parseFn, setParseFn }) {
      const text: unknown = params.source;
      const error = scanDocument(typeof text === 'string' ? text : params.source.toString(), allowed);
      // Thrown here, it reaches neither the parser nor the cache, which would keep the huge text.
      if (error) throw error;
      setParseFn((source, parseOptions) => {
        try {
          return parseFn(source, parseOptions);
        } catch (cause) {
          throw cause instanceof GraphQLError ? parseFailed(cause) : cause;
        }
      });
    },
    onValidate({ validateFn, setValidationFn }) {
      setValidationFn((schema, document, rules, typeInfo, validationOptions) => {
        const errors = checkDocument(document, allowed, imports);
        if (errors.length > 0) return errors;
        return validateFn(schema, document, rules, typeInfo, validationOptions).map(gaveUp);
      });
    },
    onExecute({ args, setResultAndStopExecution }) {
      const error = refusal(args);
      if (error) setResultAndStopExecution({ errors: [error] });
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const error = refusal(args);
      if (error) setResultAndStopExecution({ errors: [error] });
    },
  };
}

// Yoga gives a syntax error its code only on HTTP, and not when it comes from its cache: here it has it always.
function parseFailed(error: GraphQLError): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source,
    positions: error.positions,
    extensions: { code: 'GRAPHQL_PARSE_FAILED', http: { status: 400, spec: true } },
  });
}

// GraphQL gives up comparing fields that may conflict after 500,000 pairs: some 1,000 fields side by side.
function gaveUp(error: Error): Error {
  return error.message === 'Validation aborted.'
    ? new TooComplex('The operation has too many fields beside each other to be validated.')
    : error;
}
