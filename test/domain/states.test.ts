import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  AnomalyStatus,
  CaptureStatus,
  FileStatus,
  HoldStatus,
  InspectionCaseStatus,
  LineItemStatus,
  MachineCommandStatus,
  MaterialLotStatus,
  MillCertificationStatus,
  OrderStatus,
  PieceStatus,
  RunStatus,
  WebhookDeliveryStatus,
  WebhookStatus,
} from '../../prisma/generated/client/client.ts';
import { millCertificationStates } from '../../src/certificates/mill-certification.state.ts';
import type { StateTable } from '../../src/commands/states.ts';
import { DocumentStatus, documentStates } from '../../src/documents/document.state.ts';
import { ZipFileStatus, zipFileStates } from '../../src/documents/zip-file.state.ts';
import { TransitionError } from '../../src/errors.ts';
import { fileStates } from '../../src/files/file.state.ts';
import {
  InspectionReportStatus,
  inspectionCaseStates,
  inspectionReportStates,
} from '../../src/inspections/inspection.state.ts';
import { captureStates } from '../../src/machines/capture.state.ts';
import { machineCommandStates } from '../../src/machines/machine-command.state.ts';
import { materialLotStates } from '../../src/materials/material-lot.state.ts';
import { anomalyStates } from '../../src/monitoring/anomaly.service.ts';
import { ExcursionStatus, excursionStates } from '../../src/monitoring/excursion.state.ts';
import { lineItemStates } from '../../src/orders/line-item.state.ts';
import { orderStates } from '../../src/orders/order.status.ts';
import { pieceStates } from '../../src/production/piece.state.ts';
import { runStates } from '../../src/production/run.state.ts';
import { holdStates } from '../../src/quality/hold.state.ts';
import { testPanelStates } from '../../src/quality/test-panel.state.ts';
import { webhookDeliveryStates, webhookStates } from '../../src/webhooks/webhook.state.ts';

// What each state allows, and where it leads: an action without an end keeps the state, or lets more than the action
// decide about it.
interface Expected {
  table: StateTable<string, string>;
  states: Record<string, string>;
  allowed: Record<string, readonly string[]>;
  ends: Record<string, string>;
}

