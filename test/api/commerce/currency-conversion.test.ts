import { describe, expect, it } from 'vitest';
import { graphql } from '../../../client/generated/gql.ts';
import { useApp } from '../../support/app.ts';
import type { Client } from '../../support/client.ts';

const app = useApp();

const Create = graphql(`
  mutation CurrencyCreate($input: CreateCurrencyConversionInput!) {
    createCurrencyConversion(input: $input) {
      __typename
      ... on CreateCurrencyConversionSuccess { currencyConversion { id currency rate isDefault } }
      ... on InvalidInputError { issues { path message } }
    }
  }
`);
const Update = graphql(`
  mutation CurrencyUpdate($input: UpdateCurrencyConversionInput!) {
    updateCurrencyConversion(input: $input) { __typename ... on InvalidInputError { issues { path } } }
  }
`);
const Archive = graphql(`
  mutation CurrencyArchive($input: ArchiveCurrencyConversionInput!) {
    archiveCurrencyConversion(input: $input) { __typename ... on BlockedError { blockedBy { rule } } }
  }
`);
const SetDefault = graphql(`
  mutation CurrencyDefault($input: SetDefaultCurrencyInput!) {
    setDefaultCurrency(input: $input) {
      __typename
      ... on SetDefaultCurrencySuccess { cursor currencyConversion { currency rate isDefault } }
      ... on InvalidInputError { issues { path } }
    }
  }
`);
const All = graphql(`
  query CurrencyAll {
    currencyConversions(filter: { archived: false }, orderBy: [{ field: CURRENCY }]) {
      nodes { currency rate isDefault }
    }
  }
`);

const create = async (client: Client, currency: string, rate: string) =>
  (await client.success(Create, { input: { currency, rate } }, 'CreateCurrencyConversionSuccess'))
    .currencyConversion;

describe('the default currency', () => {
  it('is the first, whose rate is 1', async () => {
    const { ours } = await app().organizations();
    const input = { currency: 'EUR', rate: '0.9' };
    const refused = await ours.client.refused(Create, { input }, 'InvalidInputError');
    expect(refused.issues[0]?.path).toEqual(['rate']);
    expect(await create(ours.client, 'eur', '1')).toMatchObject({ currency: 'EUR', isDefault: true });
    expect(await create(ours.client, 'USD', '1.25')).toMatchObject({ rate: '1.25', isDefault: false });
  });

  it('is one alone, when several are created at once', async () => {
    const { ours } = await app().organizations();
    await Promise.all(['EUR', 'USD', 'CHF'].map((currency) => create(ours.client, currency, '1')));
    const { currencyConversions } = await ours.client.query(All, {});
    expect(currencyConversions.nodes.filter(({ isDefault }) => isDefault)).toHaveLength(1);
  });

  it('is exchanged, and all rates are told in the new one', async () => {
    const { ours } = await app().organizations();
    await create(ours.client, 'EUR', '1');
    const dollar = await create(ours.client, 'USD', '1.25');
    await create(ours.client, 'JPY', '160');
    const input = { currencyConversionId: dollar.id };
    const set = await ours.client.success(SetDefault, { input }, 'SetDefaultCurrencySuccess');
    expect(set.currencyConversion).toEqual({ currency: 'USD', rate: '1', isDefault: true });
    const { currencyConversions } = await ours.client.query(All, {});
    expect(currencyConversions.nodes).toEqual([
      { currency: 'EUR', rate: '0.8', isDefault: false },
      { currency: 'JPY', rate: '128', isDefault: false },
      { currency: 'USD', rate: '1', isDefault: true },
    ]);
    expect((await ours.client.success(SetDefault, { input }, 'SetDefaultCurrencySuccess')).cursor).toBeNull();
  });

  it('keeps its rate, and is archived last', async () => {
    const { ours } = await app().organizations();
    const euro = await create(ours.client, 'EUR', '1');
    const dollar = await create(ours.client, 'USD', '1.25');
    const change = { currencyConversionId: euro.id, rate: '2' };
    const refused = await ours.client.refused(Update, { input: change }, 'InvalidInputError');
    expect(refused.issues[0]?.path).toEqual(['rate']);
    const blocked = await ours.client.refused(
      Archive,
      { input: { currencyConversionId: euro.id } },
      'BlockedError',
    );
    expect(blocked.blockedBy).toEqual([{ rule: 'currencyConversion.notDefault' }]);
    for (const { id } of [dollar, euro]) {
      const input = { currencyConversionId: id };
      await ours.client.success(Archive, { input }, 'ArchiveCurrencyConversionSuccess');
    }
    expect(await create(ours.client, 'CHF', '1')).toMatchObject({ isDefault: true });
  });

  it('is none in which other rates cannot be told', async () => {
    const { ours } = await app().organizations();
    await create(ours.client, 'EUR', '1');
    await create(ours.client, 'JPY', '100000000000');
    const tiny = await create(ours.client, 'USD', '0.000000000001');
    const input = { currencyConversionId: tiny.id };
    const refused = await ours.client.refused(SetDefault, { input }, 'InvalidInputError');
    expect(refused.issues[0]?.path).toEqual(['currencyConversionId']);
  });
});

describe('a currency', () => {
  it('has an ISO 4217 code of its own, and a rate above 0', async () => {
    const { ours } = await app().organizations();
    await create(ours.client, 'EUR', '1');
    for (const [currency, rate, path] of [
      ['EUR', '1', 'currency'],
      ['EURO', '1', 'currency'],
      ['ZZZ', '1', 'currency'],
      ['USD', '0', 'rate'],
    ] as const) {
      const refused = await ours.client.refused(Create, { input: { currency, rate } }, 'InvalidInputError');
      expect([currency, refused.issues[0]?.path]).toEqual([currency, [path]]);
    }
  });
});
