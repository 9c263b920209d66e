import type { TimestampStatus } from '../../prisma/generated/client/client.ts';
import { type VerdictStatus, verifyTimestamp } from '../../src/timestamps/verdict.ts';
import { childList, listOf } from '../shared/connection.ts';
import { enumOf } from '../shared/enums.ts';
import { byEnum, byInstant, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { inspectionCaseList } from './inspection.type.ts';

export const TimestampStatusRef = enumOf<TimestampStatus>('TimestampStatus', 'How far a timestamp is.', {
  PENDING: 'The authority is being asked.',
  VALID: 'The authority gave a token, and it held when it came.',
  FAILED: 'The authority gave none, or one that does not hold. Ask again with `stampInspectionCase`.',
});

export const TimestampVerdictRef = enumOf<VerdictStatus>(
  'TimestampVerdict',
  'What the check of a token finds. All but VALID prove nothing.',
  {
    VALID:
      'It is of this content, signed by an authority that is trusted, whose certificates were valid then.',
    IMPRINT_MISMATCH: 'It is of another content.',
    SIGNATURE_INVALID: 'Its signature is wrong, or made in a way that is not accepted.',
    SIGNER_MISMATCH: 'The certificate that the signature names is missing, or another one is in its place.',
    CHAIN_INVALID: 'No trust anchor of this server vouches for its signer.',
    EKU_MISSING: 'The certificate of its signer is not one for time-stamping alone.',
    EXPIRED_CERTIFICATE: 'A certificate of its chain was not valid at its time.',
    NONCE_MISMATCH: 'It was not the answer to what was asked.',
    MALFORMED: 'It is no timestamp, or one with parts that are not accepted.',
  },
);

noun('Timestamp', {
  description:
    'Proof by a time-stamping authority that a content existed at an instant (RFC 3161). The whole token is kept, so that everybody can check it.',
  fields: (t) => ({
    status: t.expose('status', { type: TimestampStatusRef, description: 'How far it is.' }),
    imprint: t.exposeString('imprint', {
      description:
        'What is stamped: a SHA-256, 64 hexadecimal digits. Of an inspection case it is the root of its tree.',
    }),
    authority: t.exposeString('authority', {
      nullable: true,
      description: 'The URL of the authority that was asked.',
    }),
    subject: t.exposeString('subject', {
      nullable: true,
      description: 'Who signed, as its certificate names it: `O=Example, CN=TSA`.',
    }),
    stampedAt: t.expose('stampedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'The time that the authority states.',
    }),
    serialNumber: t.exposeString('serialNumber', {
      nullable: true,
      description: 'The authority’s number of the token, in hexadecimal digits.',
    }),
    policy: t.exposeString('policy', {
      nullable: true,
      description: 'The object identifier of the policy that the authority stamped under.',
    }),
    token: t.string({
      nullable: true,
      description: 'The whole token: base64 of its DER (a CMS ContentInfo). Null where there is none.',
      select: { token: true },
      resolve: ({ token }) => (token ? Buffer.from(token).toString('base64') : null),
    }),
    tokenHash: t.exposeString('tokenHash', {
      nullable: true,
      description: 'The SHA-256 of the token’s DER, in hexadecimal digits.',
    }),
    verdict: t.field({
      type: TimestampVerdictRef,
      nullable: true,
      description: 'What was found when the token came; null where none did.',
      select: { verdict: true },
      resolve: ({ verdict }) => verdict as VerdictStatus | null,
    }),
    check: t.field({
      type: TimestampVerdictRef,
      nullable: true,
      description:
        'What is found now: the token that is stored is checked anew against the anchors of this server. Null where there is no token.',
      select: { token: true, imprint: true },
      resolve: ({ token, imprint }, _args, { runtime }) =>
        token
          ? verifyTimestamp(token, { sha256: imprint }, { anchors: runtime.authority?.anchors ?? [] }).status
          : null,
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Why it failed, in words for a person.',
    }),
    cases: childList(t, 'Timestamp', 'cases', inspectionCaseList, 'The case whose root is stamped.'),
  }),
});

export const timestampList = listOf('Timestamp', {
  plural: 'timestamps',
  filters: {
    status: byEnum('status', 'TimestampStatus', 'By status.'),
    imprint: byText('imprint', 'By what is stamped.'),
    tokenHash: byText('tokenHash', 'By the hash of the token.'),
    stampedAt: byInstant('stampedAt', 'By the time that they state.'),
    createdAt: byInstant('createdAt', 'By when they were asked for.'),
  },
  search: ['subject', 'reason'],
  orders: {
    STAMPED_AT: { column: 'stampedAt', nullable: true, description: 'By the time that they state.' },
    CREATED_AT: { column: 'createdAt', description: 'By when they were asked for.' },
  },
});
