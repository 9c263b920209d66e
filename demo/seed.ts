import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { act, type SuccessOf } from '../client/act.ts';
import type { Client } from '../client/client.ts';
import type { LineItemInput, Role } from '../client/generated/graphql.ts';
import type { DemoRole } from './access.ts';
import {
  designs,
  type FactoryPlan,
  type MachinePlan,
  type ManufacturerKey,
  type MaterialKey,
  manufacturers,
  materials,
  sensorName,
  sensorPlans,
  type TypeKey,
  type WorkflowKey,
  workflows,
  workstationTypes,
} from './factories.ts';
import * as mutations from './mutations.ts';
import { seedEvidence } from './seed-evidence.ts';
import { seedOrders } from './seed-orders.ts';
import { seedInstructions } from './seed-papers.ts';
import { seedPowder, seedUse } from './seed-powder.ts';

/** Does one step of preparing a factory: the same step of the same factory has an effect only once. */
export type Step = <Data extends object, Input extends object>(
  key: string,
  document: TypedDocumentNode<Data, { input: Input }>,
  input: Input,
) => Promise<SuccessOf<Data>>;

/** The ids of what a factory has, by the keys of its plan. */
export interface SeededFactory {
  /** Locations with their areas. */
  readonly places: readonly { readonly id: string; readonly areas: readonly string[] }[];
  readonly userIds: readonly string[];
  readonly materials: Readonly<Record<MaterialKey, string>>;
  readonly workflows: Readonly<Record<WorkflowKey, string>>;
  readonly stations: readonly {
    readonly id: string;
    readonly type: TypeKey;
    readonly machineId: string | null;
  }[];
}

const stepper =
  (client: Client, { code }: FactoryPlan): Step =>
  (key, document, input) =>
    act(client, document, { ...input, clientMutationId: `demo ${code} ${key}` });

const roles: Record<Exclude<DemoRole, 'administrator'>, { role: Role; name: string }> = {
  operator: { role: 'OPERATOR', name: 'Shop floor' },
  machine: { role: 'MACHINE', name: 'Machine connector' },
  viewer: { role: 'VIEWER', name: 'Displays' },
};

/** Makes the tokens that are not known yet. Their text is shown once, so each is kept at once. */
export async function seedTokens(
  client: Client,
  plan: FactoryPlan,
  known: Partial<Record<DemoRole, string>>,
  keep: (role: DemoRole, token: string) => Promise<void>,
): Promise<void> {
  for (const role of ['operator', 'machine', 'viewer'] as const) {
    if (known[role]) continue;
    // No key: a start that was interrupted before its token was kept needs another token, not the same answer.
    const { token } = await act(client, mutations.CreateApiToken, roles[role]);
    if (!token) throw new Error(`${plan.name}: the token of the ${role} has no text.`);
    await keep(role, token);
  }
}

/** Makes the factory, its powder, its orders and what proves them, all through the API, whose endpoint `url` is. */
export async function seedFactory(
  client: Client,
  plan: FactoryPlan,
  { preparedAt, url }: { readonly preparedAt: Date; readonly url: string },
): Promise<void> {
  const step = stepper(client, plan);
  const factory = await seedMasterData(step, plan);
  // First: what is loaded is what the orders are printed of, and by which papers.
  await seedPowder(step, plan, factory, preparedAt);
  if (plan.powder) await seedInstructions(step, url, factory);
  const run = await seedOrders(step, plan, factory, preparedAt);
  if (!run) return;
  await seedUse(step, plan, factory, run);
  if (plan.powder) await seedEvidence(client, step, plan, { runId: run.runId, url });
}

