-- CreateEnum
CREATE TYPE "SnapshotStatus" AS ENUM ('NOT_UPLOADED', 'QUEUED', 'COMPLETE', 'SKIPPED', 'ERROR');

-- CreateTable
CREATE TABLE "Document" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "seriesId" UUID NOT NULL,
    "revision" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "fileId" UUID NOT NULL,
    "previousId" UUID,
    "archivedAt" TIMESTAMPTZ(3),
    "parserTemplateId" UUID,
    "snapshotStatus" "SnapshotStatus" NOT NULL DEFAULT 'NOT_UPLOADED',
    "snapshotFileId" UUID,
    "snapshotWidth" INTEGER,
    "snapshotHeight" INTEGER,
    "snapshotNote" TEXT,
    "userId" UUID,
    "createdById" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Document_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "DocumentLink" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "documentId" UUID NOT NULL,
    "subjectType" TEXT NOT NULL,
    "subjectId" UUID NOT NULL,
    "createdById" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "DocumentLink_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "DocumentParserTemplate" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "parentId" UUID,
    "documentId" UUID,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "DocumentParserTemplate_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "DocumentParserInstruction" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "templateId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "labels" TEXT[],
    "pattern" TEXT,
    "unit" TEXT,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "DocumentParserInstruction_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "DocumentParsingJob" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "documentId" UUID NOT NULL,
    "templateId" UUID NOT NULL,
    "status" "JobStatus" NOT NULL DEFAULT 'PENDING',
    "notes" TEXT,
    "createdById" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "DocumentParsingJob_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "DocumentParserReport" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "documentId" UUID NOT NULL,
    "instructionId" UUID NOT NULL,
    "jobId" UUID,
    "value" TEXT NOT NULL,
    "unit" TEXT,
    "reading" JSONB,
    "userId" UUID,
    "createdById" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "DocumentParserReport_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "ZipFile" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "orderId" UUID,
    "manifest" JSONB NOT NULL,
    "entryCount" INTEGER NOT NULL,
    "size" BIGINT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),
    "userId" UUID,
    "createdById" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ZipFile_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateIndex
CREATE INDEX "Document_organizationId_fileId_idx" ON "Document"("organizationId", "fileId");

-- CreateIndex
CREATE INDEX "Document_organizationId_snapshotFileId_idx" ON "Document"("organizationId", "snapshotFileId");

-- CreateIndex
CREATE INDEX "Document_organizationId_parserTemplateId_idx" ON "Document"("organizationId", "parserTemplateId");

-- CreateIndex
CREATE INDEX "Document_organizationId_userId_idx" ON "Document"("organizationId", "userId");

-- CreateIndex
CREATE INDEX "Document_organizationId_createdById_idx" ON "Document"("organizationId", "createdById");

-- CreateIndex
CREATE INDEX "Document_organizationId_createdAt_id_idx" ON "Document"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Document_organizationId_seriesId_revision_key" ON "Document"("organizationId", "seriesId", "revision");

-- CreateIndex
CREATE UNIQUE INDEX "Document_organizationId_previousId_key" ON "Document"("organizationId", "previousId");

-- CreateIndex
CREATE INDEX "DocumentLink_organizationId_subjectId_documentId_idx" ON "DocumentLink"("organizationId", "subjectId", "documentId");

-- CreateIndex
CREATE INDEX "DocumentLink_organizationId_createdById_idx" ON "DocumentLink"("organizationId", "createdById");

-- CreateIndex
CREATE INDEX "DocumentLink_organizationId_createdAt_id_idx" ON "DocumentLink"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "DocumentLink_organizationId_documentId_subjectId_key" ON "DocumentLink"("organizationId", "documentId", "subjectId");

-- CreateIndex
CREATE INDEX "DocumentParserTemplate_organizationId_parentId_idx" ON "DocumentParserTemplate"("organizationId", "parentId");

-- CreateIndex
CREATE INDEX "DocumentParserTemplate_organizationId_documentId_idx" ON "DocumentParserTemplate"("organizationId", "documentId");