const tables: Record<string, Expected> = {
  Order: {
    table: orderStates as never,
    states: OrderStatus,
    allowed: {
      NEW: ['UPDATE_ORDER', 'ADD_LINE_ITEM', 'CONFIRM_ORDER', 'CANCEL_ORDER'],
      PENDING: ['UPDATE_ORDER', 'ADD_LINE_ITEM', 'CONFIRM_ORDER', 'CANCEL_ORDER'],
      CONFIRMED: ['UPDATE_ORDER', 'ADD_LINE_ITEM', 'CONFIRM_ORDER', 'CANCEL_ORDER'],
      PROCESSING: ['UPDATE_ORDER', 'ADD_LINE_ITEM', 'CONFIRM_ORDER', 'CANCEL_ORDER'],
      PRINTING: ['UPDATE_ORDER', 'ADD_LINE_ITEM', 'CONFIRM_ORDER', 'CANCEL_ORDER'],
      POST_PROCESSING: ['UPDATE_ORDER', 'ADD_LINE_ITEM', 'CONFIRM_ORDER', 'CANCEL_ORDER'],
      SHIPPING: ['UPDATE_ORDER', 'ADD_LINE_ITEM', 'CONFIRM_ORDER', 'CANCEL_ORDER'],
      COMPLETE: ['UPDATE_ORDER'],
      CANCELLED: [],
    },
    ends: {},
  },
  LineItem: {
    table: lineItemStates as never,
    states: LineItemStatus,
    allowed: {
      NEW: ['UPDATE_LINE_ITEM', 'CANCEL_LINE_ITEM'],
      PENDING: ['UPDATE_LINE_ITEM', 'CONFIRM_LINE_ITEM', 'CANCEL_LINE_ITEM'],
      CONFIRMED: ['UPDATE_LINE_ITEM', 'CANCEL_LINE_ITEM'],
      PRINTING: ['UPDATE_LINE_ITEM', 'CANCEL_LINE_ITEM'],
      POST_PROCESSING: ['UPDATE_LINE_ITEM', 'CANCEL_LINE_ITEM'],
      SHIPPING: ['UPDATE_LINE_ITEM', 'CANCEL_LINE_ITEM'],
      COMPLETE: [],
      CANCELLED: [],
    },
    ends: { CONFIRM_LINE_ITEM: 'CONFIRMED', CANCEL_LINE_ITEM: 'CANCELLED' },
  },
  Piece: {
    table: pieceStates as never,
    states: PieceStatus,
    allowed: {
      NEW: [],
      CONFIRMED: ['SCRAP_PIECES', 'REMANUFACTURE_PIECES'],
      QUEUED: ['SCRAP_PIECES', 'REMANUFACTURE_PIECES'],
      IN_PROGRESS: ['SCRAP_PIECES', 'REMANUFACTURE_PIECES'],
      COMPLETE: [],
      ERROR: ['REDO_PIECE', 'SCRAP_PIECES', 'REMANUFACTURE_PIECES'],
      INCOMPLETE: ['REMANUFACTURE_PIECES'],
      CANCELLED: [],
    },
    ends: { REDO_PIECE: 'CONFIRMED', SCRAP_PIECES: 'INCOMPLETE', REMANUFACTURE_PIECES: 'INCOMPLETE' },
  },
  Run: {
    table: runStates as never,
    states: RunStatus,
    allowed: {
      CALCULATED: ['UPDATE_RUN', 'ADD_RUN_PIECES', 'REMOVE_RUN_PIECES', 'QUEUE_RUN', 'CANCEL_RUN'],
      QUEUED: ['UPDATE_RUN', 'ADD_RUN_PIECES', 'REMOVE_RUN_PIECES', 'MOVE_RUN', 'START_RUN', 'CANCEL_RUN'],
      QUEUED_WORK_READY: [
        'UPDATE_RUN',
        'ADD_RUN_PIECES',
        'REMOVE_RUN_PIECES',
        'MOVE_RUN',
        'START_RUN',
        'CANCEL_RUN',
      ],
      IN_PROGRESS: ['UPDATE_RUN', 'PAUSE_RUN', 'COMPLETE_RUN', 'FAIL_RUN'],
      PAUSED: ['UPDATE_RUN', 'RESUME_RUN', 'COMPLETE_RUN', 'FAIL_RUN'],
      COMPLETE: [],
      ERROR: ['UPDATE_RUN', 'QUEUE_RUN'],
      CANCELLED: [],
    },
    ends: {
      QUEUE_RUN: 'QUEUED',
      START_RUN: 'IN_PROGRESS',
      PAUSE_RUN: 'PAUSED',
      RESUME_RUN: 'IN_PROGRESS',
      COMPLETE_RUN: 'COMPLETE',
      FAIL_RUN: 'ERROR',
      CANCEL_RUN: 'CANCELLED',
    },
  },
  MachineCommand: {
    table: machineCommandStates as never,
    states: MachineCommandStatus,
    allowed: {
      NEW: ['CLAIM_MACHINE_COMMANDS', 'FAIL_MACHINE_COMMAND'],
      PROCESSING: ['COMPLETE_MACHINE_COMMAND', 'FAIL_MACHINE_COMMAND'],
      COMPLETE: [],
      ERROR: [],
    },
    ends: {
      CLAIM_MACHINE_COMMANDS: 'PROCESSING',
      COMPLETE_MACHINE_COMMAND: 'COMPLETE',
      FAIL_MACHINE_COMMAND: 'ERROR',
    },
  },
  Capture: {
    table: captureStates as never,
    states: CaptureStatus,
    allowed: { NEW: [], PROCESSING: [], BATCH_PROCESSING: [], COMPLETE: [], FAILED: ['RETRY_CAPTURE'] },
    ends: { RETRY_CAPTURE: 'NEW' },
  },
  Anomaly: {
    table: anomalyStates as never,
    states: AnomalyStatus,
    allowed: { UNADDRESSED: ['DECIDE_ANOMALY'], ADDRESSED: [] },
    ends: { DECIDE_ANOMALY: 'ADDRESSED' },
  },
  Excursion: {
    table: excursionStates as never,
    states: ExcursionStatus,
    allowed: { UNACKNOWLEDGED: ['ACKNOWLEDGE_EXCURSION'], ACKNOWLEDGED: [] },
    ends: { ACKNOWLEDGE_EXCURSION: 'ACKNOWLEDGED' },
  },
  MaterialLot: {
    table: materialLotStates as never,
    states: MaterialLotStatus,
    allowed: {
      ON_ORDER: [
        'UPDATE_MATERIAL_LOT',
        'RECEIVE_MATERIAL_LOT',
        'SCRAP_MATERIAL_LOT',
        'ADD_LOT_CONTAINERS',
        'EDIT_LOT_CONTAINERS',
        'REMOVE_LOT_CONTAINERS',
      ],
      RECEIVED: [
        'UPDATE_MATERIAL_LOT',
        'STORE_MATERIAL_LOT',
        'TEST_MATERIAL_LOT',
        'RELEASE_MATERIAL_LOT',
        'RETURN_MATERIAL_LOT',
        'SCRAP_MATERIAL_LOT',
        'ADD_LOT_CONTAINERS',
        'EDIT_LOT_CONTAINERS',
        'REMOVE_LOT_CONTAINERS',
      ],
      IN_STORAGE: [
        'UPDATE_MATERIAL_LOT',
        'TEST_MATERIAL_LOT',
        'RELEASE_MATERIAL_LOT',
        'RETURN_MATERIAL_LOT',
        'SCRAP_MATERIAL_LOT',
        'ADD_LOT_CONTAINERS',
        'EDIT_LOT_CONTAINERS',
        'REMOVE_LOT_CONTAINERS',
      ],
      IN_TESTING: [
        'UPDATE_MATERIAL_LOT',
        'RELEASE_MATERIAL_LOT',
        'RETURN_MATERIAL_LOT',
        'SCRAP_MATERIAL_LOT',
        'ADD_LOT_CONTAINERS',
        'EDIT_LOT_CONTAINERS',
        'REMOVE_LOT_CONTAINERS',
      ],
      AVAILABLE: [
        'UPDATE_MATERIAL_LOT',
        'STORE_MATERIAL_LOT',
        'TEST_MATERIAL_LOT',
        'RETURN_MATERIAL_LOT',
        'SCRAP_MATERIAL_LOT',
        'ADD_LOT_CONTAINERS',
        'EDIT_LOT_CONTAINERS',
        'REMOVE_LOT_CONTAINERS',
        'CREATE_INITIAL_BATCH',
      ],
      IN_USE: [
        'UPDATE_MATERIAL_LOT',
        'SCRAP_MATERIAL_LOT',
        'ADD_LOT_CONTAINERS',
        'EDIT_LOT_CONTAINERS',
        'REMOVE_LOT_CONTAINERS',
        'CREATE_INITIAL_BATCH',
      ],
      DONE: ['UPDATE_MATERIAL_LOT'],
      SCRAPPED: [],
      RETURNED: [],
    },
    ends: {
      RECEIVE_MATERIAL_LOT: 'RECEIVED',
      STORE_MATERIAL_LOT: 'IN_STORAGE',
      TEST_MATERIAL_LOT: 'IN_TESTING',
      RELEASE_MATERIAL_LOT: 'AVAILABLE',
      RETURN_MATERIAL_LOT: 'RETURNED',
      SCRAP_MATERIAL_LOT: 'SCRAPPED',
      CREATE_INITIAL_BATCH: 'IN_USE',
    },
  },
  File: {
    table: fileStates as never,
    states: FileStatus,
    allowed: { EXPECTED: [], STORED: ['ARCHIVE_FILE'], REFUSED: ['ARCHIVE_FILE'] },
    ends: {},
  },
  Hold: {
    table: holdStates as never,
    states: HoldStatus,
    allowed: {
      PROPOSED: ['CONFIRM_HOLD', 'DISMISS_HOLD'],
      OPEN: ['ADD_HOLD_DISPOSITION', 'APPROVE_HOLD_DISPOSITION', 'RELEASE_HOLD'],
      RELEASED: [],
      DISMISSED: [],
    },
    ends: { CONFIRM_HOLD: 'OPEN', DISMISS_HOLD: 'DISMISSED', RELEASE_HOLD: 'RELEASED' },
  },
  MaterialTestPanel: {
    table: testPanelStates as never,
    states: { OPEN: 'OPEN', COMPLETED: 'COMPLETED' },
    allowed: {
      OPEN: [
        'UPDATE_MATERIAL_TEST_PANEL',
        'RECORD_MATERIAL_TEST',
        'CORRECT_MATERIAL_TEST',
        'COMPLETE_MATERIAL_TEST_PANEL',
      ],
      COMPLETED: [],
    },
    ends: { COMPLETE_MATERIAL_TEST_PANEL: 'COMPLETED' },
  },
  MillCertification: {
    table: millCertificationStates as never,
    states: MillCertificationStatus,
    allowed: {
      UPLOADED: [],
      SCANNED: [],
      PROCESSED: [],
      COMPLETED: [
        'UPDATE_MILL_CERTIFICATION',
        'REVIEW_MILL_CERTIFICATION',
        'CREATE_MATERIAL_TEST_CERTIFICATE',
      ],
      FAILED: ['UPDATE_MILL_CERTIFICATION', 'RETRY_MILL_CERTIFICATION'],
      REJECTED: [],
    },
    ends: {
      UPDATE_MILL_CERTIFICATION: 'COMPLETED',
      REVIEW_MILL_CERTIFICATION: 'COMPLETED',
      CREATE_MATERIAL_TEST_CERTIFICATE: 'COMPLETED',
      RETRY_MILL_CERTIFICATION: 'UPLOADED',
    },
  },
  InspectionCase: {
    table: inspectionCaseStates as never,
    states: InspectionCaseStatus,
    allowed: {
      OPEN: ['ADD_INSPECTION_ITEM', 'CLOSE_INSPECTION_CASE'],
      CLOSED: ['STAMP_INSPECTION_CASE'],
    },
    ends: { CLOSE_INSPECTION_CASE: 'CLOSED' },
  },
  InspectionReport: {
    table: inspectionReportStates as never,
    states: InspectionReportStatus,
    allowed: {
      SHARED: ['UPDATE_INSPECTION_REPORT', 'REVOKE_INSPECTION_REPORT', 'RENEW_INSPECTION_REPORT_TOKEN'],
      REVOKED: ['UPDATE_INSPECTION_REPORT', 'RENEW_INSPECTION_REPORT_TOKEN'],
    },
    ends: { REVOKE_INSPECTION_REPORT: 'REVOKED', RENEW_INSPECTION_REPORT_TOKEN: 'SHARED' },
  },
  Document: {
    table: documentStates as never,
    states: DocumentStatus,
    allowed: {
      IN_USE: [
        'UPDATE_DOCUMENT',
        'REPLACE_DOCUMENT',
        'ARCHIVE_DOCUMENT',
        'LINK_DOCUMENT',
        'UNLINK_DOCUMENT',
        'PARSE_DOCUMENT',
        'RECORD_DOCUMENT_PARSER_REPORT',
        'DRAW_DOCUMENT_SNAPSHOT',
      ],
      ARCHIVED: ['DRAW_DOCUMENT_SNAPSHOT'],
    },
    ends: { REPLACE_DOCUMENT: 'ARCHIVED', ARCHIVE_DOCUMENT: 'ARCHIVED' },
  },
  ZipFile: {
    table: zipFileStates as never,
    states: ZipFileStatus,
    allowed: { AVAILABLE: ['REVOKE_ZIP_FILE'], EXPIRED: [], REVOKED: [] },
    ends: { REVOKE_ZIP_FILE: 'REVOKED' },
  },
  Webhook: {
    table: webhookStates as never,
    states: WebhookStatus,
    allowed: {
      ACTIVE: [
        'UPDATE_WEBHOOK',
        'ROTATE_WEBHOOK_SECRET',
        'PAUSE_WEBHOOK',
        'TEST_WEBHOOK',
        'REPLAY_WEBHOOK',
        'RETRY_WEBHOOK_DELIVERIES',
        'ARCHIVE_WEBHOOK',
      ],
      PAUSED: [
        'UPDATE_WEBHOOK',
        'ROTATE_WEBHOOK_SECRET',
        'RESUME_WEBHOOK',
        'REPLAY_WEBHOOK',
        'RETRY_WEBHOOK_DELIVERIES',
        'ARCHIVE_WEBHOOK',
      ],
      DISABLED: [
        'UPDATE_WEBHOOK',
        'ROTATE_WEBHOOK_SECRET',
        'RESUME_WEBHOOK',
        'REPLAY_WEBHOOK',
        'RETRY_WEBHOOK_DELIVERIES',
        'ARCHIVE_WEBHOOK',
      ],
    },
    ends: { PAUSE_WEBHOOK: 'PAUSED', RESUME_WEBHOOK: 'ACTIVE' },
  },
  WebhookDelivery: {
    table: webhookDeliveryStates as never,
    states: WebhookDeliveryStatus,
    allowed: {
      PENDING: ['RETRY_WEBHOOK_DELIVERY'],
      DELIVERED: ['RETRY_WEBHOOK_DELIVERY'],
      DEAD: ['RETRY_WEBHOOK_DELIVERY'],
    },
    ends: { RETRY_WEBHOOK_DELIVERY: 'PENDING' },
  },
};

