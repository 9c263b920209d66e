import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLOutputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { schema } from '../../schema/index.ts';
import { idPrefixes, type Noun, nouns } from '../../src/ids.ts';

/** Requests made from the schema: a field that is added tomorrow is asked too. */

export type RootField = GraphQLField<unknown, unknown>;

export const rootFields = (kind: 'Query' | 'Mutation' | 'Subscription'): RootField[] =>
  Object.values(fieldsOf(kind));

function fieldsOf(kind: string): Record<string, RootField> {
  const type = schema.getType(kind);
  if (!isObjectType(type) && !isInterfaceType(type)) throw new Error(`The schema has no ${kind}.`);
  return type.getFields();
}

const isId = (type: GraphQLInputType): boolean => getNamedType(type).name === 'ID';

// Names of references that do not name the noun that they refer to.
const referred: Readonly<Record<string, Noun>> = {
  visualizationFile: 'File',
  indicator: 'AnalysisIndicator',
  replacedBy: 'Piece',
  operation: 'MaterialTestOperation',
  preset: 'PrintingPreset',
  service: 'MachineService',
  touches: 'MaterialBatch',
  sourceBatch: 'MaterialBatch',
  destinationBatch: 'MaterialBatch',
  dockedAt: 'Workstation',
  exposedTo: 'WorkstationType',
  deferredBy: 'MaterialAction',
  blendsWith: 'Material',
  clonedFrom: 'Material',
  lot: 'MaterialLot',
  container: 'MaterialContainer',
  toContainer: 'MaterialContainer',
  batch: 'MaterialBatch',
  purchaseOrder: 'MaterialPurchaseOrder',
  partner: 'Material',
  action: 'MaterialAction',
  transaction: 'MaterialTransaction',
  sample: 'MaterialSample',
  panel: 'MaterialTestPanel',
  report: 'MaterialTestReport',
  instruction: 'MaterialTestInstruction',
  previousAction: 'MaterialAction',
  receivedBy: 'User',
  materialRestriction: 'Material',
  contact: 'User',
  owner: 'User',
  assignee: 'User',
  threshold: 'SensorThreshold',
  afterRun: 'Run',
  passedPiece: 'Piece',
  waitsForType: 'WorkstationType',
  sourceWorkflow: 'Workflow',
  supersedes: 'Certificate',
  image: 'File',
  continues: 'InspectionCase',
  logo: 'File',
  deletedHeat: 'Heat',
  deletedMechanicalProperty: 'MechanicalProperty',
  parserTemplate: 'DocumentParserTemplate',
  parent: 'DocumentParserTemplate',
  createdBy: 'ApiToken',
  // Of any kind.
  about: 'Order',
  subject: 'Order',
};

/** The noun that an argument or input field refers to, by its name: `pieceIds` → Piece. */
export function nounNamed(name: string): Noun {
  const stem = name.replace(/Ids?$/, '');
  const noun = referred[stem] ?? nouns.find((each) => each.toLowerCase() === stem.toLowerCase());
  if (!noun) throw new Error(`${name} refers to no known noun: add it to the list above.`);
  return noun;
}

/** Scalars of an output type, two levels deep, with every member of a union and the ids of what it refers to. */
export function selectionOf(type: GraphQLOutputType, depth = 2): string {
  const named = getNamedType(type);
  if (!isUnionType(named)) return `{ __typename ${fieldSelections(named.name, depth).join(' ')} }`;
  const members = named.getTypes();
  // The events of a stream are too many for one document: what they have in common stands for each.
  const events = members.filter((member) => member.getInterfaces().some(({ name }) => name === 'Event'));
  const others = members.filter((member) => !events.includes(member));
  const fragments = others.map((member) => `... on ${member.name} { ${aliased(member.name, depth)} }`);
  if (events.length > 0) fragments.push(`... on Event { ${fieldSelections('Event', depth).join(' ')} }`);
  return `{ __typename ${fragments.join(' ')} }`;
}

// Members of a union may have fields of one name and several types: every member's get names of their own.
const aliased = (type: string, depth: number): string =>
  fieldSelections(type, depth)
    .map((selection) => `${type}_${/^\w+/.exec(selection)?.[0]}: ${selection}`)
    .join(' ');

