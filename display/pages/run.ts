import { graphql } from '../generated/gql.ts';
import type { DisplayBuildFragment, RunDetailFragment } from '../generated/graphql.ts';
import { type Page, type Request, stream } from '../live/page.ts';
import { AboutEvents, newer } from './shop.ts';

export const RunDetail = graphql(/* GraphQL */ `
  fragment RunDetail on Run {
    id
    number
    name
    status
    kind
    pieceCount
    priority
    startedAt
    endedAt
    error
    atRisk
    completionProposedAt
    workstation { id name }
    builds(first: 10, orderBy: [{ field: CREATED_AT, direction: DESC }]) {
      nodes { ...DisplayBuild attempt endedAt machine { id name } }
    }
    anomalies(first: 20, orderBy: [{ field: OBSERVED_AT, direction: DESC }]) {
      totalCount
      nodes { id classification layer isDefect confidence status decision observedAt }
    }
    operations(first: 100) {
      nodes { id status piece { id serial status lineItem { designName } order { number dueDate } } }
    }
  }
`);

const ReadRun = graphql(/* GraphQL */ `
  query ReadRun($id: ID!) { eventCursor run(id: $id) { ...RunDetail } }
`);

const RunPageProgress = graphql(/* GraphQL */ `
  subscription RunPageProgress($runId: ID, $after: Cursor) {
    buildEvents(runId: $runId, after: $after) {
      __typename
      ... on Event { cursor }
      ... on BuildProgress { build { ...DisplayBuild } }
      ... on Position { cursor }
      ... on Gap { toCursor }
    }
  }
`);

/** A run; null where there is none of that id. */
export interface RunState {
  readonly run: RunDetailFragment | null;
}

const again = 'run';

async function readRun(request: Request, id: string): Promise<{ state: RunState; cursor: string }> {
  const { run, eventCursor } = await request(ReadRun, { id });
  return { state: { run }, cursor: eventCursor };
}

/** The run with what is known of its builds, where that is newer. */
function withBuilds({ run }: RunState, builds: readonly DisplayBuildFragment[]): RunState {
  if (!run) return { run };
  const told = new Map(builds.map((build) => [build.id, build]));
  const nodes = run.builds.nodes.map((build) => {
    const other = told.get(build.id);
    return other ? { ...build, ...newer<DisplayBuildFragment>(build, other) } : build;
  });
  return { run: { ...run, builds: { nodes } } };
}

/** The page of one run: what it makes, its builds layer by layer, and what was found in them. */
export const runPage = (id: string): Page<RunState> => ({
  read: (request) => readRun(request, id),
  untold: [again],
  streams: [
    // The run, its builds, its operations and its anomalies: each has the run among its related objects.
    stream(AboutEvents, { about: [id] }, (state: RunState, message, want) => {
      if (message.__typename !== 'Position') want(again);
      return state;
    }),
    stream(RunPageProgress, { runId: id }, (state: RunState, message) =>
      message.__typename === 'BuildProgress' && message.build ? withBuilds(state, [message.build]) : state,
    ),
  ],
  async reread(_keys, _state, request) {
    const { state } = await readRun(request, id);
    return (before) => withBuilds(state, before.run?.builds.nodes ?? []);
  },
});
