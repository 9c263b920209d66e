-- CreateEnum
CREATE TYPE "WebhookFormat" AS ENUM ('HEATMARK', 'THREE_YOURMIND');

-- CreateEnum
CREATE TYPE "WebhookStatus" AS ENUM ('ACTIVE', 'PAUSED', 'DISABLED');

-- CreateEnum
CREATE TYPE "WebhookDeliveryStatus" AS ENUM ('PENDING', 'DELIVERED', 'DEAD');

-- CreateEnum
CREATE TYPE "FileStatus" AS ENUM ('EXPECTED', 'STORED', 'REFUSED');

-- CreateEnum
CREATE TYPE "HistoryFrequency" AS ENUM ('DAILY', 'MONTHLY', 'NEVER');

-- CreateEnum
CREATE TYPE "CaptureStatus" AS ENUM ('NEW', 'PROCESSING', 'BATCH_PROCESSING', 'COMPLETE', 'FAILED');

-- CreateEnum
CREATE TYPE "CaptureFormat" AS ENUM ('JSON', 'XML', 'CSV', 'TEXT');

-- CreateEnum
CREATE TYPE "CassetteStatus" AS ENUM ('ACTIVE', 'LOADED', 'UNKNOWN');

-- CreateEnum
CREATE TYPE "MachineCommandType" AS ENUM ('START_JOB', 'PAUSE_JOB', 'RESUME_JOB', 'CANCEL_JOB', 'CHECK_CONFIGURATION');

-- CreateEnum
CREATE TYPE "MachineCommandStatus" AS ENUM ('NEW', 'PROCESSING', 'COMPLETE', 'ERROR');

-- CreateEnum
CREATE TYPE "ConnectorHealth" AS ENUM ('HEALTHY', 'UNREACHABLE', 'AUTHENTICATION_ERROR', 'CONFIGURATION_ERROR', 'DEGRADED', 'UNKNOWN');

-- CreateEnum
CREATE TYPE "SensorValueType" AS ENUM ('NUMBER', 'TEXT');

-- CreateEnum
CREATE TYPE "ReadingState" AS ENUM ('MEASURED', 'UNAVAILABLE');

-- CreateEnum
CREATE TYPE "ThresholdSeverity" AS ENUM ('WARNING', 'ERROR');

-- CreateEnum
CREATE TYPE "ExcursionDirection" AS ENUM ('ABOVE', 'BELOW');

-- CreateEnum
CREATE TYPE "AnalysisKind" AS ENUM ('RUN', 'PIECE');

-- AlterEnum
ALTER TYPE "MachineStatus" ADD VALUE 'WORKING';

-- AlterEnum
ALTER TYPE "PieceStatus" ADD VALUE 'INCOMPLETE';

-- AlterTable
ALTER TABLE "Anomaly" ADD COLUMN     "analysisId" UUID,
ADD COLUMN     "indicatorId" UUID,
ADD COLUMN     "isAnomaly" BOOLEAN NOT NULL DEFAULT true;

-- AlterTable
ALTER TABLE "Machine" ADD COLUMN     "activity" TEXT,
ADD COLUMN     "alwaysShown" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "collectorId" UUID,
ADD COLUMN     "historyFrequency" "HistoryFrequency" NOT NULL DEFAULT 'NEVER',
ADD COLUMN     "historyWatermark" TEXT,
ADD COLUMN     "isConnected" BOOLEAN,
ADD COLUMN     "isSimulated" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "latestCaptureAt" TIMESTAMPTZ(3),
ADD COLUMN     "machineTypeId" UUID,
ADD COLUMN     "sealedPassword" BYTEA,
ADD COLUMN     "signalLight" TEXT,
ADD COLUMN     "username" TEXT;

-- AlterTable
ALTER TABLE "Piece" ADD COLUMN     "replacedById" UUID;

-- AlterTable
ALTER TABLE "Sensor" ADD COLUMN     "dataItem" TEXT,
ADD COLUMN     "valueType" "SensorValueType" NOT NULL DEFAULT 'NUMBER';

-- AlterTable
ALTER TABLE "SensorReading" ADD COLUMN     "state" "ReadingState" NOT NULL DEFAULT 'MEASURED',
ADD COLUMN     "text" TEXT;

