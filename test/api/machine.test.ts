import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { useApp } from '../support/app.ts';
import { makeShop } from '../support/factories.ts';

const app = useApp();

const Create = graphql(`
  mutation MachineCreate($input: CreateMachineInput!) {
    createMachine(input: $input) {
      __typename
      ... on CreateMachineSuccess { machine { id status statusSince lastReportAt error workstation { id } } }
      ... on InvalidInputError { issues { path } }
    }
  }
`);
const List = graphql(`
  query MachineList($filter: MachineFilter) {
    machines(filter: $filter, orderBy: [{ field: LAST_REPORT_AT, direction: DESC }, { field: NAME }]) { nodes { name } }
  }
`);

describe('machine', () => {
  it('has not reported yet when it is new', async () => {
    const { ours } = await app().organizations();
    const { printerId: workstationId } = await makeShop(ours.client);
    const input = { name: 'M', workstationId, ipAddress: 'fe80::1' };
    const { machine } = await ours.client.success(Create, { input }, 'CreateMachineSuccess');
    expect(machine).toMatchObject({
      status: 'NOT_CONNECTED',
      statusSince: null,
      lastReportAt: null,
      error: null,
      workstation: { id: workstationId },
    });
  });

  it('refuses what is no address in a network', async () => {
    const { ours } = await app().organizations();
    const input = { name: 'M', ipAddress: '300.1.1.1' };
    const refused = await ours.client.refused(Create, { input }, 'InvalidInputError');
    expect(refused.issues[0]?.path).toEqual(['ipAddress']);
  });

  it('is listed by whether it belongs to a workstation', async () => {
    const { ours } = await app().organizations();
    await makeShop(ours.client);
    await ours.client.success(Create, { input: { name: 'Loose' } }, 'CreateMachineSuccess');
    const { machines } = await ours.client.query(List, { filter: { workstation: { isNull: true } } });
    expect(machines.nodes).toEqual([{ name: 'Loose' }]);
  });
});
