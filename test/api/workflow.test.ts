import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { useApp } from '../support/app.ts';
import { makeShop } from '../support/factories.ts';

const app = useApp();

const Create = graphql(`
  mutation WorkflowCreate($input: CreateWorkflowInput!) {
    createWorkflow(input: $input) {
      __typename
      ... on CreateWorkflowSuccess {
        workflow { id revision processSteps { position name kind notes trackingId upload shippingDirection } }
      }
      ... on InvalidInputError { issues { path } }
    }
  }
`);
const Revise = graphql(`
  mutation WorkflowRevise($input: ReviseWorkflowInput!) {
    reviseWorkflow(input: $input) {
      __typename
      ... on ReviseWorkflowSuccess {
        workflow { id name revision description sourceWorkflow { id } processSteps { name } }
        sourceWorkflow { id archivedAt processSteps { name } }
      }
      ... on TransitionError { from action }
      ... on NotFoundError { id }
    }
  }
`);
const Update = graphql(`
  mutation WorkflowUpdate($input: UpdateWorkflowInput!) {
    updateWorkflow(input: $input) { __typename ... on UpdateWorkflowSuccess { workflow { description } } }
  }
`);
const Archive = graphql(`
  mutation WorkflowArchive($input: ArchiveWorkflowInput!) {
    archiveWorkflow(input: $input) { __typename ... on TransitionError { from } }
  }
`);

describe('workflow', () => {
  it('holds its steps in the order given, with the kind of their types', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const steps = [
      { name: 'Print', workstationTypeId: shop.printerTypeId, notes: 'REQUIRED' },
      { name: 'Ship', workstationTypeId: shop.shippingTypeId },
    ] as const;
    const input = { name: 'W', steps: [...steps] };
    const { workflow } = await ours.client.success(Create, { input }, 'CreateWorkflowSuccess');
    const rest = { trackingId: 'HIDDEN', upload: 'HIDDEN' };
    expect(workflow).toMatchObject({
      revision: 1,
      processSteps: [
        { ...rest, position: 1, name: 'Print', kind: 'PRINTER', notes: 'REQUIRED', shippingDirection: null },
        {
          ...rest,
          position: 2,
          name: 'Ship',
          kind: 'SHIPPING',
          notes: 'OPTIONAL',
          shippingDirection: 'TO_CUSTOMER',
        },
      ],
    });
    expect((await ours.client.refused(Create, { input }, 'InvalidInputError')).issues[0]?.path).toEqual([
      'name',
    ]);
  });

  it('has 1 to 100 steps, and only shipping steps have a direction', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const step = { name: 'Print', workstationTypeId: shop.printerTypeId };
    const paths = async (steps: object[]) => {
      const input = { name: 'W', steps: steps as (typeof step)[] };
      return (await ours.client.refused(Create, { input }, 'InvalidInputError')).issues.map(
        ({ path }) => path,
      );
    };
    expect(await paths([])).toEqual([['steps']]);
    expect(await paths(Array(101).fill(step))).toEqual([['steps']]);
    expect(await paths([step, { ...step, shippingDirection: 'TO_CUSTOMER' }])).toEqual([
      ['steps', '1', 'shippingDirection'],
    ]);
  });

  it('is revised into a new workflow; the old one keeps its steps and is archived', async () => {
    const { ours } = await app().organizations();
    const shop = await makeShop(ours.client);
    const { workflowId } = shop;
    const described = { workflowId, description: 'first' };
    await ours.client.success(Update, { input: described }, 'UpdateWorkflowSuccess');
    const steps = [{ name: 'Ship', workstationTypeId: shop.shippingTypeId }];
    const revised = await ours.client.success(
      Revise,
      { input: { workflowId, steps } },
      'ReviseWorkflowSuccess',
    );
    expect(revised.workflow).toMatchObject({
      revision: 2,
      description: 'first',
      sourceWorkflow: { id: workflowId },
      processSteps: [{ name: 'Ship' }],
    });
    expect(revised.sourceWorkflow.archivedAt).not.toBeNull();
    expect(revised.sourceWorkflow.processSteps).toEqual([{ name: 'Print' }, { name: 'Ship' }]);
    const again = await ours.client.refused(Revise, { input: { workflowId, steps } }, 'TransitionError');
    expect(again).toMatchObject({ from: 'SUPERSEDED', action: 'REVISE_WORKFLOW' });
  });

  it('has one next revision, when two are made at once', async () => {
    const { ours } = await app().organizations();
    const { workflowId, printerTypeId } = await makeShop(ours.client);
    const steps = [{ name: 'Print', workstationTypeId: printerTypeId }];
    const made = await Promise.all(
      [1, 2, 3, 4].map(() => ours.client.query(Revise, { input: { workflowId, steps } })),
    );
    const outcomes = made.map(({ reviseWorkflow }) => reviseWorkflow.__typename).sort();
    expect(outcomes).toEqual(['ReviseWorkflowSuccess', ...Array(3).fill('TransitionError')]);
  });

  it("is not revised once archived, nor by another organization's caller", async () => {
    const { ours, theirs } = await app().organizations();
    const [own, foreign] = [await makeShop(ours.client), await makeShop(theirs.client)];
    const steps = (workstationTypeId: string) => [{ name: 'Print', workstationTypeId }];
    const { workflowId } = own;
    const stolen = { workflowId, steps: steps(foreign.printerTypeId) };
    await theirs.client.refused(Revise, { input: stolen }, 'NotFoundError');
    await ours.client.success(Archive, { input: { workflowId } }, 'ArchiveWorkflowSuccess');
    const late = { workflowId, steps: steps(own.printerTypeId) };
    expect((await ours.client.refused(Revise, { input: late }, 'TransitionError')).from).toBe('ARCHIVED');
  });
});