function fieldSelections(type: string, depth: number): string[] {
  return Object.values(fieldsOf(type)).flatMap((field) => {
    if (field.args.some((argument) => isNonNullType(argument.type) && argument.defaultValue === undefined)) {
      return [];
    }
    const named = getNamedType(field.type);
    if (isUnionType(named)) return [];
    if (!isObjectType(named) && !isInterfaceType(named)) return [field.name];
    return depth > 0 ? [`${field.name} ${selectionOf(field.type, depth - 1)}`] : [];
  });
}

/** Where in an argument an id stands, and the noun whose id it is. */
export interface IdPlace {
  /** `['input', 'lineItems', 0, 'materialId']` */
  path: (string | number)[];
  noun: Noun;
}

type Input = GraphQLArgument | GraphQLInputField;

/** Every place for an id in the arguments of a field. Lists have their first place. */
export function idPlaces(inputs: readonly Input[], path: (string | number)[] = [], depth = 0): IdPlace[] {
  return inputs.flatMap((input) => {
    const here = [...path, input.name, ...(isListType(nullable(input.type)) ? [0] : [])];
    if (isId(input.type)) return [{ path: here, noun: nounNamed(input.name) }];
    const named = getNamedType(input.type);
    if (!isInputObjectType(named) || depth > 3) return [];
    return idPlaces(Object.values(named.getFields()), here, depth + 1);
  });
}

const nullable = (type: GraphQLInputType) => (isNonNullType(type) ? type.ofType : type);

const samples: Readonly<Record<string, unknown>> = {
  String: 'Text',
  Int: 1,
  Float: 0.5,
  Boolean: true,
  Decimal: '0.5',
  DateTime: '2026-01-01T00:00:00.000Z',
  Date: '2026-01-01',
  Duration: 'PT1H',
  Unit: 'kg',
  JSON: [0, 0],
  Cursor: 'START',
};

/** Values for the required arguments of a field, and for those on the way to `place`, where `id` stands. */
export function variablesFor(
  inputs: readonly Input[],
  place: IdPlace | null,
  id: string,
  own: Readonly<Record<Noun, string>>,
): Record<string, unknown> {
  const [name, ...rest] = place?.path ?? [];
  return Object.fromEntries(
    inputs.flatMap((input) => {
      const chosen = input.name === name;
      const required = isNonNullType(input.type) && input.defaultValue === undefined;
      if (!chosen && !required) return [];
      const inner = chosen && place ? { ...place, path: rest } : null;
      return [[input.name, valueFor(input.name, input.type, inner, id, own)]];
    }),
  );
}

function valueFor(
  name: string,
  given: GraphQLInputType,
  place: IdPlace | null,
  id: string,
  own: Readonly<Record<Noun, string>>,
): unknown {
  const type = nullable(given);
  if (isListType(type)) {
    const inner = place && place.path[0] === 0 ? { ...place, path: place.path.slice(1) } : place;
    return [valueFor(name, type.ofType, inner, id, own)];
  }
  const named = getNamedType(type);
  if (isInputObjectType(named)) return variablesFor(Object.values(named.getFields()), place, id, own);
  if (isEnumType(named)) return named.getValues()[0]?.name;
  if (named.name === 'ID') return place ? id : own[nounNamed(name)];
  if (!(named.name in samples)) throw new Error(`No sample of ${named.name}: add it to the list above.`);
  return samples[named.name];
}

/** The document that asks one root field with all that `selectionOf` finds. */
export function documentFor(
  kind: 'query' | 'mutation' | 'subscription',
  field: RootField,
  variables: Readonly<Record<string, unknown>>,
  depth = 2,
): string {
  const used = field.args.filter((argument) => argument.name in variables);
  const declared = used.map((argument) => `$${argument.name}: ${argument.type}`).join(', ');
  const passed = used.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
  const call = `${field.name}${used.length > 0 ? `(${passed})` : ''}`;
  return `${kind} Matrix${declared ? `(${declared})` : ''} { ${call} ${selectionOf(field.type, depth)} }`;
}

/** An id of that noun that nobody has. */
export const unknownId = (noun: Noun): string => `${idPrefixes[noun]}_0193f2c4000070008000000000000000`;

/** The answer without what tells two ids apart. */
export const anonymous = (answer: unknown, id: string): unknown =>
  JSON.parse(JSON.stringify(answer).replaceAll(id, '(id)'));
