import {
  BlockedError,
  type Blocker,
  ConflictError,
  IdempotencyError,
  type InputIssue,
  InvalidInputError,
  NotFoundError,
  TransitionError,
  type UserError,
} from '../../src/errors.ts';
import { encodeId } from '../../src/ids.ts';
import { builder } from '../builder.ts';

export const UserErrorRef = builder.interfaceRef<UserError>('UserError').implement({
  description: 'Why a mutation did nothing. Its message is for a person and says what to do.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'For a person: what is wrong and what to do.' }),
  }),
});

const InputIssueRef = builder.objectRef<InputIssue>('InputIssue').implement({
  description: 'One value of the input that breaks a rule of its field.',
  fields: (t) => ({
    path: t.exposeStringList('path', {
      description: 'Where it is in the input: `["lineItems", "0", "quantity"]`.',
    }),
    message: t.exposeString('message', { description: 'The rule that it breaks.' }),
  }),
});

const BlockingSubjectRef = builder.objectRef<NonNullable<Blocker['subject']>>('BlockingSubject').implement({
  description: 'The object that is in the way.',
  fields: (t) => ({
    id: t.id({
      description: 'Its id, for `node`.',
      resolve: (subject) => encodeId(subject.noun, subject.uuid),
    }),
    label: t.exposeString('label', { description: 'How people call it: its number, serial or name.' }),
  }),
});

const BlockerRef = builder.objectRef<Blocker>('Blocker').implement({
  description: 'One rule that stands in the way of an action.',
  fields: (t) => ({
    rule: t.exposeString('rule', { description: 'The stable name of the rule: `workstation.hasRoom`.' }),
    message: t.exposeString('message', { description: 'For a person: what is in the way and what to do.' }),
    subject: t.field({
      type: BlockingSubjectRef,
      nullable: true,
      description: 'The object in the way, where there is one.',
      resolve: (blocker) => blocker.subject,
    }),
  }),
});

builder.objectType(NotFoundError, {
  name: 'NotFoundError',
  description: "The object does not exist, or is another organization's: the two look the same.",
  interfaces: [UserErrorRef],
  fields: (t) => ({ id: t.exposeID('id', { description: 'The id that named nothing.' }) }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  description: 'Values of the input break the rules of their fields. Nothing was changed.',
  interfaces: [UserErrorRef],
  fields: (t) => ({
    issues: t.field({
      type: [InputIssueRef],
      description: 'Every rule that is broken.',
      resolve: (error) => error.issues,
    }),
  }),
});

builder.objectType(TransitionError, {
  name: 'TransitionError',
  description: 'The state of the object does not allow the action.',
  interfaces: [UserErrorRef],
  fields: (t) => ({
    from: t.exposeString('from', { description: 'The state that it is in.' }),
    action: t.exposeString('action', {
      description: 'The action that was refused: the name of its mutation, `START_RUN`.',
    }),
    allowedActions: t.exposeStringList('allowedActions', {
      description: 'The actions that its state allows, named alike.',
    }),
  }),
});

builder.objectType(BlockedError, {
  name: 'BlockedError',
  description: 'The state allows the action, but rules of the shop stand in the way. All of them are named.',
  interfaces: [UserErrorRef],
  fields: (t) => ({
    blockedBy: t.field({
      type: [BlockerRef],
      description: 'Every rule in the way.',
      resolve: (error) => error.blockedBy,
    }),
  }),
});

builder.objectType(ConflictError, {
  name: 'ConflictError',
  description: 'Someone else has changed the object since you read it. Read it again and decide anew.',
  interfaces: [UserErrorRef],
  fields: (t) => ({
    currentVersion: t.exposeInt('currentVersion', { description: 'The version that stands now.' }),
  }),
});

builder.objectType(IdempotencyError, {
  name: 'IdempotencyError',
  description: 'The clientMutationId was used before with another input.',
  interfaces: [UserErrorRef],
});
