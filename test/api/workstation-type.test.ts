import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { useApp } from '../support/app.ts';
import { makeShop } from '../support/factories.ts';

const app = useApp();

const SetMaterials = graphql(`
  mutation WorkstationTypeMaterials($input: SetWorkstationTypeMaterialsInput!) {
    setWorkstationTypeMaterials(input: $input) {
      __typename
      ... on SetWorkstationTypeMaterialsSuccess { cursor workstationType { materials { id } } }
      ... on NotFoundError { id }
      ... on InvalidInputError { issues { path } }
    }
  }
`);
const Update = graphql(`
  mutation WorkstationTypeUpdate($input: UpdateWorkstationTypeInput!) {
    updateWorkstationType(input: $input) { __typename ... on InvalidInputError { issues { path } } }
  }
`);
const Archive = graphql(`
  mutation WorkstationTypeArchive($input: ArchiveWorkstationTypeInput!) {
    archiveWorkstationType(input: $input) { __typename ... on BlockedError { blockedBy { rule } } }
  }
`);
const Usable = graphql(`
  query WorkstationTypeUsable($types: WorkstationTypeFilter, $materials: MaterialFilter) {
    workstationTypes(filter: $types) { nodes { id } }
    materials(filter: $materials) { nodes { id } }
  }
`);

describe('the materials of a workstation type', () => {
  it('are replaced, and filter lists from both sides', async () => {
    const { ours } = await app().organizations();
    const { printerTypeId: workstationTypeId, materialId } = await makeShop(ours.client);
    const input = { workstationTypeId, materialIds: [materialId, materialId] };
    const set = await ours.client.success(SetMaterials, { input }, 'SetWorkstationTypeMaterialsSuccess');
    expect(set.workstationType.materials).toEqual([{ id: materialId }]);
    const usable = await ours.client.query(Usable, {
      types: { material: { equals: materialId } },
      materials: { workstationType: { equals: workstationTypeId } },
    });
    expect(usable.workstationTypes.nodes).toEqual([{ id: workstationTypeId }]);
    expect(usable.materials.nodes).toEqual([{ id: materialId }]);
    const same = await ours.client.success(SetMaterials, { input }, 'SetWorkstationTypeMaterialsSuccess');
    expect(same.cursor).toBeNull();
    const none = { workstationTypeId, materialIds: [] };
    const cleared = await ours.client.success(
      SetMaterials,
      { input: none },
      'SetWorkstationTypeMaterialsSuccess',
    );
    expect(cleared.workstationType.materials).toEqual([]);
  });

  it("are none of another organization's, nor of another organization's type", async () => {
    const { ours, theirs } = await app().organizations();
    const [own, foreign] = [await makeShop(ours.client), await makeShop(theirs.client)];
    const material = {
      workstationTypeId: own.printerTypeId,
      materialIds: [own.materialId, foreign.materialId],
    };
    const refused = await ours.client.refused(SetMaterials, { input: material }, 'InvalidInputError');
    expect(refused.issues[0]?.path).toEqual(['materialIds', '1']);
    const type = { workstationTypeId: foreign.printerTypeId, materialIds: [] };
    await ours.client.refused(SetMaterials, { input: type }, 'NotFoundError');
  });
});

describe('workstation type', () => {
  it('keeps its kind once something is of the type', async () => {
    const { ours } = await app().organizations();
    const { printerTypeId: workstationTypeId } = await makeShop(ours.client);
    const input = { workstationTypeId, kind: 'OTHER' } as const;
    const refused = await ours.client.refused(Update, { input }, 'InvalidInputError');
    expect(refused.issues[0]?.path).toEqual(['kind']);
  });

  it('is not archived while workstations or workflows use it', async () => {
    const { ours } = await app().organizations();
    const { printerTypeId: workstationTypeId } = await makeShop(ours.client);
    const refused = await ours.client.refused(Archive, { input: { workstationTypeId } }, 'BlockedError');
    expect(refused.blockedBy.map(({ rule }) => rule).sort()).toEqual([
      'workstationType.noWorkflows',
      'workstationType.noWorkstations',
    ]);
  });
});