async function seedMasterData(step: Step, plan: FactoryPlan): Promise<SeededFactory> {
  const userIds: string[] = [];
  for (const user of plan.users) {
    userIds.push((await step(`user ${user.email}`, mutations.CreateUser, user)).user.id);
  }
  const places: { id: string; areas: string[] }[] = [];
  for (const { areas, ...location } of plan.locations) {
    const input = {
      ...location,
      countriesServed: [...location.countriesServed],
      contactId: userIds[0] ?? null,
    };
    const { id } = (await step(`location ${location.name}`, mutations.CreateLocation, input)).location;
    const made: string[] = [];
    for (const area of areas) {
      const key = `area ${location.name} ${area.name}`;
      made.push((await step(key, mutations.CreateSubLocation, { ...area, locationId: id })).subLocation.id);
    }
    places.push({ id, areas: made });
  }
  const makers = await each(manufacturers, async (key: ManufacturerKey, maker) => {
    return (await step(`manufacturer ${key}`, mutations.CreateManufacturer, maker)).manufacturer.id;
  });
  const materialIds = await each(materials, async (key: MaterialKey, material) => {
    const input = { ...material, manufacturerId: makers.powder };
    return (await step(`material ${key}`, mutations.CreateMaterial, input)).material.id;
  });
  const typeIds = await each(
    workstationTypes,
    async (key: TypeKey, { maker, materials: usable, ...type }) => {
      const input = { ...type, manufacturerId: maker ? makers[maker] : null };
      const { id } = (await step(`type ${key}`, mutations.CreateWorkstationType, input)).workstationType;
      if (usable) {
        const allowed = {
          workstationTypeId: id,
          materialIds: usable.map((material) => materialIds[material]),
        };
        await step(`type materials ${key}`, mutations.SetWorkstationTypeMaterials, allowed);
      }
      return id;
    },
  );
  const stations = [];
  for (const station of plan.stations) stations.push(await seedStation(step, station, places, typeIds));
  for (const machine of plan.machines) await seedMachine(step, machine, null);
  const workflowIds = await each(workflows, async (key: WorkflowKey, { steps, ...workflow }) => {
    const input = {
      ...workflow,
      steps: steps.map(({ type, ...rest }) => ({ ...rest, workstationTypeId: typeIds[type] })),
    };
    return (await step(`workflow ${key}`, mutations.CreateWorkflow, input)).workflow.id;
  });
  return {
    places,
    userIds,
    materials: materialIds,
    workflows: workflowIds,
    stations,
  };
}

async function seedStation(
  step: Step,
  { name, type, place, inProgressMax, machine }: FactoryPlan['stations'][number],
  places: readonly { id: string; areas: readonly string[] }[],
  typeIds: Record<TypeKey, string>,
): Promise<SeededFactory['stations'][number]> {
  const location = places[place[0]];
  if (!location) throw new Error(`${name} stands nowhere.`);
  const { id } = (
    await step(`workstation ${name}`, mutations.CreateWorkstation, {
      name,
      workstationTypeId: typeIds[type],
      locationId: location.id,
      subLocationId: location.areas[place[1]] ?? null,
      ...(inProgressMax ? { inProgressMax } : {}),
    })
  ).workstation;
  return { id, type, machineId: machine ? await seedMachine(step, machine, id) : null };
}

async function seedMachine(
  step: Step,
  { sensors, ...machine }: MachinePlan,
  workstationId: string | null,
): Promise<string> {
  const input = { ...machine, workstationId, serialNumber: `SN-${machine.ipAddress.replaceAll('.', '')}` };
  const machineId = (await step(`machine ${machine.name}`, mutations.CreateMachine, input)).machine.id;
  for (const key of sensors) {
    const { quantity, unit } = sensorPlans[key];
    await step(`sensor ${machine.name} ${key}`, mutations.CreateSensor, {
      name: sensorName(machine.name, quantity),
      quantity,
      unit,
      machineId,
      frequency: 'PT2M',
    });
  }
  return machineId;
}

/** One after the other, so that a factory is always made in the same order. */
async function each<Key extends string, Plan>(
  plans: Readonly<Record<Key, Plan>>,
  make: (key: Key, plan: Plan) => Promise<string>,
): Promise<Record<Key, string>> {
  const ids: Partial<Record<Key, string>> = {};
  for (const key of Object.keys(plans) as Key[]) ids[key] = await make(key, plans[key]);
  return ids as Record<Key, string>;
}

/** A line item for a design of the plan. */
export function lineItemOf(factory: SeededFactory, design: number, quantity: number): LineItemInput {
  const plan = designs[design];
  if (!plan) throw new Error(`No design ${design}.`);
  return {
    designName: plan.name,
    quantity,
    materialId: factory.materials[plan.material],
    workflowId: factory.workflows[plan.workflow],
    layerThickness: plan.material === 'polyamide' ? '0.1' : '0.03',
  };
}
