import type { StoredReading } from '../../src/certificates/mill-certification.values.ts';
import { builder } from '../builder.ts';
import { childList, listOf } from '../shared/connection.ts';
import { byEnum, byId, byInstant, byRule, byText } from '../shared/filters.ts';
import { noun } from '../shared/noun.ts';
import { MechanicalPropertyKindRef, MeltAnalysisRef, ValueOperatorRef } from './mill-certification.enums.ts';

export const ReadingPlaceRef = builder.objectRef<StoredReading>('ReadingPlace').implement({
  description: 'Where in a document something was read, and how surely.',
  fields: (t) => ({
    page: t.exposeInt('page', { description: 'The page, from 1.' }),
    x: t.exposeFloat('x', { description: 'From the left edge of the page, in points (1/72 inch).' }),
    y: t.exposeFloat('y', { description: 'From the upper edge of the page, in points.' }),
    width: t.exposeFloat('width', { description: 'Its width in points.' }),
    height: t.exposeFloat('height', { description: 'Its height in points.' }),
    confidence: t.exposeFloat('confidence', {
      description: 'How sure both its letters and its meaning are, from 0 to 1.',
    }),
    text: t.exposeString('text', { description: 'What stands there.' }),
  }),
});

/** A stored place as what it is; null for what a person entered. */
export const readingOf = (reading: unknown): StoredReading | null => reading as StoredReading | null;

const place = 'Where it was read, and how surely; null for what a person entered.';

noun('HeatElement', {
  description: 'What a heat contains of one element, or a figure computed of several.',
  fields: (t) => ({
    heat: t.relation('heat', { description: 'The heat.' }),
    symbol: t.exposeString('symbol', { description: 'The element, "Cr", or the formula, "CEV".' }),
    isFormula: t.exposeBoolean('isFormula', { description: 'Whether it is computed of several elements.' }),
    part: t.exposeString('part', {
      nullable: true,
      description: 'Which part of the element is meant, where it is not all: "SOLUBLE".',
    }),
    analysis: t.expose('analysis', {
      type: MeltAnalysisRef,
      nullable: true,
      description: 'What was analysed; null where the document does not tell.',
    }),
    operator: t.expose('operator', { type: ValueOperatorRef, description: 'How the value is meant.' }),
    value: t.expose('value', {
      type: 'Decimal',
      nullable: true,
      description: 'The content in `unit`; null where what is printed could not be understood.',
    }),
    text: t.exposeString('text', { description: 'The value as it is printed, with its digits.' }),
    unit: t.exposeString('unit', { description: '"%" or "ppm" by mass.' }),
    minimum: t.expose('minimum', {
      type: 'Decimal',
      nullable: true,
      description: 'The least that is demanded, where the document says so.',
    }),
    maximum: t.expose('maximum', {
      type: 'Decimal',
      nullable: true,
      description: 'The most that is allowed, where the document says so.',
    }),
    reading: t.field({
      type: ReadingPlaceRef,
      nullable: true,
      description: place,
      select: { reading: true },
      resolve: ({ reading }) => readingOf(reading),
    }),
  }),
});

noun('MechanicalProperty', {
  description: 'One measured property of the material of a heat.',
  fields: (t) => ({
    heat: t.relation('heat', { description: 'The heat that was tested.' }),
    kind: t.field({
      type: MechanicalPropertyKindRef,
      description: 'What was measured.',
      select: { kind: true },
      resolve: ({ kind }) => kind as never,
    }),
    symbol: t.exposeString('symbol', { nullable: true, description: 'Its symbol: "ReH", "Rm", "KV2".' }),
    operator: t.expose('operator', { type: ValueOperatorRef, description: 'How the value is meant.' }),
    value: t.expose('value', {
      type: 'Decimal',
      nullable: true,
      description: 'The value in `unit`, of several the mean; null where it could not be understood.',
    }),
    text: t.exposeString('text', { description: 'The value as it is printed, with its digits.' }),
    unit: t.exposeString('unit', {
      nullable: true,
      description: 'The unit as certificates write it: "MPa", "%", "J".',
    }),
    minimum: t.expose('minimum', {
      type: 'Decimal',
      nullable: true,
      description: 'The least that is demanded, where the document says so.',
    }),
    maximum: t.expose('maximum', {
      type: 'Decimal',
      nullable: true,
      description: 'The most that is allowed, where the document says so.',
    }),
    individualValues: t.expose('individualValues', {
      type: ['Decimal'],
      description: 'The single values that it is the mean of.',
    }),
    temperature: t.expose('temperature', {
      type: 'Decimal',
      nullable: true,
      description: 'The temperature of the test in °C.',
    }),
    direction: t.exposeString('direction', {
      nullable: true,
      description: 'How the specimen lay to the rolling direction.',
    }),
    location: t.exposeString('location', {
      nullable: true,
      description: 'Where the specimen was taken.',
    }),
    specimen: t.exposeString('specimen', { nullable: true, description: "The specimen's number or form." }),
    method: t.exposeString('method', { nullable: true, description: 'The norm or the method of the test.' }),
    reading: t.field({
      type: ReadingPlaceRef,
      nullable: true,
      description: place,
      select: { reading: true },
      resolve: ({ reading }) => readingOf(reading),
    }),
  }),
});

