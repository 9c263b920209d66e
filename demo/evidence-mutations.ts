import { graphql } from '../client/generated/gql.ts';

// Every mutation and query by which the demo's evidence is made, one a document.

export const CreateMillCertification = graphql(/* GraphQL */ `
  mutation DemoCreateMillCertification($input: CreateMillCertificationInput!) {
    createMillCertification(input: $input) {
      __typename
      ... on CreateMillCertificationSuccess { millCertification { id heats { nodes { id } } } }
      ... on UserError { message }
    }
  }
`);

export const ReviewMillCertification = graphql(/* GraphQL */ `
  mutation DemoReviewMillCertification($input: ReviewMillCertificationInput!) {
    reviewMillCertification(input: $input) {
      __typename
      ... on ReviewMillCertificationSuccess { millCertification { id } }
      ... on UserError { message }
    }
  }
`);

export const LinkMaterialLotHeats = graphql(/* GraphQL */ `
  mutation DemoLinkMaterialLotHeats($input: LinkMaterialLotHeatsInput!) {
    linkMaterialLotHeats(input: $input) {
      __typename
      ... on LinkMaterialLotHeatsSuccess { materialLot { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateCertificate = graphql(/* GraphQL */ `
  mutation DemoCreateCertificate($input: CreateCertificateInput!) {
    createCertificate(input: $input) {
      __typename
      ... on CreateCertificateSuccess { certificate { id } }
      ... on UserError { message }
    }
  }
`);

export const AttachCertificate = graphql(/* GraphQL */ `
  mutation DemoAttachCertificate($input: AttachCertificateInput!) {
    attachCertificate(input: $input) {
      __typename
      ... on AttachCertificateSuccess { attachedCount }
      ... on UserError { message }
    }
  }
`);

export const CreateInspectionReport = graphql(/* GraphQL */ `
  mutation DemoCreateInspectionReport($input: CreateInspectionReportInput!) {
    createInspectionReport(input: $input) {
      __typename
      ... on CreateInspectionReportSuccess { inspectionReport { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateInspectionCase = graphql(/* GraphQL */ `
  mutation DemoCreateInspectionCase($input: CreateInspectionCaseInput!) {
    createInspectionCase(input: $input) {
      __typename
      ... on CreateInspectionCaseSuccess { inspectionCase { id } }
      ... on UserError { message }
    }
  }
`);

export const AddInspectionItem = graphql(/* GraphQL */ `
  mutation DemoAddInspectionItem($input: AddInspectionItemInput!) {
    addInspectionItem(input: $input) {
      __typename
      ... on AddInspectionItemSuccess { inspectionItem { id } }
      ... on UserError { message }
    }
  }
`);

export const CreateUpload = graphql(/* GraphQL */ `
  mutation DemoCreateUpload($input: CreateUploadInput!) {
    createUpload(input: $input) {
      __typename
      ... on CreateUploadSuccess { file { id } uploadUrl }
      ... on UserError { message }
    }
  }
`);

export const CreateDocument = graphql(/* GraphQL */ `
  mutation DemoCreateDocument($input: CreateDocumentInput!) {
    createDocument(input: $input) {
      __typename
      ... on CreateDocumentSuccess { document { id } }
      ... on UserError { message }
    }
  }
`);

/** What there is to prove something about: lots that came, and pieces with their routing. */
export const Provable = graphql(/* GraphQL */ `
  query DemoProvable($run: ID!) {
    materialLots(first: 100, filter: { status: { notIn: [ON_ORDER] } }, orderBy: [{ field: NAME }]) {
      nodes { id name deliveredAt material { id name } }
    }
    pieces(first: 100, filter: { run: { equals: $run }, status: { equals: COMPLETE } }, orderBy: [{ field: SERIAL }]) {
      nodes { id serial status order { id } workflow { processSteps { id name } } }
    }
  }
`);
