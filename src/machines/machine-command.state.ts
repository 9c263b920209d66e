import type { MachineCommandStatus } from '../../prisma/generated/client/client.ts';
import { stateTable } from '../commands/states.ts';

type MachineCommandAction = 'CLAIM_MACHINE_COMMANDS' | 'COMPLETE_MACHINE_COMMAND' | 'FAIL_MACHINE_COMMAND';

/** A command is taken once and answered once. One that nobody has taken can be withdrawn by failing it. */
export const machineCommandStates = stateTable<MachineCommandStatus, MachineCommandAction>('MachineCommand', {
  CLAIM_MACHINE_COMMANDS: { from: ['NEW'], to: 'PROCESSING' },
  COMPLETE_MACHINE_COMMAND: { from: ['PROCESSING'], to: 'COMPLETE' },
  FAIL_MACHINE_COMMAND: { from: ['NEW', 'PROCESSING'], to: 'ERROR' },
});

/** What has neither been done nor failed. */
export const openCommand: readonly MachineCommandStatus[] = ['NEW', 'PROCESSING'];
