import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';
import { act, create } from '../support.ts';

const app = useApp();

const Templates = graphql(`
  query TemplatesAll { materialTemplates { code name description type family manufacturingProcess unit density } }
`);
const FromTemplate = graphql(`
  mutation TemplatesCreate($input: CreateMaterialFromTemplateInput!) {
    createMaterialFromTemplate(input: $input) {
      __typename
      ... on CreateMaterialFromTemplateSuccess {
        material { id name family unit coreUnit density cost lotMixing balanceTolerance template { code } clonedFrom { id } }
      }
      ... on InvalidInputError { issues { path } }
    }
  }
`);
const Clone = graphql(`
  mutation TemplatesClone($input: CloneMaterialInput!) {
    cloneMaterial(input: $input) {
      __typename
      ... on CloneMaterialSuccess {
        material {
          name externalId density usageCyclesLimit version archivedAt template { code }
          clonedFrom { id clones { nodes { name } } } blendsWith { id blendsWith { name } }
        }
      }
      ... on InvalidInputError { issues { path } }
      ... on TransitionError { from action }
    }
  }
`);
const SetPartners = graphql(`
  mutation TemplatesPartners($input: SetMaterialBlendPartnersInput!) {
    setMaterialBlendPartners(input: $input) {
      __typename
      ... on SetMaterialBlendPartnersSuccess { cursor material { version blendsWith { id blendsWith { id } } } }
      ... on InvalidInputError { issues { path } }
      ... on ConflictError { currentVersion }
    }
  }
`);

const steel = (name: string, more: object = {}) => ({
  name,
  type: 'BASE',
  family: 'METAL',
  unit: 'kg',
  ...more,
});

describe('the shared library', () => {
  it('is the same for everybody, and each of its templates makes a material', async () => {
    const { ours, theirs } = await app().organizations();
    const { materialTemplates } = await ours.client.query(Templates, {});
    expect(materialTemplates).toEqual((await theirs.client.query(Templates, {})).materialTemplates);
    expect(new Set(materialTemplates.map(({ code }) => code)).size).toBe(materialTemplates.length);
    for (const { code, name, density, family } of materialTemplates) {
      const made = await ours.client.success(
        FromTemplate,
        { input: { templateCode: code } },
        'CreateMaterialFromTemplateSuccess',
      );
      expect(made.material).toMatchObject({ name, density, family, template: { code }, clonedFrom: null });
    }
  });

  it('gives way to what is entered', async () => {
    const { ours } = await app().organizations();
    const input = { templateCode: 'pa12', name: 'PA 2200', unit: '[lb_av]', cost: '52.10' };
    const { material } = await ours.client.success(
      FromTemplate,
      { input },
      'CreateMaterialFromTemplateSuccess',
    );
    expect(material).toMatchObject({ name: 'PA 2200', unit: '[lb_av]', coreUnit: 'g', cost: '52.1' });
    expect(material).toMatchObject({ lotMixing: true, balanceTolerance: '0.02' });
  });

  it('refuses a code that it does not have, and a name that is taken', async () => {
    const { ours } = await app().organizations();
    const unknown = await ours.client.refused(
      FromTemplate,
      { input: { templateCode: 'unobtainium' } },
      'InvalidInputError',
    );
    expect(unknown.issues[0]?.path).toEqual(['templateCode']);
    const input = { templateCode: 'pla' };
    await ours.client.success(FromTemplate, { input }, 'CreateMaterialFromTemplateSuccess');
    const again = await ours.client.refused(FromTemplate, { input }, 'InvalidInputError');
    expect(again.issues[0]?.path).toEqual(['name']);
  });
});

