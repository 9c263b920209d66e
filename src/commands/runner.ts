import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import type { Prisma } from '../../prisma/generated/client/client.ts';
import { forOrganization, type Transaction } from '../database/client.ts';
import { isRetryable } from '../database/errors.ts';
import { AccessDeniedError, IdempotencyError, type InputIssue, InvalidInputError } from '../errors.ts';
import type { EventDraft } from '../events/kinds.ts';
import type { LoggedEvent } from '../events/log.ts';
import { faultPoint } from '../faults.ts';
import { type Caller, may, systemCaller } from '../identity/caller.ts';
import { newId } from '../ids.ts';
import type { Runtime } from '../runtime.ts';
import type { Command, Outcome, Parsed } from './command.ts';
import { CommandContext } from './context.ts';

/** Who runs a command, and in which request. */
export interface Invocation {
  readonly caller: Caller;
  readonly requestId: string | null;
}

/** What a command answered, and the cause that its events share. */
export interface Done<Result extends Outcome> {
  readonly outcome: Result;
  readonly causeId: string;
  /** Given once, never kept: null when a repeated mutation answers from its receipt. */
  readonly secrets: Readonly<Record<string, string>> | null;
}

const attempts = 4;

/**
 * Runs a command in one transaction: idempotency, then the command's own locks, reads, guards and writes, then its
 * events, whose positions the database gives at commit. Delivery happens after commit; a refusal or a failure
 * leaves nothing behind.
 *
 * @throws the command's refusals ({@link UserError}), AccessDeniedError, MalformedInputError
 */
export async function runCommand<Result extends Outcome>(
  runtime: Runtime,
  { caller, requestId }: Invocation,
  command: Command<Result>,
  rawInput: unknown,
): Promise<Done<Result>> {
  if (!may(caller, command.right)) {
    throw new AccessDeniedError(
      `${command.name} needs the right to ${command.right}; your role is ${caller.role}.`,
    );
  }
  const input = parseInput(command.input, rawInput);
  const key = (input.clientMutationId as string | null | undefined) ?? null;
  const inputHash = key ? hashInput(rawInput) : null;
  await command.prepare?.(runtime, input);
  const receipt = {
    organizationId: caller.organizationId,
    actorId: caller.tokenId,
    mutation: command.name,
  };
  return transact(runtime, {
    caller,
    actor: { actorKind: 'TOKEN', actorId: caller.tokenId, requestId },
    numbers: command.numbers(input),
    work: async (context): Promise<Done<Result>> => {
      if (key && inputHash) {
        const earlier = await claimReceipt<Result>(
          context.tx,
          { ...receipt, clientMutationId: key },
          inputHash,
          context,
        );
        if (earlier) return earlier;
      }
      const outcome = await command.run(context, input);
      if (key) {
        await context.tx.commandReceipt.update({
          where: {
            organizationId_actorId_mutation_clientMutationId: { ...receipt, clientMutationId: key },
          },
          data: { outcome: outcome as Prisma.InputJsonObject },
        });
      }
      return { outcome, causeId: context.causeId, secrets: context.secrets };
    },
  });
}

/**
 * Does in one transaction what nobody asked for: a deadline that has passed, a file that was parsed. Its events are
 * the system's own. Runs again after a deadlock, as commands do.
 *
 * @throws what `work` throws; nothing is left behind then
 */
export function runAsSystem<Result>(
  runtime: Runtime,
  organizationId: string,
  work: (context: CommandContext) => Promise<Result>,
): Promise<Result> {
  return transact(runtime, {
    caller: systemCaller(organizationId),
    actor: { actorKind: 'SYSTEM', actorId: null, requestId: null },
    numbers: {},
    work,
  });
}

/** Who an event says that caused it. */
type EventActor = Pick<LoggedEvent, 'actorKind' | 'actorId' | 'requestId'>;

/** Work in one transaction, its events, and their delivery. Runs again after a deadlock or a serialization failure. */
async function transact<Result>(
  runtime: Runtime,
  {
    caller,
    actor,
    numbers: wanted,
    work,
  }: {
    caller: Caller;
    actor: EventActor;
    /** The running numbers that the work takes. */
    numbers: Readonly<Record<string, number>>;
    work: (context: CommandContext) => Promise<Result>;
  },
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      const numbers = await takeNumbers(runtime, caller.organizationId, wanted);
      const { result, context } = await forOrganization(runtime.prisma, caller.organizationId).$transaction(
        async (tx) => {
          const context = new CommandContext(
            tx,
            caller,
            runtime.now(),
            numbers,
            runtime.secrets,
            runtime.files,
          );
          const result = await work(context);
          await draftEvents(tx, context, actor);
          faultPoint('beforeCommit');
          return { result, context };
        },
      );
      deliver(runtime, context);
      return result;
    } catch (error) {
      await beforeNext(attempt, error);
    }
  }
}

