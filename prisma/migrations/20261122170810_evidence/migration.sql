-- CreateEnum
CREATE TYPE "CertificateType" AS ENUM ('MATERIAL', 'PROCESS');

-- CreateEnum
CREATE TYPE "MillCertificationStatus" AS ENUM ('UPLOADED', 'SCANNED', 'PROCESSED', 'COMPLETED', 'FAILED', 'REJECTED');

-- CreateEnum
CREATE TYPE "MillCertificationSource" AS ENUM ('UPLOAD', 'MANUAL');

-- CreateEnum
CREATE TYPE "InspectionDocumentType" AS ENUM ('TYPE_2_1', 'TYPE_2_2', 'TYPE_3_1', 'TYPE_3_2');

-- CreateEnum
CREATE TYPE "ReviewStatus" AS ENUM ('APPROVED', 'ISSUE');

-- CreateEnum
CREATE TYPE "ValueOperator" AS ENUM ('EQUAL', 'LESS', 'AT_MOST', 'GREATER', 'AT_LEAST', 'ABOUT');

-- CreateEnum
CREATE TYPE "MeltAnalysis" AS ENUM ('LADLE', 'PRODUCT');

-- CreateEnum
CREATE TYPE "InspectionCaseStatus" AS ENUM ('OPEN', 'CLOSED');

-- CreateEnum
CREATE TYPE "TimestampStatus" AS ENUM ('PENDING', 'VALID', 'FAILED');

-- CreateEnum
CREATE TYPE "JobStatus" AS ENUM ('PENDING', 'PROCESSING', 'COMPLETE', 'ERROR');

-- AlterTable
ALTER TABLE "File" ADD COLUMN     "description" TEXT;

-- AlterTable
ALTER TABLE "Material" ADD COLUMN     "requiredDocument" "InspectionDocumentType";