-- CreateTable
CREATE TABLE "Webhook" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "format" "WebhookFormat" NOT NULL DEFAULT 'HEATMARK',
    "kinds" TEXT[],
    "about" UUID[],
    "status" "WebhookStatus" NOT NULL DEFAULT 'ACTIVE',
    "disabledReason" TEXT,
    "sealedSecret" BYTEA NOT NULL,
    "sealedPreviousSecret" BYTEA,
    "previousSecretUntil" TIMESTAMPTZ(3),
    "position" BIGINT NOT NULL,
    "lastDeliveredAt" TIMESTAMPTZ(3),
    "failingSince" TIMESTAMPTZ(3),
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Webhook_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "WebhookDelivery" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "webhookId" UUID NOT NULL,
    "position" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "subjectId" UUID NOT NULL,
    "status" "WebhookDeliveryStatus" NOT NULL DEFAULT 'PENDING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextAttemptAt" TIMESTAMPTZ(3),
    "lastAttemptAt" TIMESTAMPTZ(3),
    "responseStatus" INTEGER,
    "error" TEXT,
    "duration" INTEGER,
    "deliveredAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "WebhookDelivery_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "File" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "mediaType" TEXT,
    "status" "FileStatus" NOT NULL DEFAULT 'EXPECTED',
    "size" BIGINT,
    "sha256" TEXT,
    "expectedSize" BIGINT,
    "expectedSha256" TEXT,
    "uploadUntil" TIMESTAMPTZ(3),
    "storedAt" TIMESTAMPTZ(3),
    "refusal" TEXT,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "File_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MachineType" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "manufacturerId" UUID,
    "technology" TEXT,
    "manufacturingProcess" "ManufacturingProcess",
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MachineType_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "CaptureType" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "machineTypeId" UUID,
    "interval" INTEGER,
    "format" "CaptureFormat" NOT NULL DEFAULT 'JSON',
    "reading" TEXT,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "CaptureType_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Capture" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "captureTypeId" UUID NOT NULL,
    "machineId" UUID,
    "analyserId" UUID,
    "collectorId" UUID,
    "status" "CaptureStatus" NOT NULL DEFAULT 'NEW',
    "fileId" UUID NOT NULL,
    "parsedFileId" UUID,
    "parsed" JSONB,
    "error" TEXT,
    "meta" JSONB,
    "userId" UUID,
    "takenAt" TIMESTAMPTZ(3) NOT NULL,
    "processedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Capture_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Cassette" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "serialNumber" TEXT,
    "spool" TEXT,
    "materialId" UUID,
    "materialLotId" UUID,
    "machineId" UUID,
    "status" "CassetteStatus" NOT NULL DEFAULT 'UNKNOWN',
    "initialAmount" DECIMAL(20,6),
    "remainingAmount" DECIMAL(20,6),
    "manufacturedOn" DATE,
    "manufacturedLot" TEXT,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Cassette_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MachineCommand" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "machineId" UUID NOT NULL,
    "type" "MachineCommandType" NOT NULL,
    "status" "MachineCommandStatus" NOT NULL DEFAULT 'NEW',
    "runId" UUID,
    "fileId" UUID,
    "presetId" UUID,
    "externalJobId" TEXT,
    "response" JSONB,
    "error" TEXT,
    "collectorId" UUID,
    "userId" UUID,
    "claimedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "deadline" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MachineCommand_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "PrintingPreset" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "machineId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "isActive" BOOLEAN NOT NULL DEFAULT true,
    "steps" JSONB,
    "lastSeenAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "PrintingPreset_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Collector" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "externalId" TEXT,
    "isEnabled" BOOLEAN NOT NULL DEFAULT true,
    "health" "ConnectorHealth" NOT NULL DEFAULT 'UNKNOWN',
    "healthCheckedAt" TIMESTAMPTZ(3),
    "healthNote" TEXT,
    "osName" TEXT,
    "osVersion" TEXT,
    "osArchitecture" TEXT,
    "softwareVersion" TEXT,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Collector_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MachineJobFile" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "fileId" UUID NOT NULL,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MachineJobFile_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MachineService" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "machineId" UUID,
    "sealedApplicationToken" BYTEA,
    "sealedUserToken" BYTEA,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MachineService_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MachineServiceMaterial" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "serviceId" UUID NOT NULL,
    "materialName" TEXT NOT NULL,
    "machineName" TEXT NOT NULL,
    "materialId" UUID,
    "machineId" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MachineServiceMaterial_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "SensorThreshold" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "sensorId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "low" DOUBLE PRECISION,
    "high" DOUBLE PRECISION,
    "severity" "ThresholdSeverity" NOT NULL DEFAULT 'WARNING',
    "hysteresis" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "delay" INTEGER NOT NULL DEFAULT 0,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SensorThreshold_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Excursion" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "sensorId" UUID NOT NULL,
    "thresholdId" UUID NOT NULL,
    "direction" "ExcursionDirection" NOT NULL,
    "limit" DOUBLE PRECISION NOT NULL,
    "severity" "ThresholdSeverity" NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),
    "extreme" DOUBLE PRECISION NOT NULL,
    "extremeAt" TIMESTAMPTZ(3) NOT NULL,
    "readings" INTEGER NOT NULL DEFAULT 1,
    "acknowledgedAt" TIMESTAMPTZ(3),
    "acknowledgedById" UUID,
    "note" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Excursion_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "IngestSource" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "collectorId" UUID,
    "machineId" UUID,
    "instance" TEXT,
    "sequence" BIGINT NOT NULL DEFAULT 0,
    "lastIngestAt" TIMESTAMPTZ(3),
    "observations" BIGINT NOT NULL DEFAULT 0,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "IngestSource_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Analyser" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "vendor" TEXT,
    "ipAddress" TEXT,
    "url" TEXT,
    "username" TEXT,
    "sealedPassword" BYTEA,
    "collectorId" UUID,
    "health" "ConnectorHealth" NOT NULL DEFAULT 'UNKNOWN',
    "healthCheckedAt" TIMESTAMPTZ(3),
    "healthNote" TEXT,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Analyser_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Analysis" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "analyserId" UUID NOT NULL,
    "kind" "AnalysisKind" NOT NULL DEFAULT 'RUN',
    "externalId" TEXT,
    "runId" UUID,
    "buildId" UUID,
    "machineId" UUID,
    "pieceId" UUID,
    "status" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "notes" TEXT,
    "indications" JSONB,
    "visualizationUrl" TEXT,
    "visualizationFileId" UUID,
    "reportedAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Analysis_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "AnalysisIndicator" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "analysisId" UUID NOT NULL,
    "layer" INTEGER NOT NULL,
    "externalId" TEXT,
    "observedAt" TIMESTAMPTZ(3) NOT NULL,
    "values" JSONB,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "AnalysisIndicator_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "AnomalyPiece" (
    "organizationId" UUID NOT NULL,
    "anomalyId" UUID NOT NULL,
    "pieceId" UUID NOT NULL,
    "overlapArea" DOUBLE PRECISION,
    "decision" "AnomalyDecision",

    CONSTRAINT "AnomalyPiece_pkey" PRIMARY KEY ("organizationId","anomalyId","pieceId")
);