/** Wakes those who follow what was committed. */
function deliver(runtime: Runtime, context: CommandContext): void {
  const { organizationId } = context;
  faultPoint('afterCommit');
  if (context.drafts.length > 0) runtime.events.committed(organizationId);
  for (const tick of context.ticks) runtime.events.tick(organizationId, tick);
  if (context.readingsStored) runtime.events.readingsStored(organizationId);
  for (const topic of context.wakes) runtime.bus.publish(topic, organizationId);
  faultPoint('beforeAnswer');
}

/** Waits before the next attempt. Throws the error where another would not help. */
async function beforeNext(attempt: number, error: unknown): Promise<void> {
  if (attempt >= attempts || !isRetryable(error)) throw error;
  // Deadlock or serialization failure: the transaction is gone, and running it again is right.
  await pause(2 ** attempt * 5 * (0.5 + Math.random()));
}

/** The parsed input, or an InvalidInputError with every rule that is broken. */
function parseInput(schema: z.ZodObject, raw: unknown): Parsed {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issues: InputIssue[] = parsed.error.issues.map((issue) => ({
    path: issue.path.map(String),
    message: issue.message,
  }));
  throw new InvalidInputError(issues);
}

function hashInput(input: unknown): string {
  const canonical = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(canonical);
    if (value instanceof Date || typeof value !== 'object' || value === null) return value;
    if ('toJSON' in value && typeof value.toJSON === 'function') return value.toJSON();
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, member]) => [name, canonical(member)]),
    );
  };
  return createHash('sha256')
    .update(JSON.stringify(canonical(input)))
    .digest('hex');
}

/**
 * Claims the key for this command, or answers what the first use of it answered. A concurrent twin waits in the
 * insert until the first commits (then it answers as that did) or rolls back (then it runs itself).
 */
async function claimReceipt<Result extends Outcome>(
  tx: Transaction,
  receipt: { organizationId: string; actorId: string; mutation: string; clientMutationId: string },
  inputHash: string,
  context: CommandContext,
): Promise<Done<Result> | null> {
  const { count } = await tx.commandReceipt.createMany({
    data: [{ ...receipt, inputHash, causeId: context.causeId, createdAt: context.now }],
    skipDuplicates: true,
  });
  if (count === 1) return null;
  const found = await tx.commandReceipt.findUniqueOrThrow({
    where: { organizationId_actorId_mutation_clientMutationId: receipt },
  });
  if (found.inputHash !== inputHash) throw new IdempotencyError(receipt.clientMutationId);
  return { outcome: found.outcome as Result, causeId: found.causeId, secrets: null };
}

async function takeNumbers(
  runtime: Runtime,
  organizationId: string,
  wanted: Readonly<Record<string, number>>,
): Promise<Map<string, bigint>> {
  const first = new Map<string, bigint>();
  for (const [series, count] of Object.entries(wanted)) {
    if (count === 0) continue;
    const [row] = await runtime.database.query<{ value: string }>(
      `INSERT INTO "Counter" ("organizationId", name, value) VALUES ($1, $2, $3)
       ON CONFLICT ("organizationId", name) DO UPDATE SET value = "Counter".value + excluded.value
       RETURNING value::text AS value`,
      [organizationId, series, count],
    );
    if (!row) throw new Error(`The counter ${series} gave no number.`);
    first.set(series, BigInt(row.value) - BigInt(count) + 1n);
  }
  return first;
}

/** The last statement of a command. The deferred trigger of EventDraft turns it into log entries at commit. */
async function draftEvents(tx: Transaction, context: CommandContext, actor: EventActor): Promise<void> {
  if (context.drafts.length === 0) return;
  const events = context.drafts.map((draft: EventDraft) => ({
    ...draft,
    ...actor,
    causeId: context.causeId,
  }));
  await tx.eventDraft.createMany({
    data: { organizationId: context.organizationId, id: newId(), events: events as Prisma.InputJsonArray },
  });
}