-- AlterTable
ALTER TABLE "Organization" ADD COLUMN     "fourEyes" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "Certificate" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "type" "CertificateType" NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT,
    "metadata" JSONB,
    "sha256" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3),
    "fileId" UUID,
    "millCertificationId" UUID,
    "supersedesId" UUID,
    "createdById" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Certificate_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "CertificateAttachment" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "certificateId" UUID NOT NULL,
    "pieceId" UUID NOT NULL,
    "processStepId" UUID NOT NULL,
    "attachedById" UUID,
    "voidedAt" TIMESTAMPTZ(3),
    "voidedById" UUID,
    "voidReason" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "CertificateAttachment_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "CertificateRequirement" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "processStepId" UUID NOT NULL,
    "type" "CertificateType" NOT NULL,
    "kind" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "CertificateRequirement_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MillCertification" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "source" "MillCertificationSource" NOT NULL,
    "status" "MillCertificationStatus" NOT NULL DEFAULT 'UPLOADED',
    "statusNotes" TEXT,
    "isTestRun" BOOLEAN NOT NULL DEFAULT false,
    "fileId" UUID,
    "pagesFileId" UUID,
    "originalFileName" TEXT,
    "newFileName" TEXT,
    "pageCount" INTEGER,
    "hasTextLayer" BOOLEAN,
    "documentType" "InspectionDocumentType",
    "certificateNumber" TEXT,
    "supplier" TEXT,
    "mill" TEXT,
    "standard" TEXT,
    "quality" TEXT,
    "product" TEXT,
    "productionProcess" TEXT,
    "deliveryCondition" TEXT,
    "caresQR" TEXT,
    "certificateDate" DATE,
    "customerName" TEXT,
    "customerAddress" TEXT,
    "orderNumber" TEXT,
    "deliveryNumber" TEXT,
    "inspector" TEXT,
    "inspectorTwo" TEXT,
    "department" TEXT,
    "readings" JSONB,
    "en10168" JSONB,
    "findings" JSONB NOT NULL DEFAULT '[]',
    "revision" INTEGER NOT NULL DEFAULT 1,
    "reviewStatus" "ReviewStatus",
    "reviewComment" TEXT,
    "reviewedById" UUID,
    "reviewedAt" TIMESTAMPTZ(3),
    "lastEditedById" UUID,
    "createdById" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MillCertification_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MillCertificationPage" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "millCertificationId" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "width" DECIMAL(10,2) NOT NULL,
    "height" DECIMAL(10,2) NOT NULL,
    "isRecognized" BOOLEAN NOT NULL DEFAULT false,
    "start" INTEGER NOT NULL,
    "size" INTEGER NOT NULL,
    "heatNumbers" TEXT[],
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MillCertificationPage_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Heat" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "millCertificationId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "number" TEXT,
    "process" TEXT,
    "product" TEXT,
    "reading" JSONB,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Heat_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "HeatElement" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "millCertificationId" UUID NOT NULL,
    "heatId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "symbol" TEXT NOT NULL,
    "isFormula" BOOLEAN NOT NULL DEFAULT false,
    "part" TEXT,
    "analysis" "MeltAnalysis",
    "operator" "ValueOperator" NOT NULL DEFAULT 'EQUAL',
    "value" DECIMAL(38,12),
    "text" TEXT NOT NULL,
    "unit" TEXT NOT NULL DEFAULT '%',
    "minimum" DECIMAL(38,12),
    "maximum" DECIMAL(38,12),
    "reading" JSONB,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "HeatElement_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MechanicalProperty" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "millCertificationId" UUID NOT NULL,
    "heatId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "symbol" TEXT,
    "kind" TEXT NOT NULL,
    "operator" "ValueOperator" NOT NULL DEFAULT 'EQUAL',
    "value" DECIMAL(38,12),
    "text" TEXT NOT NULL,
    "unit" TEXT,
    "minimum" DECIMAL(38,12),
    "maximum" DECIMAL(38,12),
    "individualValues" DECIMAL(38,12)[],
    "temperature" DECIMAL(12,4),
    "direction" TEXT,
    "location" TEXT,
    "specimen" TEXT,
    "method" TEXT,
    "reading" JSONB,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MechanicalProperty_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MaterialLotHeat" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "lotId" UUID NOT NULL,
    "heatId" UUID NOT NULL,
    "linkedById" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MaterialLotHeat_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MaterialTestCertificate" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "millCertificationId" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "isDraft" BOOLEAN NOT NULL,
    "fileId" UUID NOT NULL,
    "sha256" TEXT NOT NULL,
    "createdById" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MaterialTestCertificate_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Branding" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "logoId" UUID,
    "address" TEXT,
    "footer" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Branding_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "InspectionReport" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "reference" TEXT NOT NULL,
    "title" TEXT,
    "tokenHash" TEXT NOT NULL,
    "sealedToken" BYTEA NOT NULL,
    "expiresAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    "orderId" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "InspectionReport_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "InspectionCase" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "reportId" UUID NOT NULL,
    "frame" TEXT NOT NULL,
    "status" "InspectionCaseStatus" NOT NULL DEFAULT 'OPEN',
    "pieceId" UUID,
    "continuesId" UUID,
    "closedAt" TIMESTAMPTZ(3),
    "merkleRoot" TEXT,
    "timestampId" UUID,
    "documentId" UUID,
    "bundleId" UUID,
    "createdById" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "InspectionCase_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "InspectionItem" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "caseId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "reference" TEXT NOT NULL,
    "description" TEXT,
    "stepAction" TEXT NOT NULL,
    "stepTitle" TEXT,
    "stepDescription" TEXT,
    "data" TEXT,
    "latitude" DECIMAL(9,7),
    "longitude" DECIMAL(10,7),
    "accuracy" DECIMAL(10,2),
    "takenAt" TIMESTAMPTZ(3),
    "imageId" UUID,
    "imageHash" TEXT,
    "leafHash" TEXT NOT NULL,
    "createdById" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "InspectionItem_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Timestamp" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "status" "TimestampStatus" NOT NULL DEFAULT 'PENDING',
    "imprint" TEXT NOT NULL,
    "authority" TEXT,
    "token" BYTEA,
    "tokenHash" TEXT,
    "stampedAt" TIMESTAMPTZ(3),
    "serialNumber" TEXT,
    "policy" TEXT,
    "subject" TEXT,
    "verdict" TEXT,
    "reason" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Timestamp_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Job" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "subjectId" UUID NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "claimedUntil" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Job_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "TraceabilityReport" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "status" "JobStatus" NOT NULL DEFAULT 'PENDING',
    "pieceId" UUID,
    "batchId" UUID,
    "orderId" UUID,
    "groups" TEXT[],
    "position" BIGINT NOT NULL,
    "fileId" UUID,
    "dataFileId" UUID,
    "sha256" TEXT,
    "error" TEXT,
    "userId" UUID,
    "createdById" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "TraceabilityReport_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateIndex
