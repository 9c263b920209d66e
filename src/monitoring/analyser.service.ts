import { isIP } from 'node:net';
import { type Analyser, ConnectorHealth } from '../../prisma/generated/client/client.ts';
import { command } from '../commands/command.ts';
import type { CommandContext } from '../commands/context.ts';
import { idOf, instant, line, oneOf, secret, text } from '../commands/input.ts';
import { observedAt as observed } from '../commands/observed.ts';
import { plainNoun } from '../commands/plain.ts';
import { blockWhileUsed } from '../commands/references.ts';
import { NotFoundError, TransitionError } from '../errors.ts';
import { collectorCommands } from '../machines/collector.service.ts';

/** An address on the web without credentials in it, which would be stored in the clear. */
export const webAddress = () =>
  line(2_000)
    .refine((value) => /^https?:$/.test(partsOf(value)?.protocol ?? ''), 'must be an http or https address')
    .refine((value) => !partsOf(value)?.username && !partsOf(value)?.password, 'must not hold credentials');

const partsOf = (value: string): URL | null => (URL.canParse(value) ? new URL(value) : null);

export const analyserCommands = plainNoun('Analyser', {
  fields: {
    name: line().describe('Unique in the organization.'),
    vendor: line().nullish().describe('Who makes its software.'),
    ipAddress: line(45)
      .refine((value) => isIP(value) !== 0, 'must be an IPv4 or IPv6 address')
      .nullish()
      .describe('Where it is in the network: an IPv4 or IPv6 address.'),
    url: webAddress()
      .nullish()
      .describe('Where its interface is: an http or https address without credentials.'),
    username: line().nullish().describe('Whom to sign in to it as.'),
    password: secret()
      .nullish()
      .describe(
        'The password to sign in to it with. It is stored sealed and never told again; null clears it.',
      ),
    collectorId: idOf('Collector').nullish().describe('The collector that speaks with it.'),
  },
  unique: 'name',
  columns: ({ password, ...columns }, context) => ({
    ...columns,
    ...(password !== undefined && {
      sealedPassword: typeof password === 'string' ? context.seal(password) : null,
    }),
  }),
});

blockWhileUsed(
  collectorCommands.archiving,
  'collector.noAnalysers',
  'Analyser',
  'collectorId',
  'Move it or archive it first.',
);

export const reportAnalyser = command('reportAnalyser', {
  description:
    'Says how an analyser is: its sign of life. Safe to repeat, and a report older than what is known changes nothing.',
  right: 'report',
  input: {
    analyserId: idOf('Analyser').describe('The analyser.'),
    health: oneOf('ConnectorHealth', ConnectorHealth).describe('How it is.'),
    note: text(2_000).nullish().describe('What is wrong, where something is.'),
    observedAt: instant().nullish().describe('When it was looked at; now unless given.'),
  },
  refusals: [NotFoundError, TransitionError],
  run: async (context, { analyserId, health, note, observedAt }) => {
    const at = observed(observedAt, context.now);
    const before = await lockAnalyser(context, analyserId, 'REPORT_ANALYSER');
    if (before.healthCheckedAt && at < before.healthCheckedAt) return { analyserId, applied: false };
    const told = { health, healthNote: note || null };
    const changed = before.health !== told.health || before.healthNote !== told.healthNote;
    const after = await context.tx.analyser.update({
      where: context.key(analyserId),
      data: {
        ...told,
        healthCheckedAt: at,
        // That it is as it was is no change that somebody could have overlooked.
        ...(changed ? context.touched() : { updatedAt: context.now }),
      },
    });
    if (changed) context.record('AnalyserChanged', 'Analyser', before, after, { occurredAt: at });
    return { analyserId, applied: true };
  },
});

/** The analyser, locked and in use. Throws NotFoundError, and TransitionError where it is archived. */
export async function lockAnalyser(
  context: CommandContext,
  analyserId: string,
  action: string,
): Promise<Analyser> {
  await context.lock({ Analyser: [analyserId] });
  const analyser = await context.tx.analyser.findUniqueOrThrow({ where: context.key(analyserId) });
  if (analyser.archivedAt) throw new TransitionError('Analyser', 'ARCHIVED', action, []);
  return analyser;
}