-- CreateTable
CREATE TABLE "PiecePlacement" (
    "organizationId" UUID NOT NULL,
    "runId" UUID NOT NULL,
    "pieceId" UUID NOT NULL,
    "outline" JSONB NOT NULL,
    "bottom" DOUBLE PRECISION,
    "top" DOUBLE PRECISION,
    "firstLayer" INTEGER,
    "lastLayer" INTEGER,

    CONSTRAINT "PiecePlacement_pkey" PRIMARY KEY ("organizationId","runId","pieceId")
);

-- CreateIndex
CREATE UNIQUE INDEX "Webhook_organizationId_name_key" ON "Webhook"("organizationId", "name");

-- CreateIndex
CREATE INDEX "WebhookDelivery_organizationId_webhookId_status_position_idx" ON "WebhookDelivery"("organizationId", "webhookId", "status", "position");

-- CreateIndex
CREATE INDEX "WebhookDelivery_status_nextAttemptAt_idx" ON "WebhookDelivery"("status", "nextAttemptAt");

-- CreateIndex
CREATE UNIQUE INDEX "WebhookDelivery_organizationId_webhookId_position_key" ON "WebhookDelivery"("organizationId", "webhookId", "position");

-- CreateIndex
CREATE INDEX "File_organizationId_sha256_idx" ON "File"("organizationId", "sha256");