CREATE INDEX "Certificate_organizationId_fileId_idx" ON "Certificate"("organizationId", "fileId");

-- CreateIndex
CREATE INDEX "Certificate_organizationId_millCertificationId_idx" ON "Certificate"("organizationId", "millCertificationId");

-- CreateIndex
CREATE INDEX "Certificate_organizationId_createdById_idx" ON "Certificate"("organizationId", "createdById");

-- CreateIndex
CREATE INDEX "Certificate_organizationId_createdAt_id_idx" ON "Certificate"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Certificate_organizationId_name_id_idx" ON "Certificate"("organizationId", "name", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Certificate_organizationId_supersedesId_key" ON "Certificate"("organizationId", "supersedesId");

-- CreateIndex
CREATE INDEX "CertificateAttachment_organizationId_certificateId_id_idx" ON "CertificateAttachment"("organizationId", "certificateId", "id");

-- CreateIndex
CREATE INDEX "CertificateAttachment_organizationId_pieceId_processStepId_idx" ON "CertificateAttachment"("organizationId", "pieceId", "processStepId");

-- CreateIndex
CREATE INDEX "CertificateAttachment_organizationId_processStepId_idx" ON "CertificateAttachment"("organizationId", "processStepId");

-- CreateIndex
CREATE INDEX "CertificateAttachment_organizationId_attachedById_idx" ON "CertificateAttachment"("organizationId", "attachedById");

-- CreateIndex
CREATE INDEX "CertificateAttachment_organizationId_voidedById_idx" ON "CertificateAttachment"("organizationId", "voidedById");

-- CreateIndex
CREATE INDEX "CertificateRequirement_organizationId_processStepId_idx" ON "CertificateRequirement"("organizationId", "processStepId");

-- CreateIndex
CREATE INDEX "MillCertification_organizationId_fileId_idx" ON "MillCertification"("organizationId", "fileId");

-- CreateIndex
CREATE INDEX "MillCertification_organizationId_pagesFileId_idx" ON "MillCertification"("organizationId", "pagesFileId");

-- CreateIndex
CREATE INDEX "MillCertification_organizationId_reviewedById_idx" ON "MillCertification"("organizationId", "reviewedById");

-- CreateIndex
CREATE INDEX "MillCertification_organizationId_lastEditedById_idx" ON "MillCertification"("organizationId", "lastEditedById");

-- CreateIndex
CREATE INDEX "MillCertification_organizationId_createdById_idx" ON "MillCertification"("organizationId", "createdById");

-- CreateIndex
CREATE INDEX "MillCertification_organizationId_status_id_idx" ON "MillCertification"("organizationId", "status", "id");

-- CreateIndex
CREATE INDEX "MillCertification_organizationId_createdAt_id_idx" ON "MillCertification"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "MillCertification_organizationId_certificateDate_id_idx" ON "MillCertification"("organizationId", "certificateDate", "id");