noun('MaterialLotHeat', {
  description: 'That a lot of material came from a heat.',
  fields: (t) => ({
    lot: t.relation('lot', { description: 'The lot.' }),
    heat: t.relation('heat', { description: 'The heat.' }),
    linkedBy: t.relation('linkedBy', { nullable: true, description: 'The token that said so.' }),
  }),
});

export const materialLotHeatList = listOf('MaterialLotHeat', {
  plural: 'links of lots to heats',
  filters: {
    lot: byId('lotId', 'MaterialLot', 'By lot.'),
    heat: byId('heatId', 'Heat', 'By heat.'),
    createdAt: byInstant('createdAt', 'By when it was said.'),
  },
  orders: { CREATED_AT: { column: 'createdAt', description: 'By when it was said.' } },
});

noun('Heat', {
  description: "One melt, as a mill's document tells of it.",
  fields: (t) => ({
    number: t.exposeString('number', {
      nullable: true,
      description: 'The number of the melt; null where the document does not tell it.',
    }),
    process: t.exposeString('process', { nullable: true, description: 'How it was melted and cast.' }),
    product: t.exposeString('product', { nullable: true, description: 'What was made of it.' }),
    position: t.exposeInt('position', { description: 'Its place in the document, from 1.' }),
    reading: t.field({
      type: ReadingPlaceRef,
      nullable: true,
      description: 'Where its number was read, and how surely; null for what a person entered.',
      select: { reading: true },
      resolve: ({ reading }) => readingOf(reading),
    }),
    millCertification: t.relation('millCertification', { description: 'The document that tells of it.' }),
    elements: t.relation('elements', {
      description: 'Its chemical composition, in the order of the document; at most 200.',
      query: { orderBy: { position: 'asc' } },
    }),
    properties: t.relation('properties', {
      description: 'What was measured of its material, in the order of the document; at most 5,000.',
      query: { orderBy: { position: 'asc' } },
    }),
    lots: childList(t, 'Heat', 'lots', materialLotHeatList, 'The lots that came from it.'),
  }),
});

const ofDocument = (where: object) => ({ millCertification: { is: where } });

export const heatList = listOf('Heat', {
  plural: 'heats',
  filters: {
    number: byText('number', 'By the number of the melt.'),
    millCertification: byId('millCertificationId', 'MillCertification', 'By document.'),
    supplier: byText('supplier', 'By who sold the material.', ofDocument),
    mill: byText('mill', 'By who made it.', ofDocument),
    quality: byText('quality', 'By grade.', ofDocument),
    review: byEnum('reviewStatus', 'ReviewStatus', 'By the review of the document.', ofDocument),
    isTestRun: byRule('True: of trials. False: of others. Others unless given.', (value) => ({
      millCertification: { is: { isTestRun: value } },
    })),
    createdAt: byInstant('createdAt', 'By when they were entered.'),
  },
  search: ['number', 'product'],
  orders: {
    NUMBER: { column: 'number', nullable: true, description: 'By number.' },
    POSITION: { column: 'position', description: 'By their place in the document.' },
    CREATED_AT: { column: 'createdAt', description: 'By when they were entered.' },
  },
  hides: { unless: 'isTestRun', where: { millCertification: { is: { isTestRun: false } } } },
});

builder.prismaObjectField('MaterialLot', 'heats', (t) =>
  childList(
    t as never,
    'MaterialLot',
    'heats',
    materialLotHeatList,
    'The heats that it came from, with the chemistry of their documents.',
  ),
);
