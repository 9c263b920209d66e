import { builder } from '../builder.ts';
import { noun } from '../shared/noun.ts';
import { CertificateTypeRef } from './certificate.enums.ts';

noun('CertificateRequirement', {
  description:
    'A certificate that a process step demands of every piece, before it ships or is complete. Part of the step: it never changes.',
  fields: (t) => ({
    type: t.expose('type', { type: CertificateTypeRef, description: 'What it is about.' }),
    kind: t.exposeString('kind', {
      nullable: true,
      description: 'The kind of document, as `Certificate.kind` spells it. Null for any of the type.',
    }),
    processStep: t.relation('processStep', { description: 'The step that demands it.' }),
  }),
});

builder.prismaObjectFields('ProcessStep', (t) => ({
  requiredCertificates: t.relation('certificateRequirements', {
    description:
      'The certificates that must be attached to a piece at this step before it ships or is complete, at most 20.',
    query: { orderBy: [{ type: 'asc' }, { kind: { sort: 'asc', nulls: 'first' } }] },
  }),
}));
