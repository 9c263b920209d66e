import { graphql } from '../client/generated/gql.ts';

/** What a shop has and never changes while the demonstration runs. */
export const Shop = graphql(/* GraphQL */ `
  query DemoShop {
    organization { id name }
    materials(first: 100) { nodes { id name } }
    workflows(first: 100, filter: { archived: false }) { nodes { id name } }
    workstations(first: 100, filter: { archived: false }) {
      nodes { id name kind inProgressMax workstationType { id name } }
    }
    locations(first: 10, filter: { archived: false }) { nodes { id name } }
  }
`);

/** What an operator looks at: open orders, open runs, pieces that wait, pieces that failed, finds to decide about. */
export const Floor = graphql(/* GraphQL */ `
  query DemoFloor {
    orders(
      first: 50
      filter: { status: { notIn: [COMPLETE, CANCELLED] } }
      orderBy: [{ field: CREATED_AT }]
    ) {
      totalCount
      nodes {
        id
        status
        allowedActions
        lineItems(first: 5) { nodes { id designName status material { id } workflow { id } } }
      }
    }
    runs(
      first: 100
      filter: { status: { in: [CALCULATED, QUEUED, QUEUED_WORK_READY, IN_PROGRESS, PAUSED] } }
      orderBy: [{ field: QUEUE }]
    ) {
      nodes { id number kind status completionProposedAt workstation { id } }
    }
    waiting: pieces(
      first: 100
      filter: { status: { equals: CONFIRMED } }
      orderBy: [{ field: PRIORITY, direction: DESC }, { field: CREATED_AT }]
    ) {
      nodes {
        id
        lineItem { id material { id } }
        currentOperation { processStep { workstationType { id } } }
      }
    }
    failed: pieces(first: 20, filter: { status: { equals: ERROR } }) {
      nodes { id currentOperation { run { id status } } }
    }
    anomalies(first: 20, filter: { status: { equals: UNADDRESSED } }) {
      nodes { id classification confidence isDefect pieces { piece { id } } }
    }
  }
`);

export const PiecesOfRun = graphql(/* GraphQL */ `
  query DemoPiecesOfRun($runId: ID!) {
    run(id: $runId) {
      id
      operations(first: 100, filter: { status: { equals: IN_PROGRESS } }) { nodes { id piece { id } } }
    }
  }
`);

/** What a connector looks at: its machines, their newest build, and the work that is ready for them. */
export const Machines = graphql(/* GraphQL */ `
  query DemoMachines {
    machines(first: 50, filter: { archived: false }, orderBy: [{ field: NAME }]) {
      nodes {
        id
        name
        status
        workstation {
          id
          kind
          runs(
            first: 10
            filter: { status: { in: [QUEUED_WORK_READY, IN_PROGRESS, PAUSED] } }
            orderBy: [{ field: QUEUE }]
          ) {
            nodes { id number status completionProposedAt }
          }
        }
        builds(first: 1, orderBy: [{ field: CREATED_AT, direction: DESC }]) {
          nodes { id name status layers currentLayer run { id status } }
        }
        sensors(first: 20, filter: { archived: false }) { nodes { id name quantity } }
      }
    }
    inAreas: sensors(first: 20, filter: { archived: false, subLocation: { isNull: false } }) {
      nodes { id name quantity }
    }
  }
`);

/** What the person at the powder looks at: print runs, what machines hold, what is on the shelf and in lots. */
export const PowderRoom = graphql(/* GraphQL */ `
  query DemoPowderRoom {
    materials(first: 50) { nodes { id name } }
    areas: subLocations(first: 50) { nodes { id name location { id } } }
    runs(first: 20, filter: { kind: { equals: PRINTER }, status: { in: [IN_PROGRESS, PAUSED] } }) {
      nodes {
        id
        workstation { id }
        operations(first: 50, filter: { status: { equals: IN_PROGRESS } }) {
          nodes { piece { id lineItem { designName material { id } } } }
        }
      }
    }
    loaded: materialBatches(first: 20, filter: { workstation: { isNull: false } }) {
      nodes { id reservedQuantity { value } material { id } workstation { id } }
    }
    shelf: materialBatches(
      first: 50
      filter: { workstation: { isNull: true }, status: { notIn: [DONE] } }
      orderBy: [{ field: CREATED_AT }]
    ) {
      nodes {
        id
        quality
        isHeld
        usageCycles
        availableQuantity { value }
        material { id }
        location { id }
      }
    }
    lots: materialLots(
      first: 20
      filter: { status: { in: [AVAILABLE, IN_USE] } }
      orderBy: [{ field: CREATED_AT }]
    ) {
      nodes {
        id
        material { id }
        containersAvailableForInitialBatches(first: 5) { nodes { id isHeld } }
      }
    }
  }
`);