-- CreateIndex
CREATE INDEX "MillCertification_organizationId_supplier_id_idx" ON "MillCertification"("organizationId", "supplier", "id");

-- CreateIndex
CREATE UNIQUE INDEX "MillCertificationPage_organizationId_millCertificationId_nu_key" ON "MillCertificationPage"("organizationId", "millCertificationId", "number");

-- CreateIndex
CREATE INDEX "Heat_organizationId_millCertificationId_position_idx" ON "Heat"("organizationId", "millCertificationId", "position");

-- CreateIndex
CREATE INDEX "Heat_organizationId_number_id_idx" ON "Heat"("organizationId", "number", "id");

-- CreateIndex
CREATE INDEX "HeatElement_organizationId_heatId_position_idx" ON "HeatElement"("organizationId", "heatId", "position");

-- CreateIndex
CREATE INDEX "HeatElement_organizationId_millCertificationId_idx" ON "HeatElement"("organizationId", "millCertificationId");

-- CreateIndex
CREATE INDEX "MechanicalProperty_organizationId_heatId_position_idx" ON "MechanicalProperty"("organizationId", "heatId", "position");

-- CreateIndex
CREATE INDEX "MechanicalProperty_organizationId_millCertificationId_idx" ON "MechanicalProperty"("organizationId", "millCertificationId");

-- CreateIndex
CREATE INDEX "MaterialLotHeat_organizationId_heatId_idx" ON "MaterialLotHeat"("organizationId", "heatId");

-- CreateIndex
CREATE INDEX "MaterialLotHeat_organizationId_linkedById_idx" ON "MaterialLotHeat"("organizationId", "linkedById");

-- CreateIndex
CREATE UNIQUE INDEX "MaterialLotHeat_organizationId_lotId_heatId_key" ON "MaterialLotHeat"("organizationId", "lotId", "heatId");

-- CreateIndex
CREATE INDEX "MaterialTestCertificate_organizationId_millCertificationId__idx" ON "MaterialTestCertificate"("organizationId", "millCertificationId", "createdAt");

-- CreateIndex
CREATE INDEX "MaterialTestCertificate_organizationId_fileId_idx" ON "MaterialTestCertificate"("organizationId", "fileId");

-- CreateIndex
CREATE INDEX "MaterialTestCertificate_organizationId_createdById_idx" ON "MaterialTestCertificate"("organizationId", "createdById");

-- CreateIndex
CREATE INDEX "Branding_organizationId_logoId_idx" ON "Branding"("organizationId", "logoId");

-- CreateIndex
CREATE UNIQUE INDEX "Branding_organizationId_key" ON "Branding"("organizationId");

-- CreateIndex
CREATE UNIQUE INDEX "InspectionReport_tokenHash_key" ON "InspectionReport"("tokenHash");

-- CreateIndex
CREATE INDEX "InspectionReport_organizationId_orderId_idx" ON "InspectionReport"("organizationId", "orderId");

-- CreateIndex
CREATE INDEX "InspectionReport_organizationId_createdAt_id_idx" ON "InspectionReport"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "InspectionReport_organizationId_reference_key" ON "InspectionReport"("organizationId", "reference");

-- CreateIndex
CREATE INDEX "InspectionCase_organizationId_reportId_id_idx" ON "InspectionCase"("organizationId", "reportId", "id");

-- CreateIndex
CREATE INDEX "InspectionCase_organizationId_pieceId_idx" ON "InspectionCase"("organizationId", "pieceId");

-- CreateIndex
CREATE INDEX "InspectionCase_organizationId_continuesId_idx" ON "InspectionCase"("organizationId", "continuesId");

-- CreateIndex
CREATE INDEX "InspectionCase_organizationId_timestampId_idx" ON "InspectionCase"("organizationId", "timestampId");

-- CreateIndex
CREATE INDEX "InspectionCase_organizationId_documentId_idx" ON "InspectionCase"("organizationId", "documentId");

