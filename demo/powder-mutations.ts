import { graphql } from '../client/generated/gql.ts';

// What the demo does to its powder: as in mutations.ts, one mutation a document.

export const CreateMaterialPurchaseOrder = graphql(/* GraphQL */ `
  mutation DemoCreateMaterialPurchaseOrder($input: CreateMaterialPurchaseOrderInput!) {
    createMaterialPurchaseOrder(input: $input) {
      __typename
      ... on CreateMaterialPurchaseOrderSuccess { materialPurchaseOrder { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateMaterialLot = graphql(/* GraphQL */ `
  mutation DemoCreateMaterialLot($input: CreateMaterialLotInput!) {
    createMaterialLot(input: $input) {
      __typename
      ... on CreateMaterialLotSuccess { lot { id containers(first: 20, orderBy: [{ field: NAME }]) { nodes { id name } } } }
      ... on UserError { message }
    }
  }
`);

export const ReleaseMaterialLot = graphql(/* GraphQL */ `
  mutation DemoReleaseMaterialLot($input: ReleaseMaterialLotInput!) {
    releaseMaterialLot(input: $input) {
      __typename
      ... on ReleaseMaterialLotSuccess { lot { id } }
      ... on UserError { message }
    }
  }
`);

export const StoreMaterialLot = graphql(/* GraphQL */ `
  mutation DemoStoreMaterialLot($input: StoreMaterialLotInput!) {
    storeMaterialLot(input: $input) {
      __typename
      ... on StoreMaterialLotSuccess { lot { id } }
      ... on UserError { message }
    }
  }
`);

export const TestMaterialLot = graphql(/* GraphQL */ `
  mutation DemoTestMaterialLot($input: TestMaterialLotInput!) {
    testMaterialLot(input: $input) {
      __typename
      ... on TestMaterialLotSuccess { lot { id } }
      ... on UserError { message }
    }
  }
`);

export const ScrapMaterialLot = graphql(/* GraphQL */ `
  mutation DemoScrapMaterialLot($input: ScrapMaterialLotInput!) {
    scrapMaterialLot(input: $input) {
      __typename
      ... on ScrapMaterialLotSuccess { lot { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateInitialBatch = graphql(/* GraphQL */ `
  mutation DemoCreateInitialBatch($input: CreateInitialBatchInput!) {
    createInitialBatch(input: $input) {
      __typename
      ... on CreateInitialBatchSuccess { batch { id } }
      ... on UserError { message }
    }
  }
`);

export const BlendBatches = graphql(/* GraphQL */ `
  mutation DemoBlendBatches($input: BlendBatchesInput!) {
    blendBatches(input: $input) {
      __typename
      ... on BlendBatchesSuccess { batch { id } }
      ... on UserError { message }
    }
  }
`);

export const SplitBatch = graphql(/* GraphQL */ `
  mutation DemoSplitBatch($input: SplitBatchInput!) {
    splitBatch(input: $input) {
      __typename
      ... on SplitBatchSuccess { newBatch { id } }
      ... on UserError { message }
    }
  }
`);

export const LoadBatch = graphql(/* GraphQL */ `
  mutation DemoLoadBatch($input: LoadBatchInput!) {
    loadBatch(input: $input) {
      __typename
      ... on LoadBatchSuccess { batch { id } }
      ... on UserError { message }
    }
  }
`);

export const TopOffMachine = graphql(/* GraphQL */ `
  mutation DemoTopOffMachine($input: TopOffMachineInput!) {
    topOffMachine(input: $input) {
      __typename
      ... on TopOffMachineSuccess { loadedBatch { id } }
      ... on UserError { message }
    }
  }
`);

export const ConsumeBatch = graphql(/* GraphQL */ `
  mutation DemoConsumeBatch($input: ConsumeBatchInput!) {
    consumeBatch(input: $input) {
      __typename
      ... on ConsumeBatchSuccess { batch { id } }
      ... on UserError { message }
    }
  }
`);

export const UnloadChamber = graphql(/* GraphQL */ `
  mutation DemoUnloadChamber($input: UnloadChamberInput!) {
    unloadChamber(input: $input) {
      __typename
      ... on UnloadChamberSuccess { newBatch { id } }
      ... on UserError { message }
    }
  }
`);

export const UnloadHopper = graphql(/* GraphQL */ `
  mutation DemoUnloadHopper($input: UnloadHopperInput!) {
    unloadHopper(input: $input) {
      __typename
      ... on UnloadHopperSuccess { batch { id } }
      ... on UserError { message }
    }
  }
`);

export const SieveBatch = graphql(/* GraphQL */ `
  mutation DemoSieveBatch($input: SieveBatchInput!) {
    sieveBatch(input: $input) {
      __typename
      ... on SieveBatchSuccess { batch { id } }
      ... on UserError { message }
    }
  }
`);

export const SampleBatch = graphql(/* GraphQL */ `
  mutation DemoSampleBatch($input: SampleBatchInput!) {
    sampleBatch(input: $input) {
      __typename
      ... on SampleBatchSuccess { sample { id } }
      ... on UserError { message }
    }
  }
`);

export const ScrapBatch = graphql(/* GraphQL */ `
  mutation DemoScrapBatch($input: ScrapBatchInput!) {
    scrapBatch(input: $input) {
      __typename
      ... on ScrapBatchSuccess { batch { id } }
      ... on UserError { message }
    }
  }
`);

export const AdjustBatch = graphql(/* GraphQL */ `
  mutation DemoAdjustBatch($input: AdjustBatchInput!) {
    adjustBatch(input: $input) {
      __typename
      ... on AdjustBatchSuccess { batch { id } }
      ... on UserError { message }
    }
  }
`);

export const RelocateBatch = graphql(/* GraphQL */ `
  mutation DemoRelocateBatch($input: RelocateBatchInput!) {
    relocateBatch(input: $input) {
      __typename
      ... on RelocateBatchSuccess { batch { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateStock = graphql(/* GraphQL */ `
  mutation DemoCreateStock($input: CreateStockInput!) {
    createStock(input: $input) {
      __typename
      ... on CreateStockSuccess { stock { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateMaterialTestOperation = graphql(/* GraphQL */ `
  mutation DemoCreateMaterialTestOperation($input: CreateMaterialTestOperationInput!) {
    createMaterialTestOperation(input: $input) {
      __typename
      ... on CreateMaterialTestOperationSuccess { materialTestOperation { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateMaterialTestInstruction = graphql(/* GraphQL */ `
  mutation DemoCreateMaterialTestInstruction($input: CreateMaterialTestInstructionInput!) {
    createMaterialTestInstruction(input: $input) {
      __typename
      ... on CreateMaterialTestInstructionSuccess { materialTestInstruction { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateMaterialTestPanel = graphql(/* GraphQL */ `
  mutation DemoCreateMaterialTestPanel($input: CreateMaterialTestPanelInput!) {
    createMaterialTestPanel(input: $input) {
      __typename
      ... on CreateMaterialTestPanelSuccess { materialTestPanel { id } }
      ... on UserError { message }
    }
  }
`);

export const RecordMaterialTest = graphql(/* GraphQL */ `
  mutation DemoRecordMaterialTest($input: RecordMaterialTestInput!) {
    recordMaterialTest(input: $input) {
      __typename
      ... on RecordMaterialTestSuccess { materialTestReport { id } }
      ... on UserError { message }
    }
  }
`);

export const CompleteMaterialTestPanel = graphql(/* GraphQL */ `
  mutation DemoCompleteMaterialTestPanel($input: CompleteMaterialTestPanelInput!) {
    completeMaterialTestPanel(input: $input) {
      __typename
      ... on CompleteMaterialTestPanelSuccess { materialTestPanel { id } }
      ... on UserError { message }
    }
  }
`);

export const PlaceHold = graphql(/* GraphQL */ `
  mutation DemoPlaceHold($input: PlaceHoldInput!) {
    placeHold(input: $input) {
      __typename
      ... on PlaceHoldSuccess { hold { id } }
      ... on UserError { message }
    }
  }
`);
