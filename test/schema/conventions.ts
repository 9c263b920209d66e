import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
} from 'graphql';

/** What breaks the conventions of `docs/` and the architecture, each with its place: empty for a schema that holds them. */
export function problemsOf(schema: GraphQLSchema): string[] {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  return [
    ...types.flatMap(undescribed),
    ...types.flatMap(misnamed),
    ...types.flatMap((type) => actionProblems(schema, type)),
    ...types.flatMap(connectionProblems),
    ...types.flatMap((type) => nodeProblems(schema, type)),
    ...Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap(mutationProblems),
    ...Object.values(schema.getSubscriptionType()?.getFields() ?? {}).flatMap(streamProblems),
  ];
}

const lacks = (description: string | null | undefined) =>
  !description?.trim() || description.includes('(undescribed');

function undescribed(type: GraphQLNamedType): string[] {
  const missing = lacks(type.description) ? [type.name] : [];
  if (isEnumType(type)) {
    for (const value of type.getValues())
      if (lacks(value.description)) missing.push(`${type.name}.${value.name}`);
  }
  if (isInputObjectType(type) || isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      if (lacks(field.description)) missing.push(`${type.name}.${field.name}`);
      for (const arg of 'args' in field ? field.args : []) {
        if (lacks(arg.description)) missing.push(`${type.name}.${field.name}(${arg.name}:)`);
      }
    }
  }
  return missing.map((place) => `${place} is not described.`);
}

function misnamed(type: GraphQLNamedType): string[] {
  const wrong = /^[A-Z][A-Za-z0-9]*$/.test(type.name) ? [] : [type.name];
  // Kinds of event are called as their types are.
  if (isEnumType(type) && type.name !== 'EventKind') {
    for (const { name } of type.getValues())
      if (!/^[A-Z][A-Z0-9_]*$/.test(name)) wrong.push(`${type.name}.${name}`);
  }
  if (isInputObjectType(type) || isObjectType(type) || isInterfaceType(type)) {
    for (const name of Object.keys(type.getFields())) {
      if (!/^[a-z][A-Za-z0-9]*$/.test(name)) wrong.push(`${type.name}.${name}`);
    }
  }
  return wrong.map((place) => `${place} is misnamed.`);
}

/** An action is a mutation: `START_RUN` is `startRun`. */
function actionProblems(schema: GraphQLSchema, type: GraphQLNamedType): string[] {
  if (!isEnumType(type) || !type.name.endsWith('Action')) return [];
  const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
  const actions = new Set(mutations.map((name) => name.replace(/[A-Z]/g, '_$&').toUpperCase()));
  return type
    .getValues()
    .filter(({ name }) => !actions.has(name))
    .map(({ name }) => `${type.name}.${name} is no mutation.`);
}

const isNode = (type: GraphQLNamedType) =>
  isObjectType(type) && type.getInterfaces().some((each) => each.name === 'Node');

const hasList = (type: GraphQLType): boolean => {
  if (isNonNullType(type)) return hasList(type.ofType);
  return isListType(type);
};

// Lists of nouns that cannot grow without bounds. Their descriptions say how long they can be.
const bounded = new Set([
  'ScrapPiecesSuccess.pieces',
  'RemanufacturePiecesSuccess.pieces',
  'RemanufacturePiecesSuccess.replacements',
  'DecideAnomalySuccess.pieces',
  'DecideAnomalySuccess.replacements',
  'ReportIndicatorsSuccess.indicators',
  'WorkstationType.materials',
  'Workflow.processSteps',
  'CompleteRunSuccess.pieces',
  'Material.blendsWith',
  'MaterialContainer.materialRestrictions',
  'ScrapMaterialLotSuccess.batches',
  'MaterialTestPanel.instructions',
  'MaterialTestPanel.operations',
  'MaterialBatch.exposedTo',
  'BlendBatchesSuccess.sources',
  'ConsumeBatchSuccess.pieces',
  'ContainerizeBatchSuccess.containers',
  'DeferModularBuildSuccess.transactions',
  'ReverseMaterialActionSuccess.batches',
  'ClaimMachineCommandsSuccess.machineCommands',
  'DetachCertificateSuccess.certificateAttachments',
  'ProcessStep.requiredCertificates',
  'Heat.elements',
  'Heat.properties',
  'MillCertification.pages',
]);

