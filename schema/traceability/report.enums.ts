import type { JobStatus } from '../../prisma/generated/client/client.ts';
import type { EventGroup } from '../../src/traceability/report.groups.ts';
import { enumOf } from '../shared/enums.ts';

export const JobStatusRef = enumOf<JobStatus>(
  'JobStatus',
  'How far something is that is made in the background.',
  {
    PENDING: 'It waits to be made.',
    PROCESSING: 'It is being made.',
    COMPLETE: 'It is made.',
    ERROR: 'It could not be made: its error says why.',
  },
);

export const EventGroupRef = enumOf<EventGroup>(
  'EventGroup',
  'Groups of events that a report can be limited to.',
  {
    ORDER: 'Orders, line items and pieces: what is to be made, for whom, and how far it is.',
    MODEL: 'What is to be made was changed: another design or material, another file of a machine job.',
    PREPARATION: 'Operations and runs before anybody works on them: planned, queued, moved.',
    PRINTING: 'Operations and runs of printers, builds, and what machines were told.',
    POST_PROCESSING: 'Operations and runs of post-processing.',
    SHIPPING: 'Operations and runs that ship.',
    MATERIAL: 'Lots, containers and batches, and what was done with them.',
    QUALITY: 'Samples, tests, anomalies, inspections, holds and their dispositions.',
    CERTIFICATES: 'Certificates, mill certifications, heats of lots, timestamps.',
    NOTES: 'Notes alone were changed.',
    OTHER: 'Everything else.',
  },
);
