import { describe, expect, it } from 'vitest';
import { graphql } from '../../client/generated/gql.ts';
import { useApp } from '../support/app.ts';

const app = useApp();

const Create = graphql(`
  mutation MaterialCreate($input: CreateMaterialInput!) {
    createMaterial(input: $input) {
      __typename
      ... on CreateMaterialSuccess {
        material {
          id unit coreUnit density color colorOpacity manufacturer { name }
          cost postProcessingTime thirdPartyFulfillment lotMixing usageCyclesLimit balanceTolerance
        }
      }
      ... on InvalidInputError { issues { path } }
    }
  }
`);
const Update = graphql(`
  mutation MaterialUpdate($input: UpdateMaterialInput!) {
    updateMaterial(input: $input) {
      __typename
      ... on UpdateMaterialSuccess { material { description } }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const CreateMaker = graphql(`
  mutation MaterialMaker($input: CreateManufacturerInput!) {
    createManufacturer(input: $input) { __typename ... on CreateManufacturerSuccess { manufacturer { id } } }
  }
`);
const ArchiveMaker = graphql(`
  mutation MaterialMakerArchive($input: ArchiveManufacturerInput!) {
    archiveManufacturer(input: $input) { __typename }
  }
`);
const OfMaker = graphql(`
  query MaterialsOfMakers { manufacturers { nodes { name materials(orderBy: [{ field: NAME }]) { nodes { name } } } } }
`);

const titanium = { name: 'Ti-6Al-4V', type: 'BASE', family: 'METAL', unit: 'kg' } as const;

describe('material', () => {
  it('keeps decimals exactly and colours in one spelling', async () => {
    const { ours } = await app().organizations();
    const input = { ...titanium, density: '4.430', color: '#aabbcc', colorOpacity: '0.50' };
    const { material } = await ours.client.success(Create, { input }, 'CreateMaterialSuccess');
    expect(material).toMatchObject({ unit: 'kg', density: '4.43', color: '#AABBCC', colorOpacity: '0.5' });
  });

  it('names every value that breaks a rule', async () => {
    const { ours } = await app().organizations();
    const input = { ...titanium, density: '0', color: 'red', colorOpacity: '1.01', datasheetUrl: 'ftp://a' };
    const refused = await ours.client.refused(Create, { input }, 'InvalidInputError');
    expect(refused.issues.map(({ path }) => path[0])).toEqual(
      expect.arrayContaining(['density', 'color', 'colorOpacity', 'datasheetUrl']),
    );
  });

  it('is counted in a unit of stock', async () => {
    const { ours } = await app().organizations();
    for (const unit of ['Cel', 'furlong', 'kilo']) {
      const refused = await ours.client.refused(
        Create,
        { input: { ...titanium, unit } },
        'InvalidInputError',
      );
      expect(refused.issues[0]?.path).toEqual(['unit']);
    }
  });

  it('says how its stock is reckoned with, and what it costs', async () => {
    const { ours } = await app().organizations();
    const input = {
      ...titanium,
      cost: '210.123456',
      postProcessingTime: 'PT1H30M',
      thirdPartyFulfillment: true,
      lotMixing: false,
      usageCyclesLimit: 12,
      balanceTolerance: '0.005',
    };
    const { material } = await ours.client.success(Create, { input }, 'CreateMaterialSuccess');
    const { name: _, type: __, family: ___, ...entered } = input;
    expect(material).toMatchObject({ ...entered, coreUnit: 'g' });
    const wrong = { ...input, name: 'Other', cost: '-1', usageCyclesLimit: 0, balanceTolerance: '1.1' };
    const refused = await ours.client.refused(Create, { input: wrong }, 'InvalidInputError');
    expect(refused.issues.map(({ path }) => path[0]).sort()).toEqual([
      'balanceTolerance',
      'cost',
      'usageCyclesLimit',
    ]);
  });

  it('keeps a maker who is archived, and takes no such maker anew', async () => {
    const { ours } = await app().organizations();
    const maker = async (name: string) =>
      (await ours.client.success(CreateMaker, { input: { name } }, 'CreateManufacturerSuccess')).manufacturer
        .id;
    const [own, other] = [await maker('Own'), await maker('Other')];
    const input = { ...titanium, manufacturerId: own };
    const { material } = await ours.client.success(Create, { input }, 'CreateMaterialSuccess');
    for (const manufacturerId of [own, other]) {
      await ours.client.success(ArchiveMaker, { input: { manufacturerId } }, 'ArchiveManufacturerSuccess');
    }
    const change = { materialId: material.id, description: 'Grade 5' };
    await ours.client.success(Update, { input: { ...change, manufacturerId: own } }, 'UpdateMaterialSuccess');
    const refused = await ours.client.refused(
      Update,
      { input: { ...change, manufacturerId: other } },
      'InvalidInputError',
    );
    expect(refused.issues[0]?.path).toEqual(['manufacturerId']);
    const { manufacturers } = await ours.client.query(OfMaker, {});
    expect(manufacturers.nodes.map(({ materials }) => materials.nodes.length)).toEqual([0, 1]);
  });

  it("does not take another organization's maker", async () => {
    const { ours, theirs } = await app().organizations();
    const made = await theirs.client.success(
      CreateMaker,
      { input: { name: 'X' } },
      'CreateManufacturerSuccess',
    );
    const input = { ...titanium, manufacturerId: made.manufacturer.id };
    const refused = await ours.client.refused(Create, { input }, 'InvalidInputError');
    expect(refused.issues[0]?.path).toEqual(['manufacturerId']);
  });
});