-- CreateIndex
CREATE INDEX "DocumentParserTemplate_organizationId_createdAt_id_idx" ON "DocumentParserTemplate"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "DocumentParserInstruction_organizationId_templateId_positio_idx" ON "DocumentParserInstruction"("organizationId", "templateId", "position");

-- CreateIndex
CREATE INDEX "DocumentParserInstruction_organizationId_createdAt_id_idx" ON "DocumentParserInstruction"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "DocumentParsingJob_organizationId_documentId_idx" ON "DocumentParsingJob"("organizationId", "documentId");

-- CreateIndex
CREATE INDEX "DocumentParsingJob_organizationId_templateId_idx" ON "DocumentParsingJob"("organizationId", "templateId");

-- CreateIndex
CREATE INDEX "DocumentParsingJob_organizationId_createdById_idx" ON "DocumentParsingJob"("organizationId", "createdById");

-- CreateIndex
CREATE INDEX "DocumentParsingJob_organizationId_createdAt_id_idx" ON "DocumentParsingJob"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "DocumentParserReport_organizationId_instructionId_idx" ON "DocumentParserReport"("organizationId", "instructionId");

-- CreateIndex
CREATE INDEX "DocumentParserReport_organizationId_jobId_idx" ON "DocumentParserReport"("organizationId", "jobId");

-- CreateIndex
CREATE INDEX "DocumentParserReport_organizationId_userId_idx" ON "DocumentParserReport"("organizationId", "userId");

-- CreateIndex
CREATE INDEX "DocumentParserReport_organizationId_createdById_idx" ON "DocumentParserReport"("organizationId", "createdById");

-- CreateIndex
CREATE INDEX "DocumentParserReport_organizationId_createdAt_id_idx" ON "DocumentParserReport"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "DocumentParserReport_organizationId_documentId_instructionI_key" ON "DocumentParserReport"("organizationId", "documentId", "instructionId");

-- CreateIndex
CREATE INDEX "ZipFile_organizationId_orderId_idx" ON "ZipFile"("organizationId", "orderId");

-- CreateIndex
CREATE INDEX "ZipFile_organizationId_userId_idx" ON "ZipFile"("organizationId", "userId");

-- CreateIndex
CREATE INDEX "ZipFile_organizationId_createdById_idx" ON "ZipFile"("organizationId", "createdById");

-- CreateIndex
CREATE INDEX "ZipFile_organizationId_createdAt_id_idx" ON "ZipFile"("organizationId", "createdAt", "id");

