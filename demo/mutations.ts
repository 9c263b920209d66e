import { graphql } from '../client/generated/gql.ts';

// Every mutation that the demo sends, one a document: what succeeded, or the message of what refused it.

export const CreateLocation = graphql(/* GraphQL */ `
  mutation DemoCreateLocation($input: CreateLocationInput!) {
    createLocation(input: $input) {
      __typename
      ... on CreateLocationSuccess { location { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateSubLocation = graphql(/* GraphQL */ `
  mutation DemoCreateSubLocation($input: CreateSubLocationInput!) {
    createSubLocation(input: $input) {
      __typename
      ... on CreateSubLocationSuccess { subLocation { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateUser = graphql(/* GraphQL */ `
  mutation DemoCreateUser($input: CreateUserInput!) {
    createUser(input: $input) {
      __typename
      ... on CreateUserSuccess { user { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateManufacturer = graphql(/* GraphQL */ `
  mutation DemoCreateManufacturer($input: CreateManufacturerInput!) {
    createManufacturer(input: $input) {
      __typename
      ... on CreateManufacturerSuccess { manufacturer { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateMaterial = graphql(/* GraphQL */ `
  mutation DemoCreateMaterial($input: CreateMaterialInput!) {
    createMaterial(input: $input) {
      __typename
      ... on CreateMaterialSuccess { material { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateWorkstationType = graphql(/* GraphQL */ `
  mutation DemoCreateWorkstationType($input: CreateWorkstationTypeInput!) {
    createWorkstationType(input: $input) {
      __typename
      ... on CreateWorkstationTypeSuccess { workstationType { id } }
      ... on UserError { message }
    }
  }
`);

export const SetWorkstationTypeMaterials = graphql(/* GraphQL */ `
  mutation DemoSetWorkstationTypeMaterials($input: SetWorkstationTypeMaterialsInput!) {
    setWorkstationTypeMaterials(input: $input) {
      __typename
      ... on SetWorkstationTypeMaterialsSuccess { workstationType { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateWorkstation = graphql(/* GraphQL */ `
  mutation DemoCreateWorkstation($input: CreateWorkstationInput!) {
    createWorkstation(input: $input) {
      __typename
      ... on CreateWorkstationSuccess { workstation { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateMachine = graphql(/* GraphQL */ `
  mutation DemoCreateMachine($input: CreateMachineInput!) {
    createMachine(input: $input) {
      __typename
      ... on CreateMachineSuccess { machine { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateSensor = graphql(/* GraphQL */ `
  mutation DemoCreateSensor($input: CreateSensorInput!) {
    createSensor(input: $input) {
      __typename
      ... on CreateSensorSuccess { sensor { id createdAt } }
      ... on UserError { message }
    }
  }
`);

export const CreateWorkflow = graphql(/* GraphQL */ `
  mutation DemoCreateWorkflow($input: CreateWorkflowInput!) {
    createWorkflow(input: $input) {
      __typename
      ... on CreateWorkflowSuccess { workflow { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateApiToken = graphql(/* GraphQL */ `
  mutation DemoCreateApiToken($input: CreateApiTokenInput!) {
    createApiToken(input: $input) {
      __typename
      ... on CreateApiTokenSuccess { token apiToken { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateOrder = graphql(/* GraphQL */ `
  mutation DemoCreateOrder($input: CreateOrderInput!) {
    createOrder(input: $input) {
      __typename
      ... on CreateOrderSuccess { order { id number lineItems(first: 10, orderBy: [{ field: POSITION }]) { nodes { id } } } }
      ... on UserError { message }
    }
  }
`);

export const UpdateLineItem = graphql(/* GraphQL */ `
  mutation DemoUpdateLineItem($input: UpdateLineItemInput!) {
    updateLineItem(input: $input) {
      __typename
      ... on UpdateLineItemSuccess { lineItem { id } }
      ... on UserError { message }
    }
  }
`);

export const ConfirmOrder = graphql(/* GraphQL */ `
  mutation DemoConfirmOrder($input: ConfirmOrderInput!) {
    confirmOrder(input: $input) {
      __typename
      ... on ConfirmOrderSuccess { order { id pieces(first: 100, orderBy: [{ field: COPY }]) { nodes { id serial } } } }
      ... on UserError { message }
    }
  }
`);

export const CancelOrder = graphql(/* GraphQL */ `
  mutation DemoCancelOrder($input: CancelOrderInput!) {
    cancelOrder(input: $input) {
      __typename
      ... on CancelOrderSuccess { order { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateRun = graphql(/* GraphQL */ `
  mutation DemoCreateRun($input: CreateRunInput!) {
    createRun(input: $input) {
      __typename
      ... on CreateRunSuccess { run { id number } }
      ... on UserError { message }
    }
  }
`);

export const QueueRun = graphql(/* GraphQL */ `
  mutation DemoQueueRun($input: QueueRunInput!) {
    queueRun(input: $input) {
      __typename
      ... on QueueRunSuccess { run { id status } }
      ... on UserError { message }
    }
  }
`);

export const StartRun = graphql(/* GraphQL */ `
  mutation DemoStartRun($input: StartRunInput!) {
    startRun(input: $input) {
      __typename
      ... on StartRunSuccess { run { id status } }
      ... on UserError { message }
    }
  }
`);

export const CompleteRun = graphql(/* GraphQL */ `
  mutation DemoCompleteRun($input: CompleteRunInput!) {
    completeRun(input: $input) {
      __typename
      ... on CompleteRunSuccess { run { id status } }
      ... on UserError { message }
    }
  }
`);

export const FailRun = graphql(/* GraphQL */ `
  mutation DemoFailRun($input: FailRunInput!) {
    failRun(input: $input) {
      __typename
      ... on FailRunSuccess { run { id status } }
      ... on UserError { message }
    }
  }
`);

export const RedoPiece = graphql(/* GraphQL */ `
  mutation DemoRedoPiece($input: RedoPieceInput!) {
    redoPiece(input: $input) {
      __typename
      ... on RedoPieceSuccess { piece { id } }
      ... on UserError { message }
    }
  }
`);

export const DecideAnomaly = graphql(/* GraphQL */ `
  mutation DemoDecideAnomaly($input: DecideAnomalyInput!) {
    decideAnomaly(input: $input) {
      __typename
      ... on DecideAnomalySuccess { anomaly { id } }
      ... on UserError { message }
    }
  }
`);

export const ReportMachine = graphql(/* GraphQL */ `
  mutation DemoReportMachine($input: ReportMachineInput!) {
    reportMachine(input: $input) {
      __typename
      ... on ReportMachineSuccess { applied }
      ... on UserError { message }
    }
  }
`);

export const ReportBuild = graphql(/* GraphQL */ `
  mutation DemoReportBuild($input: ReportBuildInput!) {
    reportBuild(input: $input) {
      __typename
      ... on ReportBuildSuccess { applied build { id status currentLayer } }
      ... on UserError { message }
    }
  }
`);

export const ReportAnomaly = graphql(/* GraphQL */ `
  mutation DemoReportAnomaly($input: ReportAnomalyInput!) {
    reportAnomaly(input: $input) {
      __typename
      ... on ReportAnomalySuccess { created anomaly { id } }
      ... on UserError { message }
    }
  }
`);

export const IngestReadings = graphql(/* GraphQL */ `
  mutation DemoIngestReadings($input: IngestReadingsInput!) {
    ingestReadings(input: $input) {
      __typename
      ... on IngestReadingsSuccess { stored }
      ... on UserError { message }
    }
  }
`);
