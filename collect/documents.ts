import { graphql } from '../client/generated/gql.ts';

// Every operation that the connector sends.

export const CollectSource = graphql(/* GraphQL */ `
  query CollectSource($name: String!) {
    ingestSource(name: $name) { instance sequence missed }
  }
`);

export const CollectMachine = graphql(/* GraphQL */ `
  query CollectMachine($id: ID!) {
    machine(id: $id) { id name }
  }
`);

export const CollectMachineNamed = graphql(/* GraphQL */ `
  query CollectMachineNamed($name: String!) {
    machines(first: 1, filter: { name: { equals: $name }, archived: false }) { nodes { id name } }
  }
`);

export const CollectWorkstation = graphql(/* GraphQL */ `
  query CollectWorkstation($name: String!) {
    workstations(first: 1, filter: { name: { equals: $name }, archived: false }) { nodes { id } }
    all: workstations(first: 20, filter: { archived: false }) { nodes { name } }
  }
`);

export const CollectSensors = graphql(/* GraphQL */ `
  query CollectSensors($machineId: ID!, $after: String) {
    sensors(first: 100, after: $after, filter: { machine: { equals: $machineId }, archived: false }) {
      nodes { id name dataItem valueType }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const CollectSensor = graphql(/* GraphQL */ `
  query CollectSensor($id: ID!) {
    sensor(id: $id) { id name dataItem valueType }
  }
`);

export const CollectCreateMachine = graphql(/* GraphQL */ `
  mutation CollectCreateMachine($input: CreateMachineInput!) {
    createMachine(input: $input) {
      __typename
      ... on CreateMachineSuccess { machine { id name } }
      ... on UserError { message }
    }
  }
`);

export const CollectCreateSensor = graphql(/* GraphQL */ `
  mutation CollectCreateSensor($input: CreateSensorInput!) {
    createSensor(input: $input) {
      __typename
      ... on CreateSensorSuccess { sensor { id name dataItem valueType } }
      ... on UserError { message }
    }
  }
`);

export const CollectReadings = graphql(/* GraphQL */ `
  mutation CollectReadings($input: IngestReadingsInput!) {
    ingestReadings(input: $input) {
      __typename
      ... on IngestReadingsSuccess { stored skipped missed }
      ... on UserError { message }
    }
  }
`);

export const CollectMachineReport = graphql(/* GraphQL */ `
  mutation CollectMachineReport($input: ReportMachineInput!) {
    reportMachine(input: $input) {
      __typename
      ... on ReportMachineSuccess { applied }
      ... on UserError { message }
    }
  }
`);

export const CollectBuildReport = graphql(/* GraphQL */ `
  mutation CollectBuildReport($input: ReportBuildInput!) {
    reportBuild(input: $input) {
      __typename
      ... on ReportBuildSuccess { applied }
      ... on UserError { message }
    }
  }
`);

export const CollectRegister = graphql(/* GraphQL */ `
  mutation CollectRegister($input: RegisterCollectorInput!) {
    registerCollector(input: $input) {
      __typename
      ... on RegisterCollectorSuccess { collector { id } }
      ... on UserError { message }
    }
  }
`);

export const CollectHealth = graphql(/* GraphQL */ `
  mutation CollectHealth($input: ReportCollectorInput!) {
    reportCollector(input: $input) {
      __typename
      ... on ReportCollectorSuccess { applied }
      ... on UserError { message }
    }
  }
`);
