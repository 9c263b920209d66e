/** What a page shows and follows, apart from how it looks. */
import type { TypedDocumentString } from '../generated/graphql.ts';
import type { Connection, Sink } from './connection.ts';

/** Asks the server; what a page reads with. */
export type Request = Connection['request'];

/** Marks something of the state that must be read again; many marks within a moment become one reading. */
export type Want = (key: string) => void;

/** The mark for everything: the state is read anew, and followed from there. */
export const anew = 'anew';

/** A page: how its state is read, and what changes it. */
export interface Page<State> {
  /** Reads the state, and the cursor from which the streams follow it; null where they begin at now. */
  read(request: Request): Promise<{ state: State; cursor: string | null }>;
  readonly streams: readonly PageStream<State>[];
  /**
   * Reads what was marked, and answers what it does to the state, which streams may have changed meanwhile: what they
   * change too must be merged.
   */
  reread?(keys: ReadonlySet<string>, state: State, request: Request): Promise<(state: State) => State>;
  /** What no replay tells: read again when a lost connection is back. */
  readonly untold?: readonly string[];
}

/** One subscription of a page. */
export interface PageStream<State> {
  open(connection: Connection, after: string | null, sink: Sink<unknown>): (() => void) | null;
  /** The state after a message. */
  take(state: State, message: unknown, want: Want): State;
}

/** The messages of a subscription's one field, but for those that the follower deals with. */
type MessageOf<Data> = Exclude<Data[keyof Data], string | undefined | { __typename: 'Gap' }>;

/**
 * Declares a subscription. The document must hand `$after` to its one field, and select `__typename`, the cursors
 * (`… on Event { cursor } … on Position { cursor }`) and `toCursor` of Gap.
 */
export function stream<State, Data, Variables extends { after?: string | null | undefined }>(
  document: TypedDocumentString<Data, Variables>,
  variables: Omit<Variables, 'after'>,
  take: (state: State, message: MessageOf<Data>, want: Want) => State,
): PageStream<State> {
  return {
    open: (connection, after, sink) =>
      connection.subscribe(document, { ...variables, after } as unknown as Variables & object, sink),
    take: (state, message, want) => take(state, message as MessageOf<Data>, want),
  };
}
