import { graphql } from '../client/generated/gql.ts';

export const ViewerOf = graphql(/* GraphQL */ `
  query DemoOrganization {
    organization {
      id
      name
    }
  }
`);