/** A noun has an id, and its lists are pages. */
function nodeProblems(schema: GraphQLSchema, type: GraphQLNamedType): string[] {
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const problems: string[] = [];
  const fields = type.getFields();
  if (isNode(type) && String(fields.id?.type) !== 'ID!') problems.push(`${type.name}.id is not ID!.`);
  // A stay has no version: it begins, and it ends.
  const when = ['version', 'createdAt', 'startedAt', 'occurredAt'];
  if (isNode(type) && when.every((name) => fields[name] === undefined)) {
    problems.push(`${type.name} says neither its version nor when it was created.`);
  }
  for (const field of Object.values(fields)) {
    const place = `${type.name}.${field.name}`;
    if (!hasList(field.type) || !isNode(getNamedType(field.type))) continue;
    if (/Connection$/.test(type.name) && field.name === 'nodes') continue;
    if (!bounded.has(place)) problems.push(`${place} is a list of nouns and no connection.`);
    else if (!/at most|1 to|that were judged/.test(field.description ?? '')) {
      problems.push(`${place} does not say how long it can be.`);
    }
  }
  return schema.getType('Node') ? problems : [];
}

const pageArguments: Readonly<Record<string, string>> = { first: 'Int', after: 'String|Cursor' };

function connectionProblems(type: GraphQLNamedType): string[] {
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const problems: string[] = [];
  if (type.name.endsWith('Connection')) {
    const fields = type.getFields();
    for (const name of ['edges', 'nodes', 'pageInfo']) {
      if (!fields[name]) problems.push(`${type.name} has no ${name}.`);
    }
  }
  for (const field of Object.values(type.getFields())) {
    const connection = getNamedType(field.type);
    if (!connection.name.endsWith('Connection')) continue;
    const place = `${type.name}.${field.name}`;
    for (const [name, types] of Object.entries(pageArguments)) {
      const given = field.args.find((arg) => arg.name === name);
      if (!given || !types.split('|').includes(String(given.type)))
        problems.push(`${place} takes no ${name}.`);
    }
    const first = field.args.find((arg) => arg.name === 'first');
    if (first && first.defaultValue !== 20) problems.push(`${place} does not give 20 unless told otherwise.`);
  }
  return problems;
}

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** `startRun(input: StartRunInput!): StartRunResult!`, a union of one success and of refusals. */
function mutationProblems({ name, args, type }: GraphQLField<unknown, unknown>): string[] {
  const problems: string[] = [];
  const [input, ...others] = args;
  if (others.length > 0 || input?.name !== 'input' || String(input.type) !== `${capital(name)}Input!`) {
    problems.push(`${name} does not take exactly input: ${capital(name)}Input!.`);
  }
  const inputType = input && getNamedType(input.type);
  if (isInputObjectType(inputType) && !inputType.getFields().clientMutationId) {
    problems.push(`${name} takes no clientMutationId.`);
  }
  const result = getNamedType(type);
  if (String(type) !== `${capital(name)}Result!` || !isUnionType(result)) {
    return [...problems, `${name} does not answer ${capital(name)}Result!, a union.`];
  }
  const successes = result.getTypes().filter((member) => member.name === `${capital(name)}Success`);
  if (successes.length !== 1) problems.push(`${name} has no ${capital(name)}Success.`);
  for (const member of result.getTypes()) {
    const refusal = member.getInterfaces().some((each) => each.name === 'UserError');
    if (!successes.includes(member) && !refusal) problems.push(`${member.name} of ${name} is no UserError.`);
  }
  return problems;
}

/** A stream begins where the client says, and can say that it has moved on and that something is missing. */
function streamProblems({ name, args, type }: GraphQLField<unknown, unknown>): string[] {
  const problems: string[] = [];
  if (!args.some((arg) => arg.name === 'after' && String(arg.type) === 'Cursor')) {
    problems.push(`${name} takes no after: Cursor.`);
  }
  const message = getNamedType(type);
  const members = isUnionType(message) ? message.getTypes().map((member) => member.name) : [];
  if (!message.name.endsWith('StreamMessage')) problems.push(`${name} does not send a …StreamMessage.`);
  for (const each of ['Position', 'Gap']) {
    if (!members.includes(each)) problems.push(`${name} never sends a ${each}.`);
  }
  return problems;
}