describe('a clone', () => {
  it('has the values and the blend partners of what it names', async () => {
    const { ours } = await app().organizations();
    const partner = await create(ours.client, 'Material', steel('Partner'));
    const { id: materialId } = (
      await act<{ material: { id: string } }>(
        ours.client,
        'createMaterialFromTemplate',
        { templateCode: '316l', name: 'Own', externalId: 'ERP 1' },
        'material { id }',
      )
    ).material;
    await act(ours.client, 'updateMaterial', { materialId, usageCyclesLimit: 9 }, '__typename');
    await setPartners(ours.client, materialId, [partner]);
    const input = { materialId, name: 'Copy' };
    const { material } = await ours.client.success(Clone, { input }, 'CloneMaterialSuccess');
    expect(material).toEqual({
      name: 'Copy',
      externalId: null,
      density: '7.99',
      usageCyclesLimit: 9,
      version: 1,
      archivedAt: null,
      template: { code: '316l' },
      clonedFrom: { id: materialId, clones: { nodes: [{ name: 'Copy' }] } },
      blendsWith: [{ id: partner, blendsWith: [{ name: 'Copy' }, { name: 'Own' }] }],
    });
    const taken = await ours.client.refused(Clone, { input }, 'InvalidInputError');
    expect(taken.issues[0]?.path).toEqual(['name']);
  });

  it('is none of what is archived', async () => {
    const { ours } = await app().organizations();
    const materialId = await create(ours.client, 'Material', steel('Old'));
    await act(ours.client, 'archiveMaterial', { materialId }, '__typename');
    const refused = await ours.client.refused(
      Clone,
      { input: { materialId, name: 'New' } },
      'TransitionError',
    );
    expect(refused).toMatchObject({ from: 'ARCHIVED', action: 'CLONE_MATERIAL' });
  });
});

const setPartners = async (client: Client, materialId: string, partnerIds: string[]) =>
  client.success(SetPartners, { input: { materialId, partnerIds } }, 'SetMaterialBlendPartnersSuccess');

describe('blend partners', () => {
  it('hold from both sides, and are replaced', async () => {
    const { ours } = await app().organizations();
    const [a, b, c] = await Promise.all(
      ['A', 'B', 'C'].map((name) => create(ours.client, 'Material', steel(name))),
    );
    const [one, two, three] = [a as string, b as string, c as string];
    const first = await setPartners(ours.client, one, [two, two]);
    expect(first.material.blendsWith).toEqual([{ id: two, blendsWith: [{ id: one }] }]);
    expect((await setPartners(ours.client, one, [two])).cursor).toBeNull();
    const fromB = await setPartners(ours.client, two, [three]);
    expect(fromB.material.blendsWith).toEqual([{ id: three, blendsWith: [{ id: two }] }]);
    const { materials } = await ours.client
      .sendText('query ($filter: MaterialFilter) { materials(filter: $filter) { nodes { id } } }', {
        filter: { blendsWith: { equals: three } },
      })
      .then((answer) => answer.data() as { materials: { nodes: { id: string }[] } });
    expect(materials.nodes).toEqual([{ id: two }]);
    const stale = { materialId: one, partnerIds: [two], expectedVersion: 1 };
    const conflict = await ours.client.refused(SetPartners, { input: stale }, 'ConflictError');
    expect(conflict.currentVersion).toBe(2);
  });

  it('are others, in use, and counted in units of the same kind', async () => {
    const { ours } = await app().organizations();
    const materialId = await create(ours.client, 'Material', steel('Powder'));
    const resin = await create(ours.client, 'Material', steel('Resin', { unit: 'L' }));
    const archived = await create(ours.client, 'Material', steel('Old'));
    await act(ours.client, 'archiveMaterial', { materialId: archived }, '__typename');
    for (const partnerId of [materialId, resin, archived]) {
      const input = { materialId, partnerIds: [partnerId] };
      const refused = await ours.client.refused(SetPartners, { input }, 'InvalidInputError');
      expect(refused.issues[0]?.path).toEqual(['partnerIds', '0']);
    }
  });

  it('keep the kind of unit', async () => {
    const { ours } = await app().organizations();
    const [a, b] = [
      await create(ours.client, 'Material', steel('A')),
      await create(ours.client, 'Material', steel('B')),
    ];
    await setPartners(ours.client, a, [b]);
    const change = (unit: string) =>
      ours.client
        .sendText(
          'mutation ($input: UpdateMaterialInput!) { updateMaterial(input: $input) { __typename ... on InvalidInputError { issues { path } } } }',
          { input: { materialId: b, unit } },
        )
        .then((answer) => answer.data().updateMaterial);
    expect(await change('L')).toEqual({ __typename: 'InvalidInputError', issues: [{ path: ['unit'] }] });
    expect(await change('g')).toEqual({ __typename: 'UpdateMaterialSuccess' });
  });
});