-- CreateIndex
CREATE INDEX "File_organizationId_createdAt_id_idx" ON "File"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "File_status_uploadUntil_idx" ON "File"("status", "uploadUntil");

-- CreateIndex
CREATE INDEX "MachineType_organizationId_manufacturerId_idx" ON "MachineType"("organizationId", "manufacturerId");

-- CreateIndex
CREATE UNIQUE INDEX "MachineType_organizationId_name_key" ON "MachineType"("organizationId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "CaptureType_organizationId_machineTypeId_name_key" ON "CaptureType"("organizationId", "machineTypeId", "name");

-- CreateIndex
CREATE INDEX "Capture_organizationId_captureTypeId_idx" ON "Capture"("organizationId", "captureTypeId");

-- CreateIndex
CREATE INDEX "Capture_organizationId_machineId_takenAt_id_idx" ON "Capture"("organizationId", "machineId", "takenAt", "id");

-- CreateIndex
CREATE INDEX "Capture_organizationId_analyserId_takenAt_id_idx" ON "Capture"("organizationId", "analyserId", "takenAt", "id");

-- CreateIndex
CREATE INDEX "Capture_organizationId_collectorId_idx" ON "Capture"("organizationId", "collectorId");

-- CreateIndex
CREATE INDEX "Capture_organizationId_fileId_idx" ON "Capture"("organizationId", "fileId");

-- CreateIndex
CREATE INDEX "Capture_organizationId_parsedFileId_idx" ON "Capture"("organizationId", "parsedFileId");

-- CreateIndex
CREATE INDEX "Capture_organizationId_userId_idx" ON "Capture"("organizationId", "userId");

-- CreateIndex
CREATE INDEX "Capture_organizationId_createdAt_id_idx" ON "Capture"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Capture_status_createdAt_idx" ON "Capture"("status", "createdAt");

-- CreateIndex
CREATE INDEX "Cassette_organizationId_materialId_idx" ON "Cassette"("organizationId", "materialId");

-- CreateIndex
CREATE INDEX "Cassette_organizationId_materialLotId_idx" ON "Cassette"("organizationId", "materialLotId");

-- CreateIndex
CREATE INDEX "Cassette_organizationId_machineId_idx" ON "Cassette"("organizationId", "machineId");

-- CreateIndex
CREATE INDEX "Cassette_organizationId_serialNumber_idx" ON "Cassette"("organizationId", "serialNumber");

-- CreateIndex
CREATE INDEX "MachineCommand_organizationId_machineId_createdAt_id_idx" ON "MachineCommand"("organizationId", "machineId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "MachineCommand_organizationId_runId_idx" ON "MachineCommand"("organizationId", "runId");

-- CreateIndex
CREATE INDEX "MachineCommand_organizationId_fileId_idx" ON "MachineCommand"("organizationId", "fileId");

-- CreateIndex
CREATE INDEX "MachineCommand_organizationId_presetId_idx" ON "MachineCommand"("organizationId", "presetId");

-- CreateIndex
CREATE INDEX "MachineCommand_organizationId_collectorId_idx" ON "MachineCommand"("organizationId", "collectorId");

-- CreateIndex
CREATE INDEX "MachineCommand_organizationId_userId_idx" ON "MachineCommand"("organizationId", "userId");

-- CreateIndex
CREATE INDEX "MachineCommand_status_deadline_idx" ON "MachineCommand"("status", "deadline");

-- CreateIndex
CREATE UNIQUE INDEX "PrintingPreset_organizationId_machineId_name_key" ON "PrintingPreset"("organizationId", "machineId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "Collector_organizationId_name_key" ON "Collector"("organizationId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "Collector_organizationId_externalId_key" ON "Collector"("organizationId", "externalId");

-- CreateIndex
CREATE INDEX "MachineJobFile_organizationId_fileId_idx" ON "MachineJobFile"("organizationId", "fileId");

-- CreateIndex
CREATE INDEX "MachineService_organizationId_machineId_idx" ON "MachineService"("organizationId", "machineId");

-- CreateIndex
CREATE UNIQUE INDEX "MachineService_organizationId_name_key" ON "MachineService"("organizationId", "name");

-- CreateIndex
CREATE INDEX "MachineServiceMaterial_organizationId_materialId_idx" ON "MachineServiceMaterial"("organizationId", "materialId");

-- CreateIndex
CREATE INDEX "MachineServiceMaterial_organizationId_machineId_idx" ON "MachineServiceMaterial"("organizationId", "machineId");

-- CreateIndex
CREATE UNIQUE INDEX "MachineServiceMaterial_organizationId_serviceId_materialNam_key" ON "MachineServiceMaterial"("organizationId", "serviceId", "materialName", "machineName");

-- CreateIndex
CREATE UNIQUE INDEX "SensorThreshold_organizationId_sensorId_name_key" ON "SensorThreshold"("organizationId", "sensorId", "name");

-- CreateIndex
CREATE INDEX "Excursion_organizationId_sensorId_startedAt_id_idx" ON "Excursion"("organizationId", "sensorId", "startedAt", "id");

-- CreateIndex
CREATE INDEX "Excursion_organizationId_thresholdId_startedAt_idx" ON "Excursion"("organizationId", "thresholdId", "startedAt");

-- CreateIndex
CREATE INDEX "Excursion_organizationId_acknowledgedById_idx" ON "Excursion"("organizationId", "acknowledgedById");

-- CreateIndex
CREATE INDEX "Excursion_organizationId_createdAt_id_idx" ON "Excursion"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "IngestSource_organizationId_collectorId_idx" ON "IngestSource"("organizationId", "collectorId");

-- CreateIndex
CREATE INDEX "IngestSource_organizationId_machineId_idx" ON "IngestSource"("organizationId", "machineId");

-- CreateIndex
CREATE UNIQUE INDEX "IngestSource_organizationId_name_key" ON "IngestSource"("organizationId", "name");

-- CreateIndex
CREATE INDEX "Analyser_organizationId_collectorId_idx" ON "Analyser"("organizationId", "collectorId");

-- CreateIndex
CREATE UNIQUE INDEX "Analyser_organizationId_name_key" ON "Analyser"("organizationId", "name");

-- CreateIndex
CREATE INDEX "Analysis_organizationId_runId_idx" ON "Analysis"("organizationId", "runId");

-- CreateIndex
CREATE INDEX "Analysis_organizationId_buildId_idx" ON "Analysis"("organizationId", "buildId");

-- CreateIndex
CREATE INDEX "Analysis_organizationId_machineId_idx" ON "Analysis"("organizationId", "machineId");

-- CreateIndex
CREATE INDEX "Analysis_organizationId_pieceId_idx" ON "Analysis"("organizationId", "pieceId");

-- CreateIndex
CREATE INDEX "Analysis_organizationId_visualizationFileId_idx" ON "Analysis"("organizationId", "visualizationFileId");

-- CreateIndex
CREATE INDEX "Analysis_organizationId_createdAt_id_idx" ON "Analysis"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Analysis_organizationId_analyserId_externalId_key" ON "Analysis"("organizationId", "analyserId", "externalId");

-- CreateIndex
CREATE UNIQUE INDEX "AnalysisIndicator_organizationId_analysisId_layer_key" ON "AnalysisIndicator"("organizationId", "analysisId", "layer");

-- CreateIndex
CREATE INDEX "AnomalyPiece_organizationId_pieceId_idx" ON "AnomalyPiece"("organizationId", "pieceId");

-- CreateIndex
CREATE INDEX "PiecePlacement_organizationId_pieceId_idx" ON "PiecePlacement"("organizationId", "pieceId");

-- CreateIndex
CREATE INDEX "Anomaly_organizationId_analysisId_idx" ON "Anomaly"("organizationId", "analysisId");

-- CreateIndex
CREATE INDEX "Anomaly_organizationId_indicatorId_idx" ON "Anomaly"("organizationId", "indicatorId");

-- CreateIndex
CREATE INDEX "Machine_organizationId_machineTypeId_idx" ON "Machine"("organizationId", "machineTypeId");

-- CreateIndex
CREATE INDEX "Machine_organizationId_collectorId_idx" ON "Machine"("organizationId", "collectorId");

-- CreateIndex
CREATE UNIQUE INDEX "Piece_organizationId_replacedById_key" ON "Piece"("organizationId", "replacedById");

-- AddForeignKey
ALTER TABLE "Webhook" ADD CONSTRAINT "Webhook_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "WebhookDelivery" ADD CONSTRAINT "WebhookDelivery_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "WebhookDelivery" ADD CONSTRAINT "WebhookDelivery_organizationId_webhookId_fkey" FOREIGN KEY ("organizationId", "webhookId") REFERENCES "Webhook"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "File" ADD CONSTRAINT "File_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Machine" ADD CONSTRAINT "Machine_organizationId_machineTypeId_fkey" FOREIGN KEY ("organizationId", "machineTypeId") REFERENCES "MachineType"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Machine" ADD CONSTRAINT "Machine_organizationId_collectorId_fkey" FOREIGN KEY ("organizationId", "collectorId") REFERENCES "Collector"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MachineType" ADD CONSTRAINT "MachineType_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MachineType" ADD CONSTRAINT "MachineType_organizationId_manufacturerId_fkey" FOREIGN KEY ("organizationId", "manufacturerId") REFERENCES "Manufacturer"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "CaptureType" ADD CONSTRAINT "CaptureType_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "CaptureType" ADD CONSTRAINT "CaptureType_organizationId_machineTypeId_fkey" FOREIGN KEY ("organizationId", "machineTypeId") REFERENCES "MachineType"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Capture" ADD CONSTRAINT "Capture_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Capture" ADD CONSTRAINT "Capture_organizationId_captureTypeId_fkey" FOREIGN KEY ("organizationId", "captureTypeId") REFERENCES "CaptureType"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Capture" ADD CONSTRAINT "Capture_organizationId_machineId_fkey" FOREIGN KEY ("organizationId", "machineId") REFERENCES "Machine"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Capture" ADD CONSTRAINT "Capture_organizationId_analyserId_fkey" FOREIGN KEY ("organizationId", "analyserId") REFERENCES "Analyser"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Capture" ADD CONSTRAINT "Capture_organizationId_collectorId_fkey" FOREIGN KEY ("organizationId", "collectorId") REFERENCES "Collector"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Capture" ADD CONSTRAINT "Capture_organizationId_fileId_fkey" FOREIGN KEY ("organizationId", "fileId") REFERENCES "File"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Capture" ADD CONSTRAINT "Capture_organizationId_parsedFileId_fkey" FOREIGN KEY ("organizationId", "parsedFileId") REFERENCES "File"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Capture" ADD CONSTRAINT "Capture_organizationId_userId_fkey" FOREIGN KEY ("organizationId", "userId") REFERENCES "User"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Cassette" ADD CONSTRAINT "Cassette_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Cassette" ADD CONSTRAINT "Cassette_organizationId_materialId_fkey" FOREIGN KEY ("organizationId", "materialId") REFERENCES "Material"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Cassette" ADD CONSTRAINT "Cassette_organizationId_materialLotId_fkey" FOREIGN KEY ("organizationId", "materialLotId") REFERENCES "MaterialLot"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Cassette" ADD CONSTRAINT "Cassette_organizationId_machineId_fkey" FOREIGN KEY ("organizationId", "machineId") REFERENCES "Machine"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MachineCommand" ADD CONSTRAINT "MachineCommand_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MachineCommand" ADD CONSTRAINT "MachineCommand_organizationId_machineId_fkey" FOREIGN KEY ("organizationId", "machineId") REFERENCES "Machine"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MachineCommand" ADD CONSTRAINT "MachineCommand_organizationId_runId_fkey" FOREIGN KEY ("organizationId", "runId") REFERENCES "Run"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MachineCommand" ADD CONSTRAINT "MachineCommand_organizationId_fileId_fkey" FOREIGN KEY ("organizationId", "fileId") REFERENCES "File"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MachineCommand" ADD CONSTRAINT "MachineCommand_organizationId_presetId_fkey" FOREIGN KEY ("organizationId", "presetId") REFERENCES "PrintingPreset"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MachineCommand" ADD CONSTRAINT "MachineCommand_organizationId_collectorId_fkey" FOREIGN KEY ("organizationId", "collectorId") REFERENCES "Collector"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MachineCommand" ADD CONSTRAINT "MachineCommand_organizationId_userId_fkey" FOREIGN KEY ("organizationId", "userId") REFERENCES "User"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "PrintingPreset" ADD CONSTRAINT "PrintingPreset_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "PrintingPreset" ADD CONSTRAINT "PrintingPreset_organizationId_machineId_fkey" FOREIGN KEY ("organizationId", "machineId") REFERENCES "Machine"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Collector" ADD CONSTRAINT "Collector_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MachineJobFile" ADD CONSTRAINT "MachineJobFile_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MachineJobFile" ADD CONSTRAINT "MachineJobFile_organizationId_fileId_fkey" FOREIGN KEY ("organizationId", "fileId") REFERENCES "File"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MachineService" ADD CONSTRAINT "MachineService_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MachineService" ADD CONSTRAINT "MachineService_organizationId_machineId_fkey" FOREIGN KEY ("organizationId", "machineId") REFERENCES "Machine"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MachineServiceMaterial" ADD CONSTRAINT "MachineServiceMaterial_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MachineServiceMaterial" ADD CONSTRAINT "MachineServiceMaterial_organizationId_serviceId_fkey" FOREIGN KEY ("organizationId", "serviceId") REFERENCES "MachineService"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MachineServiceMaterial" ADD CONSTRAINT "MachineServiceMaterial_organizationId_materialId_fkey" FOREIGN KEY ("organizationId", "materialId") REFERENCES "Material"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MachineServiceMaterial" ADD CONSTRAINT "MachineServiceMaterial_organizationId_machineId_fkey" FOREIGN KEY ("organizationId", "machineId") REFERENCES "Machine"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Anomaly" ADD CONSTRAINT "Anomaly_organizationId_analysisId_fkey" FOREIGN KEY ("organizationId", "analysisId") REFERENCES "Analysis"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Anomaly" ADD CONSTRAINT "Anomaly_organizationId_indicatorId_fkey" FOREIGN KEY ("organizationId", "indicatorId") REFERENCES "AnalysisIndicator"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "SensorThreshold" ADD CONSTRAINT "SensorThreshold_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "SensorThreshold" ADD CONSTRAINT "SensorThreshold_organizationId_sensorId_fkey" FOREIGN KEY ("organizationId", "sensorId") REFERENCES "Sensor"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Excursion" ADD CONSTRAINT "Excursion_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Excursion" ADD CONSTRAINT "Excursion_organizationId_sensorId_fkey" FOREIGN KEY ("organizationId", "sensorId") REFERENCES "Sensor"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Excursion" ADD CONSTRAINT "Excursion_organizationId_thresholdId_fkey" FOREIGN KEY ("organizationId", "thresholdId") REFERENCES "SensorThreshold"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Excursion" ADD CONSTRAINT "Excursion_organizationId_acknowledgedById_fkey" FOREIGN KEY ("organizationId", "acknowledgedById") REFERENCES "User"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "IngestSource" ADD CONSTRAINT "IngestSource_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "IngestSource" ADD CONSTRAINT "IngestSource_organizationId_collectorId_fkey" FOREIGN KEY ("organizationId", "collectorId") REFERENCES "Collector"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "IngestSource" ADD CONSTRAINT "IngestSource_organizationId_machineId_fkey" FOREIGN KEY ("organizationId", "machineId") REFERENCES "Machine"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Analyser" ADD CONSTRAINT "Analyser_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Analyser" ADD CONSTRAINT "Analyser_organizationId_collectorId_fkey" FOREIGN KEY ("organizationId", "collectorId") REFERENCES "Collector"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Analysis" ADD CONSTRAINT "Analysis_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Analysis" ADD CONSTRAINT "Analysis_organizationId_analyserId_fkey" FOREIGN KEY ("organizationId", "analyserId") REFERENCES "Analyser"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Analysis" ADD CONSTRAINT "Analysis_organizationId_runId_fkey" FOREIGN KEY ("organizationId", "runId") REFERENCES "Run"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Analysis" ADD CONSTRAINT "Analysis_organizationId_buildId_fkey" FOREIGN KEY ("organizationId", "buildId") REFERENCES "Build"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Analysis" ADD CONSTRAINT "Analysis_organizationId_machineId_fkey" FOREIGN KEY ("organizationId", "machineId") REFERENCES "Machine"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Analysis" ADD CONSTRAINT "Analysis_organizationId_pieceId_fkey" FOREIGN KEY ("organizationId", "pieceId") REFERENCES "Piece"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Analysis" ADD CONSTRAINT "Analysis_organizationId_visualizationFileId_fkey" FOREIGN KEY ("organizationId", "visualizationFileId") REFERENCES "File"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "AnalysisIndicator" ADD CONSTRAINT "AnalysisIndicator_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "AnalysisIndicator" ADD CONSTRAINT "AnalysisIndicator_organizationId_analysisId_fkey" FOREIGN KEY ("organizationId", "analysisId") REFERENCES "Analysis"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "AnomalyPiece" ADD CONSTRAINT "AnomalyPiece_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "AnomalyPiece" ADD CONSTRAINT "AnomalyPiece_organizationId_anomalyId_fkey" FOREIGN KEY ("organizationId", "anomalyId") REFERENCES "Anomaly"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "AnomalyPiece" ADD CONSTRAINT "AnomalyPiece_organizationId_pieceId_fkey" FOREIGN KEY ("organizationId", "pieceId") REFERENCES "Piece"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Piece" ADD CONSTRAINT "Piece_organizationId_replacedById_fkey" FOREIGN KEY ("organizationId", "replacedById") REFERENCES "Piece"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "PiecePlacement" ADD CONSTRAINT "PiecePlacement_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "PiecePlacement" ADD CONSTRAINT "PiecePlacement_organizationId_runId_fkey" FOREIGN KEY ("organizationId", "runId") REFERENCES "Run"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "PiecePlacement" ADD CONSTRAINT "PiecePlacement_organizationId_pieceId_fkey" FOREIGN KEY ("organizationId", "pieceId") REFERENCES "Piece"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- Written by hand from here on.
SELECT hm_guard_tenant('File');
SELECT hm_guard_tenant('MachineType');
SELECT hm_guard_tenant('CaptureType');
SELECT hm_guard_tenant('Capture');
SELECT hm_guard_tenant('Cassette');
SELECT hm_guard_tenant('MachineCommand');
SELECT hm_guard_tenant('PrintingPreset');
SELECT hm_guard_tenant('Collector');
SELECT hm_guard_tenant('MachineJobFile');
SELECT hm_guard_tenant('MachineService');
SELECT hm_guard_tenant('MachineServiceMaterial');
SELECT hm_guard_tenant('SensorThreshold');
SELECT hm_guard_tenant('Excursion');
SELECT hm_guard_tenant('IngestSource');
SELECT hm_guard_tenant('Analyser');
SELECT hm_guard_tenant('Analysis');
SELECT hm_guard_tenant('AnalysisIndicator');
SELECT hm_guard_tenant('AnomalyPiece');
SELECT hm_guard_tenant('PiecePlacement');
SELECT hm_guard_tenant('Webhook');
SELECT hm_guard_tenant('WebhookDelivery');

-- A type of capture without a type of machine (an analyser's) is unique by its name.
CREATE UNIQUE INDEX "hm_CaptureType_name" ON "CaptureType" ("organizationId", name) WHERE "machineTypeId" IS NULL;
-- One excursion of a threshold is open at a time.
CREATE UNIQUE INDEX "hm_Excursion_open" ON "Excursion" ("organizationId", "thresholdId") WHERE "endedAt" IS NULL;
-- What is due, whoever's it is: few rows of many.
CREATE INDEX "hm_WebhookDelivery_pending" ON "WebhookDelivery" ("organizationId", "webhookId", position) WHERE status = 'PENDING';
CREATE INDEX "hm_MachineCommand_open" ON "MachineCommand" (deadline) WHERE status IN ('NEW', 'PROCESSING');
CREATE INDEX "hm_Capture_open" ON "Capture" ("createdAt") WHERE status IN ('NEW', 'PROCESSING', 'BATCH_PROCESSING');

ALTER TABLE "SensorThreshold" ADD CONSTRAINT "SensorThreshold_limits" CHECK (
  (low IS NOT NULL OR high IS NOT NULL) AND (low IS NULL OR high IS NULL OR low < high) AND hysteresis >= 0 AND delay >= 0
);
ALTER TABLE "Capture" ADD CONSTRAINT "Capture_of_one" CHECK (num_nonnulls("machineId", "analyserId") = 1);
ALTER TABLE "Piece" ADD CONSTRAINT "Piece_replaced" CHECK ("replacedById" IS NULL OR "replacedById" <> id);