-- AddForeignKey
ALTER TABLE "Document" ADD CONSTRAINT "Document_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Document" ADD CONSTRAINT "Document_organizationId_fileId_fkey" FOREIGN KEY ("organizationId", "fileId") REFERENCES "File"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Document" ADD CONSTRAINT "Document_organizationId_snapshotFileId_fkey" FOREIGN KEY ("organizationId", "snapshotFileId") REFERENCES "File"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Document" ADD CONSTRAINT "Document_organizationId_previousId_fkey" FOREIGN KEY ("organizationId", "previousId") REFERENCES "Document"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Document" ADD CONSTRAINT "Document_organizationId_parserTemplateId_fkey" FOREIGN KEY ("organizationId", "parserTemplateId") REFERENCES "DocumentParserTemplate"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Document" ADD CONSTRAINT "Document_organizationId_userId_fkey" FOREIGN KEY ("organizationId", "userId") REFERENCES "User"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Document" ADD CONSTRAINT "Document_organizationId_createdById_fkey" FOREIGN KEY ("organizationId", "createdById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "DocumentLink" ADD CONSTRAINT "DocumentLink_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "DocumentLink" ADD CONSTRAINT "DocumentLink_organizationId_documentId_fkey" FOREIGN KEY ("organizationId", "documentId") REFERENCES "Document"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "DocumentLink" ADD CONSTRAINT "DocumentLink_organizationId_createdById_fkey" FOREIGN KEY ("organizationId", "createdById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "DocumentParserTemplate" ADD CONSTRAINT "DocumentParserTemplate_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "DocumentParserTemplate" ADD CONSTRAINT "DocumentParserTemplate_organizationId_parentId_fkey" FOREIGN KEY ("organizationId", "parentId") REFERENCES "DocumentParserTemplate"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "DocumentParserTemplate" ADD CONSTRAINT "DocumentParserTemplate_organizationId_documentId_fkey" FOREIGN KEY ("organizationId", "documentId") REFERENCES "Document"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "DocumentParserInstruction" ADD CONSTRAINT "DocumentParserInstruction_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "DocumentParserInstruction" ADD CONSTRAINT "DocumentParserInstruction_organizationId_templateId_fkey" FOREIGN KEY ("organizationId", "templateId") REFERENCES "DocumentParserTemplate"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "DocumentParsingJob" ADD CONSTRAINT "DocumentParsingJob_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "DocumentParsingJob" ADD CONSTRAINT "DocumentParsingJob_organizationId_documentId_fkey" FOREIGN KEY ("organizationId", "documentId") REFERENCES "Document"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "DocumentParsingJob" ADD CONSTRAINT "DocumentParsingJob_organizationId_templateId_fkey" FOREIGN KEY ("organizationId", "templateId") REFERENCES "DocumentParserTemplate"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "DocumentParsingJob" ADD CONSTRAINT "DocumentParsingJob_organizationId_createdById_fkey" FOREIGN KEY ("organizationId", "createdById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "DocumentParserReport" ADD CONSTRAINT "DocumentParserReport_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "DocumentParserReport" ADD CONSTRAINT "DocumentParserReport_organizationId_documentId_fkey" FOREIGN KEY ("organizationId", "documentId") REFERENCES "Document"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "DocumentParserReport" ADD CONSTRAINT "DocumentParserReport_organizationId_instructionId_fkey" FOREIGN KEY ("organizationId", "instructionId") REFERENCES "DocumentParserInstruction"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "DocumentParserReport" ADD CONSTRAINT "DocumentParserReport_organizationId_jobId_fkey" FOREIGN KEY ("organizationId", "jobId") REFERENCES "DocumentParsingJob"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "DocumentParserReport" ADD CONSTRAINT "DocumentParserReport_organizationId_userId_fkey" FOREIGN KEY ("organizationId", "userId") REFERENCES "User"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "DocumentParserReport" ADD CONSTRAINT "DocumentParserReport_organizationId_createdById_fkey" FOREIGN KEY ("organizationId", "createdById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ZipFile" ADD CONSTRAINT "ZipFile_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ZipFile" ADD CONSTRAINT "ZipFile_organizationId_orderId_fkey" FOREIGN KEY ("organizationId", "orderId") REFERENCES "Order"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ZipFile" ADD CONSTRAINT "ZipFile_organizationId_userId_fkey" FOREIGN KEY ("organizationId", "userId") REFERENCES "User"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ZipFile" ADD CONSTRAINT "ZipFile_organizationId_createdById_fkey" FOREIGN KEY ("organizationId", "createdById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- Written by hand from here on.
SELECT hm_guard_tenant(
  'Document', 'DocumentLink', 'DocumentParserTemplate', 'DocumentParserInstruction', 'DocumentParsingJob',
  'DocumentParserReport', 'ZipFile'
);

-- A document is the first of its series, or the next after another.
ALTER TABLE "Document" ADD CONSTRAINT "Document_series" CHECK (
  revision >= 1 AND (revision = 1) = ("previousId" IS NULL) AND (revision = 1) = ("seriesId" = id) AND "previousId" <> id
);
ALTER TABLE "Document" ADD CONSTRAINT "Document_snapshot" CHECK (("snapshotStatus" = 'COMPLETE') = ("snapshotFileId" IS NOT NULL));

-- What is archived gives its name back. A template for one document needs no name of its own.
CREATE UNIQUE INDEX "hm_DocumentParserTemplate_name" ON "DocumentParserTemplate" ("organizationId", name)
  WHERE "archivedAt" IS NULL AND "documentId" IS NULL;
CREATE UNIQUE INDEX "hm_DocumentParserInstruction_name" ON "DocumentParserInstruction" ("organizationId", "templateId", name)
  WHERE "archivedAt" IS NULL;
ALTER TABLE "DocumentParserInstruction" ADD CONSTRAINT "DocumentParserInstruction_position" CHECK ("position" >= 1);