-- CreateIndex
CREATE INDEX "InspectionCase_organizationId_bundleId_idx" ON "InspectionCase"("organizationId", "bundleId");

-- CreateIndex
CREATE INDEX "InspectionCase_organizationId_createdById_idx" ON "InspectionCase"("organizationId", "createdById");

-- CreateIndex
CREATE INDEX "InspectionCase_organizationId_status_id_idx" ON "InspectionCase"("organizationId", "status", "id");

-- CreateIndex
CREATE INDEX "InspectionCase_organizationId_createdAt_id_idx" ON "InspectionCase"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "InspectionCase_organizationId_number_key" ON "InspectionCase"("organizationId", "number");

-- CreateIndex
CREATE INDEX "InspectionItem_organizationId_imageId_idx" ON "InspectionItem"("organizationId", "imageId");

-- CreateIndex
CREATE INDEX "InspectionItem_organizationId_createdById_idx" ON "InspectionItem"("organizationId", "createdById");

-- CreateIndex
CREATE UNIQUE INDEX "InspectionItem_organizationId_caseId_position_key" ON "InspectionItem"("organizationId", "caseId", "position");

-- CreateIndex
CREATE UNIQUE INDEX "InspectionItem_organizationId_reference_key" ON "InspectionItem"("organizationId", "reference");

-- CreateIndex
CREATE INDEX "Timestamp_organizationId_status_id_idx" ON "Timestamp"("organizationId", "status", "id");

-- CreateIndex
CREATE INDEX "Job_dueAt_idx" ON "Job"("dueAt");

-- CreateIndex
CREATE UNIQUE INDEX "Job_organizationId_kind_subjectId_key" ON "Job"("organizationId", "kind", "subjectId");

-- CreateIndex
CREATE INDEX "TraceabilityReport_organizationId_pieceId_idx" ON "TraceabilityReport"("organizationId", "pieceId");

-- CreateIndex
CREATE INDEX "TraceabilityReport_organizationId_batchId_idx" ON "TraceabilityReport"("organizationId", "batchId");

-- CreateIndex
CREATE INDEX "TraceabilityReport_organizationId_orderId_idx" ON "TraceabilityReport"("organizationId", "orderId");

-- CreateIndex
CREATE INDEX "TraceabilityReport_organizationId_fileId_idx" ON "TraceabilityReport"("organizationId", "fileId");

-- CreateIndex
CREATE INDEX "TraceabilityReport_organizationId_dataFileId_idx" ON "TraceabilityReport"("organizationId", "dataFileId");

-- CreateIndex
CREATE INDEX "TraceabilityReport_organizationId_userId_idx" ON "TraceabilityReport"("organizationId", "userId");

-- CreateIndex
CREATE INDEX "TraceabilityReport_organizationId_createdById_idx" ON "TraceabilityReport"("organizationId", "createdById");

-- CreateIndex
CREATE INDEX "TraceabilityReport_organizationId_status_id_idx" ON "TraceabilityReport"("organizationId", "status", "id");

-- CreateIndex
CREATE INDEX "TraceabilityReport_organizationId_createdAt_id_idx" ON "TraceabilityReport"("organizationId", "createdAt", "id");

