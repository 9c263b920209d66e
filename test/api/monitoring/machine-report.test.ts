import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import { asRole, create, logOf } from '../support.ts';

const app = useApp();

const Report = graphql(`
  mutation MachineReport($input: ReportMachineInput!) {
    reportMachine(input: $input) {
      __typename
      ... on ReportMachineSuccess { applied cursor machine { id status statusSince lastReportAt error version } }
      ... on InvalidInputError { issues { path } }
    }
  }
`);

describe('reportMachine', () => {
  it('says what state a machine is in, since when, and what is wrong', async () => {
    const { ours } = await app().organizations();
    const machineId = await create(ours.client, 'Machine', { name: 'EOS M290' });
    const input = {
      machineId,
      status: 'ERROR' as const,
      error: 'Recoater',
      observedAt: '2026-03-01T08:00:00Z',
    };
    const { applied, machine } = await ours.client.success(Report, { input }, 'ReportMachineSuccess');
    expect(applied).toBe(true);
    expect(machine).toEqual({
      id: machineId,
      status: 'ERROR',
      statusSince: '2026-03-01T08:00:00.000Z',
      lastReportAt: '2026-03-01T08:00:00.000Z',
      error: 'Recoater',
      version: 2,
    });
  });

  it('is no event while the state stays, but the machine was heard', async () => {
    const { ours } = await app().organizations();
    const machineId = await create(ours.client, 'Machine', { name: 'EOS M290' });
    const report = async (observedAt: string) =>
      ours.client.success(
        Report,
        { input: { machineId, status: 'IDLE', observedAt } },
        'ReportMachineSuccess',
      );
    const first = await report('2026-03-01T08:00:00Z');
    const before = (await logOf(app(), ours)).length;
    const second = await report('2026-03-01T09:00:00Z');
    expect(second.machine).toEqual({ ...first.machine, lastReportAt: '2026-03-01T09:00:00.000Z' });
    expect(second.cursor).toBeNull();
    expect(await logOf(app(), ours)).toHaveLength(before);
  });

  it('that is older than what is known changes nothing', async () => {
    const { ours } = await app().organizations();
    const machineId = await create(ours.client, 'Machine', { name: 'EOS M290' });
    const report = async (status: 'IDLE' | 'PRINTING', observedAt: string) =>
      ours.client.success(Report, { input: { machineId, status, observedAt } }, 'ReportMachineSuccess');
    const known = await report('PRINTING', '2026-03-01T09:00:00Z');
    const late = await report('IDLE', '2026-03-01T08:59:59.999Z');
    expect(late).toEqual({ ...known, applied: false, cursor: null });
  });

  it('clears the error when the machine says nothing of it any more', async () => {
    const { ours } = await app().organizations();
    const machineId = await create(ours.client, 'Machine', { name: 'EOS M290' });
    const report = async (error: string | null) =>
      (
        await ours.client.success(
          Report,
          { input: { machineId, status: 'IDLE', error } },
          'ReportMachineSuccess',
        )
      ).machine.error;
    expect(await report('Door open')).toBe('Door open');
    expect(await report(null)).toBeNull();
  });

  it('refuses an instant that no machine can have meant', async () => {
    const { ours } = await app().organizations();
    const machineId = await create(ours.client, 'Machine', { name: 'EOS M290' });
    const input = { machineId, status: 'IDLE' as const, observedAt: '0001-01-01T00:00:00Z' };
    const { issues } = await ours.client.refused(Report, { input }, 'InvalidInputError');
    expect(issues).toEqual([{ path: ['observedAt'] }]);
  });

  it('is what a machine’s connector may do', async () => {
    const { ours } = await app().organizations();
    const machineId = await create(ours.client, 'Machine', { name: 'EOS M290' });
    const connector = await asRole(ours, 'MACHINE');
    await connector.success(Report, { input: { machineId, status: 'IDLE' } }, 'ReportMachineSuccess');
  });
});
