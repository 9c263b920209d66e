/** The four reads: the same question as a GraphQL document and as one hand-written statement. */

/** What one request varies: variables for the API, parameters for the statement (after the organization). */
export interface Parameters {
  readonly variables: Readonly<Record<string, string>>;
  readonly values: readonly string[];
}

/** Rows that requests begin at: an order, or the cursor of an order or a run, after which a page begins. */
export interface Place {
  readonly id: string;
  readonly publicId: string;
  readonly cursor: string;
}

export interface Operation {
  readonly name: string;
  readonly title: string;
  readonly document: string;
  /** One statement; its one column is the text of the whole response. $1 is the organization. */
  readonly sql: string;
  /** Which rows requests begin at. */
  readonly noun: 'order' | 'run';
  readonly parameters: (place: Place) => Parameters;
}

const publicId = (prefix: string, column = 'id') => `'${prefix}_' || replace(${column}::text, '-', '')`;
// The session runs in UTC.
const instant = (column: string) => `to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
/** The cursor of a row in the default order, as schema/shared/connection.ts writes it. */
const cursor = (table: string, column: string) =>
  `translate(encode(convert_to('["${table}:-id","' || ${column}::text || '"]', 'UTF8'), 'base64'), E'+/=\\n', '-_')`;
/** The rows of a sub-select as a connection's nodes. */
const nodes = (select: string) =>
  `(SELECT json_build_object('nodes', coalesce(json_agg(n), '[]')) FROM (${select}) n)`;
const root = (field: string, value: string) =>
  `json_build_object('data', json_build_object('${field}', ${value}))::text`;
/** A page after a cursor of `first` rows, whose columns are `columns`. */
const page = (table: string, first: number, columns: string, extra = '') => `
  WITH page AS MATERIALIZED (
    SELECT t.*, row_number() OVER (ORDER BY t.id DESC) AS place FROM "${table}" t
    WHERE t."organizationId" = $1 AND t.id < $2 ORDER BY t.id DESC LIMIT ${first + 1}
  )
  SELECT ${root(
    `${table.toLowerCase()}s`,
    `json_build_object(${extra}
      'pageInfo', json_build_object(
        'hasNextPage', (SELECT count(*) > ${first} FROM page),
        'endCursor', (SELECT ${cursor(table, 'id')} FROM page WHERE place <= ${first} ORDER BY place DESC LIMIT 1)),
      'nodes', (SELECT coalesce(json_agg(n), '[]') FROM (
        SELECT ${columns} FROM page t WHERE place <= ${first} ORDER BY place) n))`,
  )} AS body`;

const dashboard: Operation = {
  name: 'dashboard',
  title: '50 orders × 5 line items × 4 pieces',
  noun: 'order',
  document: `query Dashboard($after: String!) {
  orders(first: 50, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id number name status priority customerName dueDate hasErrors
      lineItems(first: 5, orderBy: { field: POSITION }) {
        nodes {
          id position designName status quantity
          pieces(first: 4, orderBy: { field: COPY }) { nodes { id serial copy status stepKind } }
        }
      }
    }
  }
}`,
  sql: page(
    'Order',
    50,
    `${publicId('ord', 't.id')} AS id, t.number, t.name, t.status, t.priority, t."customerName",
     ${instant('t."dueDate"')} AS "dueDate", t."hasErrors",
     ${nodes(`
       SELECT ${publicId('item', 'l.id')} AS id, l.position, l."designName", l.status, l.quantity,
         ${nodes(`
           SELECT ${publicId('pc', 'p.id')} AS id, p.serial, p.copy, p.status, p."stepKind" FROM "Piece" p
           WHERE p."organizationId" = $1 AND p."lineItemId" = l.id ORDER BY p.copy LIMIT 4`)} AS pieces
       FROM "LineItem" l WHERE l."organizationId" = $1 AND l."orderId" = t.id ORDER BY l.position LIMIT 5`)} AS "lineItems"`,
  ),
  parameters: ({ id, cursor }) => ({ variables: { after: cursor }, values: [id] }),
};

const deep: Operation = {
  name: 'deep',
  title: 'one order → line items → pieces → operations → run → builds',
  noun: 'order',
  document: `query Deep($id: ID!) {
  order(id: $id) {
    id number name status
    lineItems(first: 5, orderBy: { field: POSITION }) {
      nodes {
        id position designName status
        pieces(first: 4, orderBy: { field: COPY }) {
          nodes {
            id serial status
            operations(first: 5, orderBy: { field: POSITION }) {
              nodes {
                id position attempt kind status
                run {
                  id number status
                  builds(first: 3, orderBy: { field: CREATED_AT }) {
                    nodes { id name attempt status layers currentLayer startedAt endedAt }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}`,
  sql: `SELECT ${root(
    'order',
    `(SELECT row_to_json(n) FROM (
    SELECT ${publicId('ord', 't.id')} AS id, t.number, t.name, t.status,
      ${nodes(`
        SELECT ${publicId('item', 'l.id')} AS id, l.position, l."designName", l.status,
          ${nodes(`
            SELECT ${publicId('pc', 'p.id')} AS id, p.serial, p.status,
              ${nodes(`
                SELECT ${publicId('op', 'o.id')} AS id, o.position, o.attempt, o.kind, o.status,
                  (SELECT row_to_json(rn) FROM (
                    SELECT ${publicId('run', 'r.id')} AS id, r.number, r.status,
                      ${nodes(`
                        SELECT ${publicId('bld', 'b.id')} AS id, b.name, b.attempt, b.status, b.layers, b."currentLayer",
                          ${instant('b."startedAt"')} AS "startedAt", ${instant('b."endedAt"')} AS "endedAt"
                        FROM "Build" b WHERE b."organizationId" = $1 AND b."runId" = r.id
                        ORDER BY b."createdAt", b.id LIMIT 3`)} AS builds
                    FROM "Run" r WHERE r."organizationId" = $1 AND r.id = o."runId") rn) AS run
                FROM "Operation" o WHERE o."organizationId" = $1 AND o."pieceId" = p.id
                ORDER BY o.position, o.id LIMIT 5`)} AS operations
            FROM "Piece" p WHERE p."organizationId" = $1 AND p."lineItemId" = l.id ORDER BY p.copy LIMIT 4`)} AS pieces
        FROM "LineItem" l WHERE l."organizationId" = $1 AND l."orderId" = t.id ORDER BY l.position LIMIT 5`)} AS "lineItems"
    FROM "Order" t WHERE t."organizationId" = $1 AND t.id = $2) n)`,
  )} AS body`,
  parameters: ({ id, publicId }) => ({ variables: { id: publicId }, values: [id] }),
};

const runs: Operation = {
  name: 'runs',
  title: 'a page of 100 runs, pieceCount each and totalCount',
  noun: 'run',
  document: `query Runs($after: String!) {
  runs(first: 100, after: $after) {
    totalCount
    pageInfo { hasNextPage endCursor }
    nodes { id number status kind priority startedAt endedAt pieceCount }
  }
}`,
  sql: page(
    'Run',
    100,
    `${publicId('run', 't.id')} AS id, t.number, t.status, t.kind, t.priority,
     ${instant('t."startedAt"')} AS "startedAt", ${instant('t."endedAt"')} AS "endedAt",
     (SELECT count(DISTINCT o."pieceId") FROM "Operation" o
      WHERE o."organizationId" = $1 AND o."runId" = t.id) AS "pieceCount"`,
    `'totalCount', (SELECT count(*) FROM "Run" WHERE "organizationId" = $1),`,
  ),
  parameters: ({ id, cursor }) => ({ variables: { after: cursor }, values: [id] }),
};

const point: Operation = {
  name: 'point',
  title: 'one order, 8 scalars',
  noun: 'order',
  document: `query Point($id: ID!) {
  order(id: $id) { id number name status priority customerName dueDate version }
}`,
  sql: `SELECT ${root(
    'order',
    `(SELECT row_to_json(n) FROM (
    SELECT ${publicId('ord', 't.id')} AS id, t.number, t.name, t.status, t.priority, t."customerName",
      ${instant('t."dueDate"')} AS "dueDate", t.version
    FROM "Order" t WHERE t."organizationId" = $1 AND t.id = $2) n)`,
  )} AS body`,
  parameters: ({ id, publicId }) => ({ variables: { id: publicId }, values: [id] }),
};

export const operations: readonly Operation[] = [dashboard, deep, runs, point];