-- AddForeignKey
ALTER TABLE "Certificate" ADD CONSTRAINT "Certificate_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Certificate" ADD CONSTRAINT "Certificate_organizationId_fileId_fkey" FOREIGN KEY ("organizationId", "fileId") REFERENCES "File"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Certificate" ADD CONSTRAINT "Certificate_organizationId_millCertificationId_fkey" FOREIGN KEY ("organizationId", "millCertificationId") REFERENCES "MillCertification"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Certificate" ADD CONSTRAINT "Certificate_organizationId_supersedesId_fkey" FOREIGN KEY ("organizationId", "supersedesId") REFERENCES "Certificate"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Certificate" ADD CONSTRAINT "Certificate_organizationId_createdById_fkey" FOREIGN KEY ("organizationId", "createdById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "CertificateAttachment" ADD CONSTRAINT "CertificateAttachment_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "CertificateAttachment" ADD CONSTRAINT "CertificateAttachment_organizationId_certificateId_fkey" FOREIGN KEY ("organizationId", "certificateId") REFERENCES "Certificate"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "CertificateAttachment" ADD CONSTRAINT "CertificateAttachment_organizationId_pieceId_fkey" FOREIGN KEY ("organizationId", "pieceId") REFERENCES "Piece"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "CertificateAttachment" ADD CONSTRAINT "CertificateAttachment_organizationId_processStepId_fkey" FOREIGN KEY ("organizationId", "processStepId") REFERENCES "ProcessStep"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "CertificateAttachment" ADD CONSTRAINT "CertificateAttachment_organizationId_attachedById_fkey" FOREIGN KEY ("organizationId", "attachedById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "CertificateAttachment" ADD CONSTRAINT "CertificateAttachment_organizationId_voidedById_fkey" FOREIGN KEY ("organizationId", "voidedById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "CertificateRequirement" ADD CONSTRAINT "CertificateRequirement_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "CertificateRequirement" ADD CONSTRAINT "CertificateRequirement_organizationId_processStepId_fkey" FOREIGN KEY ("organizationId", "processStepId") REFERENCES "ProcessStep"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MillCertification" ADD CONSTRAINT "MillCertification_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MillCertification" ADD CONSTRAINT "MillCertification_organizationId_fileId_fkey" FOREIGN KEY ("organizationId", "fileId") REFERENCES "File"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MillCertification" ADD CONSTRAINT "MillCertification_organizationId_pagesFileId_fkey" FOREIGN KEY ("organizationId", "pagesFileId") REFERENCES "File"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MillCertification" ADD CONSTRAINT "MillCertification_organizationId_reviewedById_fkey" FOREIGN KEY ("organizationId", "reviewedById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MillCertification" ADD CONSTRAINT "MillCertification_organizationId_lastEditedById_fkey" FOREIGN KEY ("organizationId", "lastEditedById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MillCertification" ADD CONSTRAINT "MillCertification_organizationId_createdById_fkey" FOREIGN KEY ("organizationId", "createdById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MillCertificationPage" ADD CONSTRAINT "MillCertificationPage_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MillCertificationPage" ADD CONSTRAINT "MillCertificationPage_organizationId_millCertificationId_fkey" FOREIGN KEY ("organizationId", "millCertificationId") REFERENCES "MillCertification"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Heat" ADD CONSTRAINT "Heat_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Heat" ADD CONSTRAINT "Heat_organizationId_millCertificationId_fkey" FOREIGN KEY ("organizationId", "millCertificationId") REFERENCES "MillCertification"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "HeatElement" ADD CONSTRAINT "HeatElement_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "HeatElement" ADD CONSTRAINT "HeatElement_organizationId_millCertificationId_fkey" FOREIGN KEY ("organizationId", "millCertificationId") REFERENCES "MillCertification"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "HeatElement" ADD CONSTRAINT "HeatElement_organizationId_heatId_fkey" FOREIGN KEY ("organizationId", "heatId") REFERENCES "Heat"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MechanicalProperty" ADD CONSTRAINT "MechanicalProperty_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MechanicalProperty" ADD CONSTRAINT "MechanicalProperty_organizationId_millCertificationId_fkey" FOREIGN KEY ("organizationId", "millCertificationId") REFERENCES "MillCertification"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MechanicalProperty" ADD CONSTRAINT "MechanicalProperty_organizationId_heatId_fkey" FOREIGN KEY ("organizationId", "heatId") REFERENCES "Heat"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialLotHeat" ADD CONSTRAINT "MaterialLotHeat_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialLotHeat" ADD CONSTRAINT "MaterialLotHeat_organizationId_lotId_fkey" FOREIGN KEY ("organizationId", "lotId") REFERENCES "MaterialLot"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialLotHeat" ADD CONSTRAINT "MaterialLotHeat_organizationId_heatId_fkey" FOREIGN KEY ("organizationId", "heatId") REFERENCES "Heat"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialLotHeat" ADD CONSTRAINT "MaterialLotHeat_organizationId_linkedById_fkey" FOREIGN KEY ("organizationId", "linkedById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTestCertificate" ADD CONSTRAINT "MaterialTestCertificate_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTestCertificate" ADD CONSTRAINT "MaterialTestCertificate_organizationId_millCertificationId_fkey" FOREIGN KEY ("organizationId", "millCertificationId") REFERENCES "MillCertification"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTestCertificate" ADD CONSTRAINT "MaterialTestCertificate_organizationId_fileId_fkey" FOREIGN KEY ("organizationId", "fileId") REFERENCES "File"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTestCertificate" ADD CONSTRAINT "MaterialTestCertificate_organizationId_createdById_fkey" FOREIGN KEY ("organizationId", "createdById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Branding" ADD CONSTRAINT "Branding_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Branding" ADD CONSTRAINT "Branding_organizationId_logoId_fkey" FOREIGN KEY ("organizationId", "logoId") REFERENCES "File"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "InspectionReport" ADD CONSTRAINT "InspectionReport_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "InspectionReport" ADD CONSTRAINT "InspectionReport_organizationId_orderId_fkey" FOREIGN KEY ("organizationId", "orderId") REFERENCES "Order"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "InspectionCase" ADD CONSTRAINT "InspectionCase_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "InspectionCase" ADD CONSTRAINT "InspectionCase_organizationId_reportId_fkey" FOREIGN KEY ("organizationId", "reportId") REFERENCES "InspectionReport"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "InspectionCase" ADD CONSTRAINT "InspectionCase_organizationId_pieceId_fkey" FOREIGN KEY ("organizationId", "pieceId") REFERENCES "Piece"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "InspectionCase" ADD CONSTRAINT "InspectionCase_organizationId_continuesId_fkey" FOREIGN KEY ("organizationId", "continuesId") REFERENCES "InspectionCase"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "InspectionCase" ADD CONSTRAINT "InspectionCase_organizationId_timestampId_fkey" FOREIGN KEY ("organizationId", "timestampId") REFERENCES "Timestamp"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "InspectionCase" ADD CONSTRAINT "InspectionCase_organizationId_documentId_fkey" FOREIGN KEY ("organizationId", "documentId") REFERENCES "File"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "InspectionCase" ADD CONSTRAINT "InspectionCase_organizationId_bundleId_fkey" FOREIGN KEY ("organizationId", "bundleId") REFERENCES "File"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "InspectionCase" ADD CONSTRAINT "InspectionCase_organizationId_createdById_fkey" FOREIGN KEY ("organizationId", "createdById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "InspectionItem" ADD CONSTRAINT "InspectionItem_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "InspectionItem" ADD CONSTRAINT "InspectionItem_organizationId_caseId_fkey" FOREIGN KEY ("organizationId", "caseId") REFERENCES "InspectionCase"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "InspectionItem" ADD CONSTRAINT "InspectionItem_organizationId_imageId_fkey" FOREIGN KEY ("organizationId", "imageId") REFERENCES "File"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "InspectionItem" ADD CONSTRAINT "InspectionItem_organizationId_createdById_fkey" FOREIGN KEY ("organizationId", "createdById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Timestamp" ADD CONSTRAINT "Timestamp_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Job" ADD CONSTRAINT "Job_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "TraceabilityReport" ADD CONSTRAINT "TraceabilityReport_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "TraceabilityReport" ADD CONSTRAINT "TraceabilityReport_organizationId_pieceId_fkey" FOREIGN KEY ("organizationId", "pieceId") REFERENCES "Piece"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "TraceabilityReport" ADD CONSTRAINT "TraceabilityReport_organizationId_batchId_fkey" FOREIGN KEY ("organizationId", "batchId") REFERENCES "MaterialBatch"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "TraceabilityReport" ADD CONSTRAINT "TraceabilityReport_organizationId_orderId_fkey" FOREIGN KEY ("organizationId", "orderId") REFERENCES "Order"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "TraceabilityReport" ADD CONSTRAINT "TraceabilityReport_organizationId_fileId_fkey" FOREIGN KEY ("organizationId", "fileId") REFERENCES "File"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "TraceabilityReport" ADD CONSTRAINT "TraceabilityReport_organizationId_dataFileId_fkey" FOREIGN KEY ("organizationId", "dataFileId") REFERENCES "File"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "TraceabilityReport" ADD CONSTRAINT "TraceabilityReport_organizationId_userId_fkey" FOREIGN KEY ("organizationId", "userId") REFERENCES "User"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "TraceabilityReport" ADD CONSTRAINT "TraceabilityReport_organizationId_createdById_fkey" FOREIGN KEY ("organizationId", "createdById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- Written by hand from here on.
SELECT hm_guard_tenant(
  'Certificate', 'CertificateAttachment', 'CertificateRequirement', 'MillCertification', 'MillCertificationPage', 'Heat',
  'HeatElement', 'MechanicalProperty', 'MaterialLotHeat', 'MaterialTestCertificate', 'InspectionReport', 'InspectionCase',
  'InspectionItem', 'Timestamp', 'TraceabilityReport', 'Job', 'Branding'
);

-- A certificate stands on a piece at a step once; what was detached stays beside it.
CREATE UNIQUE INDEX "hm_CertificateAttachment_live" ON "CertificateAttachment" ("organizationId", "certificateId", "pieceId", "processStepId")
  WHERE "voidedAt" IS NULL;
CREATE UNIQUE INDEX "hm_CertificateRequirement_once" ON "CertificateRequirement" ("organizationId", "processStepId", type, coalesce(kind, ''));
CREATE UNIQUE INDEX "hm_Heat_once" ON "Heat" ("organizationId", "millCertificationId", coalesce(number, ''));

-- Certificates are permanent: what they say is never changed, and no row goes.
CREATE FUNCTION hm_refuse_changing_certificates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'certificates are permanent: another one supersedes them' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER hm_append_only BEFORE UPDATE OR DELETE ON "Certificate"
  FOR EACH ROW EXECUTE FUNCTION hm_refuse_changing_certificates();
CREATE TRIGGER hm_append_only_truncate BEFORE TRUNCATE ON "Certificate"
  FOR EACH STATEMENT EXECUTE FUNCTION hm_refuse_changing_certificates();

-- The items of a closed case are evidence.
CREATE FUNCTION hm_refuse_changing_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the items of an inspection are evidence: they are not changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER hm_append_only BEFORE UPDATE OR DELETE ON "InspectionItem"
  FOR EACH ROW EXECUTE FUNCTION hm_refuse_changing_evidence();
CREATE TRIGGER hm_append_only_truncate BEFORE TRUNCATE ON "InspectionItem"
  FOR EACH STATEMENT EXECUTE FUNCTION hm_refuse_changing_evidence();

ALTER TABLE "Certificate" ADD CONSTRAINT "Certificate_superseding" CHECK ("supersedesId" <> id);
ALTER TABLE "CertificateAttachment" ADD CONSTRAINT "CertificateAttachment_voided"
  CHECK (("voidedAt" IS NULL) = ("voidReason" IS NULL));
ALTER TABLE "TraceabilityReport" ADD CONSTRAINT "TraceabilityReport_of_one" CHECK (num_nonnulls("pieceId", "batchId", "orderId") = 1);
ALTER TABLE "InspectionItem" ADD CONSTRAINT "InspectionItem_place" CHECK (
  ("latitude" IS NULL) = ("longitude" IS NULL) AND latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180 AND accuracy >= 0
);