describe.each(Object.entries(tables))('the states of %s', (noun, { table, states, allowed, ends }) => {
  it('are all told here, and so are its actions', () => {
    expect(Object.keys(allowed).sort()).toEqual(Object.keys(states).sort());
    expect([...new Set(Object.values(allowed).flat())].sort()).toEqual([...table.actions].sort());
  });

  const pairs = Object.keys(allowed).flatMap((state) =>
    table.actions.map((action) => [state, action] as const),
  );

  it.each(pairs)('%s and %s', (state, action) => {
    if (allowed[state]?.includes(action)) {
      expect(table.allows(state, action)).toBe(true);
      expect(table.next(state, action)).toBe(ends[action] ?? state);
      return;
    }
    expect(table.allows(state, action)).toBe(false);
    const refusal = new TransitionError(noun as never, state, action, allowed[state] ?? []);
    expect(() => table.next(state, action)).toThrow(refusal);
    expect(() => table.require(state, action)).toThrow(refusal);
  });

  it.each(Object.keys(allowed))('%s allows its actions in the order of the table', (state) => {
    expect(table.allowedActions(state)).toEqual(allowed[state]);
  });
});

it('every state table of the sources is held by these tests', () => {
  const folder = join(import.meta.dirname, '../../src');
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file !== join('commands', 'states.ts'))
    .flatMap((file) => [
      ...readFileSync(join(folder, file), 'utf8').matchAll(/stateTable<[^(]*\(\s*'(\w+)'/g),
    ])
    .map(([, noun]) => noun);
  expect(found.sort()).toEqual(Object.keys(tables).sort());
});
