import { expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { act } from '../api/support.ts';
import { useApp } from '../support/app.ts';
import { addItem, close, makeCase, makeReport } from '../support/inspections.ts';
import { subscribe } from '../support/stream.ts';

const app = useApp();

const Inspections = graphql(`
  subscription Inspections($inspectionReportId: ID, $inspectionCaseId: ID) {
    inspectionEvents(inspectionReportId: $inspectionReportId, inspectionCaseId: $inspectionCaseId) {
      __typename
      ... on Event { kind }
      ... on InspectionItemAdded { inspectionItem { position case { id } } }
      ... on InspectionCaseStatusChanged { from to inspectionCase { merkleRoot } }
      ... on TimestampFailed { timestamp { status reason } }
      ... on InspectionCaseChanged { inspectionCase { document { name } bundle { name } } }
    }
  }
`);

it('a display of a case hears of its items, its closing, its timestamp and its documents', async () => {
  const { ours } = await app().organizations();
  const id = await makeCase(ours.client);
  const stream = await subscribe(ours.client, Inspections, { inspectionCaseId: id });
  await stream.expectNext(({ __typename }) => __typename === 'Position');
  // Another case is not told of: the next message is this one's.
  await addItem(ours.client, await makeCase(ours.client));
  await addItem(ours.client, id);
  expect(await stream.next()).toMatchObject({
    kind: 'InspectionItemAdded',
    inspectionItem: { position: 1, case: { id } },
  });
  const { number, merkleRoot } = await close(ours.client, id);
  expect(await stream.next()).toMatchObject({ kind: 'TimestampRequested' });
  expect(await stream.next()).toMatchObject({
    kind: 'InspectionCaseStatusChanged',
    from: 'OPEN',
    to: 'CLOSED',
    inspectionCase: { merkleRoot },
  });
  expect(await stream.next()).toMatchObject({
    kind: 'TimestampFailed',
    timestamp: { status: 'FAILED', reason: expect.stringContaining('configured') },
  });
  expect(await stream.next()).toMatchObject({
    kind: 'InspectionCaseChanged',
    inspectionCase: { document: { name: `${number}.pdf` }, bundle: { name: `${number}-bundle.zip` } },
  });
  await stream.close();
});

it('a display of a report hears of all its cases, and another organization of nothing', async () => {
  const { ours, theirs } = await app().organizations();
  const inspectionReportId = await makeReport(ours.client);
  const stream = await subscribe(ours.client, Inspections, { inspectionReportId });
  const foreign = await subscribe(theirs.client, Inspections, {});
  for (const each of [stream, foreign]) await each.expectNext(({ __typename }) => __typename === 'Position');
  const id = await makeCase(ours.client, { inspectionReportId });
  await addItem(ours.client, id);
  await act(ours.client, 'revokeInspectionReport', { inspectionReportId }, '__typename');
  for (const kind of ['InspectionCaseCreated', 'InspectionItemAdded', 'InspectionReportRevoked'])
    expect(await stream.next()).toMatchObject({ kind });
  await makeReport(theirs.client);
  expect(await foreign.next()).toMatchObject({ kind: 'InspectionReportCreated' });
  await Promise.all([stream.close(), foreign.close()]);
});
