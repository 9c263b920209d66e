-- CreateEnum
CREATE TYPE "ActorKind" AS ENUM ('TOKEN', 'SYSTEM');

-- CreateEnum
CREATE TYPE "Role" AS ENUM ('VIEWER', 'MACHINE', 'OPERATOR', 'ADMINISTRATOR');

-- CreateEnum
CREATE TYPE "WorkstationKind" AS ENUM ('PRINTER', 'POST_PROCESSOR', 'SHIPPING', 'OTHER');

-- CreateEnum
CREATE TYPE "BuildPlateShape" AS ENUM ('RECTANGULAR', 'CIRCULAR');

-- CreateEnum
CREATE TYPE "MaterialMode" AS ENUM ('SINGLE_MATERIAL', 'MULTIPLE_MATERIALS_PER_RUN');

-- CreateEnum
CREATE TYPE "BatchingStrategy" AS ENUM ('BY_SIZE_XYZ', 'BY_SIZE_XY', 'BY_NUMBER_OF_PARTS', 'MATCH_PREVIOUS', 'SINGLE', 'BY_JOB', 'BY_ORDER');

-- CreateEnum
CREATE TYPE "MachineStatus" AS ENUM ('NOT_CONNECTED', 'OFFLINE', 'IDLE', 'READY_TO_PRINT', 'PRINTING', 'PRINT_FINISHED', 'MAINTENANCE', 'ERROR', 'UNKNOWN');

-- CreateEnum
CREATE TYPE "MaterialType" AS ENUM ('BASE', 'SUPPORT', 'CONSUMABLE', 'RAW_MATERIAL');

-- CreateEnum
CREATE TYPE "MaterialFamily" AS ENUM ('POLYMER', 'METAL', 'CERAMIC', 'COMPOSITE', 'SAND', 'WAX', 'OTHER');

-- CreateEnum
CREATE TYPE "ManufacturingProcess" AS ENUM ('BINDER_JETTING', 'SLA', 'DLP', 'LCD_SLA', 'CLIP', 'SLS', 'MJF', 'FDM', 'POLYJET', 'EBM', 'DMLS', 'SLM', 'SDL', 'CNC', 'PRESS_BRAKE', 'LASER_CUTTING', 'WATERJET', 'OTHER');

-- CreateEnum
CREATE TYPE "SensorState" AS ENUM ('NEW', 'IDLE', 'ERROR');

-- CreateEnum
CREATE TYPE "AnomalyStatus" AS ENUM ('UNADDRESSED', 'ADDRESSED');

-- CreateEnum
CREATE TYPE "AnomalyDecision" AS ENUM ('IGNORE', 'SCRAP', 'REMANUFACTURE');

-- CreateEnum
CREATE TYPE "AnomalyShape" AS ENUM ('RECTANGLE', 'CONTOUR');

-- CreateEnum
CREATE TYPE "OrderStatus" AS ENUM ('NEW', 'PENDING', 'CONFIRMED', 'PROCESSING', 'PRINTING', 'POST_PROCESSING', 'SHIPPING', 'COMPLETE', 'CANCELLED');

-- CreateEnum
CREATE TYPE "OrderType" AS ENUM ('COMMERCIAL', 'BENCHMARK', 'RESEARCH', 'SAMPLE', 'TIME_STUDY');

-- CreateEnum
CREATE TYPE "ApplicationType" AS ENUM ('PROTOTYPE', 'TOOLING', 'END_COMPONENT');

-- CreateEnum
CREATE TYPE "LineItemStatus" AS ENUM ('NEW', 'PENDING', 'CONFIRMED', 'PRINTING', 'POST_PROCESSING', 'SHIPPING', 'COMPLETE', 'CANCELLED');

-- CreateEnum
CREATE TYPE "EndUse" AS ENUM ('PRODUCT', 'SPECIMEN', 'WASTE', 'TOOLING');

-- CreateEnum
CREATE TYPE "PieceStatus" AS ENUM ('NEW', 'CONFIRMED', 'QUEUED', 'IN_PROGRESS', 'COMPLETE', 'ERROR', 'CANCELLED');

-- CreateEnum
CREATE TYPE "OperationStatus" AS ENUM ('CREATED', 'QUEUED', 'IN_PROGRESS', 'COMPLETE', 'ERROR', 'CANCELLED');

-- CreateEnum
CREATE TYPE "RunStatus" AS ENUM ('CALCULATED', 'QUEUED', 'QUEUED_WORK_READY', 'IN_PROGRESS', 'PAUSED', 'COMPLETE', 'ERROR', 'CANCELLED');

-- CreateEnum
CREATE TYPE "BuildStatus" AS ENUM ('NEW', 'BACKLOGGED', 'PREHEAT', 'PROCESSING', 'PAUSED', 'SUSPENDED', 'WAITING_FOR_RESOLUTION', 'COMPLETE', 'FAILED', 'MACHINE_ERROR', 'PART_EXCEEDS_BOUNDARIES', 'USER_ABORT', 'ERROR', 'CANCELLED', 'UNKNOWN');

-- CreateEnum
CREATE TYPE "WorkflowType" AS ENUM ('ADDITIVE_MANUFACTURING', 'SPECIMEN', 'POWDER_MANUFACTURING', 'PREPARATIVE');

-- CreateEnum
CREATE TYPE "Requirement" AS ENUM ('HIDDEN', 'OPTIONAL', 'REQUIRED');

-- CreateEnum
CREATE TYPE "ShippingDirection" AS ENUM ('TO_CUSTOMER', 'TO_SERVICE_PROVIDER', 'FROM_SERVICE_PROVIDER');

-- CreateTable
CREATE TABLE "Event" (
    "organizationId" UUID NOT NULL,
    "position" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "subjectType" TEXT NOT NULL,
    "subjectId" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "related" UUID[],
    "before" JSONB,
    "after" JSONB,
    "data" JSONB,
    "actorKind" "ActorKind" NOT NULL,
    "actorId" UUID,
    "requestId" TEXT,
    "reason" TEXT,
    "causeId" UUID NOT NULL,
    "occurredAt" TIMESTAMPTZ(3) NOT NULL,
    "recordedAt" TIMESTAMPTZ(3) NOT NULL,
    "previousHash" BYTEA,
    "hash" BYTEA,

    CONSTRAINT "Event_pkey" PRIMARY KEY ("organizationId","position")
);

-- CreateTable
CREATE TABLE "EventDraft" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "events" JSONB NOT NULL,

    CONSTRAINT "EventDraft_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "EventHead" (
    "organizationId" UUID NOT NULL,
    "position" BIGINT NOT NULL DEFAULT 0,
    "epoch" UUID NOT NULL,

    CONSTRAINT "EventHead_pkey" PRIMARY KEY ("organizationId")
);

-- CreateTable
CREATE TABLE "CommandReceipt" (
    "organizationId" UUID NOT NULL,
    "actorId" UUID NOT NULL,
    "mutation" TEXT NOT NULL,
    "clientMutationId" TEXT NOT NULL,
    "inputHash" TEXT NOT NULL,
    "causeId" UUID NOT NULL,
    "outcome" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "CommandReceipt_pkey" PRIMARY KEY ("organizationId","actorId","mutation","clientMutationId")
);

-- CreateTable
CREATE TABLE "Counter" (
    "organizationId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "value" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "Counter_pkey" PRIMARY KEY ("organizationId","name")
);

-- CreateTable
CREATE TABLE "Organization" (
    "id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Organization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "User" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "phone" TEXT,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "User_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "ApiToken" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "role" "Role" NOT NULL,
    "userId" UUID,
    "hash" TEXT NOT NULL,
    "hint" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    "lastUsedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ApiToken_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Location" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "address" TEXT,
    "phone" TEXT,
    "countriesServed" TEXT[],
    "orderCompletionNote" TEXT,
    "contactId" UUID,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Location_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "SubLocation" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "locationId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "isDefault" BOOLEAN NOT NULL DEFAULT false,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SubLocation_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "WorkstationType" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "kind" "WorkstationKind" NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "technology" TEXT,
    "manufacturingProcess" "ManufacturingProcess",
    "manufacturerId" UUID,
    "buildVolumeX" DECIMAL(12,3),
    "buildVolumeY" DECIMAL(12,3),
    "buildVolumeZ" DECIMAL(12,3),
    "buildPlateShape" "BuildPlateShape",
    "minPackingDistance" DECIMAL(12,3),
    "materialMode" "MaterialMode" NOT NULL DEFAULT 'SINGLE_MATERIAL',
    "batchingStrategy" "BatchingStrategy",
    "partsPerRun" INTEGER,
    "timeBefore" INTEGER,
    "duration" INTEGER,
    "timeAfter" INTEGER,
    "inProgressMax" INTEGER NOT NULL DEFAULT 1,
    "integrated" BOOLEAN NOT NULL DEFAULT false,
    "isModular" BOOLEAN NOT NULL DEFAULT false,
    "isReview" BOOLEAN NOT NULL DEFAULT false,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "WorkstationType_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "WorkstationTypeMaterial" (
    "organizationId" UUID NOT NULL,
    "workstationTypeId" UUID NOT NULL,
    "materialId" UUID NOT NULL,

    CONSTRAINT "WorkstationTypeMaterial_pkey" PRIMARY KEY ("organizationId","workstationTypeId","materialId")
);

-- CreateTable
CREATE TABLE "Workstation" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "workstationTypeId" UUID NOT NULL,
    "locationId" UUID NOT NULL,
    "subLocationId" UUID,
    "inProgressMax" INTEGER NOT NULL DEFAULT 1,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Workstation_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Machine" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "model" TEXT,
    "serialNumber" TEXT,
    "ipAddress" TEXT,
    "workstationId" UUID,
    "status" "MachineStatus" NOT NULL DEFAULT 'NOT_CONNECTED',
    "statusSince" TIMESTAMPTZ(3),
    "lastReportAt" TIMESTAMPTZ(3),
    "error" TEXT,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Machine_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Manufacturer" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "address" TEXT,
    "notes" TEXT,
    "contactName" TEXT,
    "contactEmail" TEXT,
    "contactPhone" TEXT,
    "supportName" TEXT,
    "supportEmail" TEXT,
    "supportPhone" TEXT,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Manufacturer_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Material" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "type" "MaterialType" NOT NULL,
    "family" "MaterialFamily" NOT NULL,
    "manufacturingProcess" "ManufacturingProcess",
    "manufacturerId" UUID,
    "unit" TEXT NOT NULL,
    "density" DECIMAL(12,6),
    "color" TEXT,
    "colorOpacity" DECIMAL(3,2),
    "externalId" TEXT,
    "datasheetUrl" TEXT,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Material_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Sensor" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "serialNumber" TEXT,
    "quantity" TEXT NOT NULL,
    "unit" TEXT NOT NULL,
    "machineId" UUID,
    "subLocationId" UUID,
    "frequency" INTEGER,
    "state" "SensorState" NOT NULL DEFAULT 'NEW',
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Sensor_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "SensorReading" (
    "organizationId" UUID NOT NULL,
    "position" BIGINT NOT NULL,
    "sensorId" UUID NOT NULL,
    "value" DOUBLE PRECISION,
    "observedAt" TIMESTAMPTZ(3) NOT NULL,
    "recordedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SensorReading_pkey" PRIMARY KEY ("organizationId","position")
);

-- CreateTable
CREATE TABLE "ReadingHead" (
    "organizationId" UUID NOT NULL,
    "position" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "ReadingHead_pkey" PRIMARY KEY ("organizationId")
);

-- CreateTable
CREATE TABLE "Anomaly" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "externalId" TEXT,
    "machineId" UUID,
    "runId" UUID,
    "buildId" UUID,
    "layer" INTEGER,
    "classification" TEXT NOT NULL,
    "shape" "AnomalyShape",
    "boundary" JSONB,
    "isDefect" BOOLEAN NOT NULL DEFAULT false,
    "confidence" DOUBLE PRECISION,
    "status" "AnomalyStatus" NOT NULL DEFAULT 'UNADDRESSED',
    "decision" "AnomalyDecision",
    "decisionNote" TEXT,
    "observedAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Anomaly_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Order" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "status" "OrderStatus" NOT NULL DEFAULT 'NEW',
    "hasErrors" BOOLEAN NOT NULL DEFAULT false,
    "type" "OrderType" NOT NULL DEFAULT 'COMMERCIAL',
    "applicationType" "ApplicationType",
    "customerName" TEXT,
    "customerReference" TEXT,
    "externalId" TEXT,
    "dueDate" TIMESTAMPTZ(3),
    "priority" INTEGER NOT NULL DEFAULT 50,
    "locationId" UUID,
    "ownerId" UUID,
    "shippingAddress" TEXT,
    "notes" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Order_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Product" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "orderId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "externalId" TEXT,
    "notes" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Product_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "LineItem" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "orderId" UUID NOT NULL,
    "productId" UUID,
    "position" INTEGER NOT NULL,
    "designName" TEXT NOT NULL,
    "type" "EndUse" NOT NULL DEFAULT 'PRODUCT',
    "status" "LineItemStatus" NOT NULL DEFAULT 'NEW',
    "materialId" UUID,
    "workflowId" UUID,
    "quantity" INTEGER NOT NULL,
    "priority" INTEGER NOT NULL DEFAULT 50,
    "layerThickness" DECIMAL(6,4),
    "customerReference" TEXT,
    "assigneeId" UUID,
    "notes" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "LineItem_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Piece" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "serial" TEXT NOT NULL,
    "orderId" UUID NOT NULL,
    "lineItemId" UUID NOT NULL,
    "workflowId" UUID NOT NULL,
    "copy" INTEGER NOT NULL,
    "type" "EndUse" NOT NULL DEFAULT 'PRODUCT',
    "status" "PieceStatus" NOT NULL DEFAULT 'NEW',
    "stepPosition" INTEGER NOT NULL,
    "stepKind" "WorkstationKind" NOT NULL,
    "priority" INTEGER NOT NULL DEFAULT 50,
    "notes" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Piece_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Operation" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "pieceId" UUID NOT NULL,
    "processStepId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "kind" "WorkstationKind" NOT NULL,
    "status" "OperationStatus" NOT NULL DEFAULT 'CREATED',
    "runId" UUID,
    "startedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "notes" TEXT,
    "trackingId" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Operation_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Run" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "name" TEXT,
    "status" "RunStatus" NOT NULL DEFAULT 'CALCULATED',
    "kind" "WorkstationKind" NOT NULL,
    "workstationId" UUID NOT NULL,
    "batchingStrategy" "BatchingStrategy",
    "priority" INTEGER NOT NULL DEFAULT 50,
    "queueRank" DECIMAL(30,12),
    "piecesLocked" BOOLEAN NOT NULL DEFAULT false,
    "completionProposedAt" TIMESTAMPTZ(3),
    "error" TEXT,
    "customerReference" TEXT,
    "notes" TEXT,
    "startedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Run_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Build" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "machineId" UUID NOT NULL,
    "runId" UUID,
    "name" TEXT NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "status" "BuildStatus" NOT NULL DEFAULT 'NEW',
    "layers" INTEGER,
    "currentLayer" INTEGER,
    "estimatedTime" INTEGER,
    "startedAt" TIMESTAMPTZ(3),
    "endedAt" TIMESTAMPTZ(3),
    "reportedAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Build_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Workflow" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "type" "WorkflowType" NOT NULL DEFAULT 'ADDITIVE_MANUFACTURING',
    "revision" INTEGER NOT NULL DEFAULT 1,
    "sourceWorkflowId" UUID,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Workflow_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "ProcessStep" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "workflowId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "workstationTypeId" UUID NOT NULL,
    "notes" "Requirement" NOT NULL DEFAULT 'OPTIONAL',
    "trackingId" "Requirement" NOT NULL DEFAULT 'HIDDEN',
    "upload" "Requirement" NOT NULL DEFAULT 'HIDDEN',
    "shippingDirection" "ShippingDirection",
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ProcessStep_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateIndex
CREATE INDEX "Event_organizationId_subjectId_position_idx" ON "Event"("organizationId", "subjectId", "position");

-- CreateIndex
CREATE INDEX "Event_organizationId_causeId_idx" ON "Event"("organizationId", "causeId");

-- CreateIndex
CREATE INDEX "Event_related_idx" ON "Event" USING GIN ("related");

-- CreateIndex
CREATE INDEX "CommandReceipt_createdAt_idx" ON "CommandReceipt"("createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "Organization_code_key" ON "Organization"("code");

-- CreateIndex
CREATE UNIQUE INDEX "User_organizationId_email_key" ON "User"("organizationId", "email");

-- CreateIndex
CREATE UNIQUE INDEX "ApiToken_hash_key" ON "ApiToken"("hash");

-- CreateIndex
CREATE INDEX "ApiToken_organizationId_userId_idx" ON "ApiToken"("organizationId", "userId");

-- CreateIndex
CREATE INDEX "Location_organizationId_contactId_idx" ON "Location"("organizationId", "contactId");

-- CreateIndex
CREATE UNIQUE INDEX "Location_organizationId_name_key" ON "Location"("organizationId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "SubLocation_organizationId_locationId_name_key" ON "SubLocation"("organizationId", "locationId", "name");

-- CreateIndex
CREATE INDEX "WorkstationType_organizationId_manufacturerId_idx" ON "WorkstationType"("organizationId", "manufacturerId");

-- CreateIndex
CREATE UNIQUE INDEX "WorkstationType_organizationId_name_key" ON "WorkstationType"("organizationId", "name");

-- CreateIndex
CREATE INDEX "WorkstationTypeMaterial_organizationId_materialId_idx" ON "WorkstationTypeMaterial"("organizationId", "materialId");

-- CreateIndex
CREATE INDEX "Workstation_organizationId_workstationTypeId_idx" ON "Workstation"("organizationId", "workstationTypeId");

-- CreateIndex
CREATE INDEX "Workstation_organizationId_locationId_idx" ON "Workstation"("organizationId", "locationId");

-- CreateIndex
CREATE INDEX "Workstation_organizationId_subLocationId_idx" ON "Workstation"("organizationId", "subLocationId");

-- CreateIndex
CREATE UNIQUE INDEX "Workstation_organizationId_name_key" ON "Workstation"("organizationId", "name");

-- CreateIndex
CREATE INDEX "Machine_organizationId_workstationId_idx" ON "Machine"("organizationId", "workstationId");

-- CreateIndex
CREATE UNIQUE INDEX "Machine_organizationId_name_key" ON "Machine"("organizationId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "Manufacturer_organizationId_name_key" ON "Manufacturer"("organizationId", "name");

-- CreateIndex
CREATE INDEX "Material_organizationId_manufacturerId_idx" ON "Material"("organizationId", "manufacturerId");

-- CreateIndex
CREATE UNIQUE INDEX "Material_organizationId_name_key" ON "Material"("organizationId", "name");

-- CreateIndex
CREATE INDEX "Sensor_organizationId_machineId_idx" ON "Sensor"("organizationId", "machineId");

-- CreateIndex
CREATE INDEX "Sensor_organizationId_subLocationId_idx" ON "Sensor"("organizationId", "subLocationId");

-- CreateIndex
CREATE UNIQUE INDEX "Sensor_organizationId_name_key" ON "Sensor"("organizationId", "name");

-- CreateIndex
CREATE INDEX "SensorReading_organizationId_sensorId_observedAt_position_idx" ON "SensorReading"("organizationId", "sensorId", "observedAt", "position");

-- CreateIndex
CREATE INDEX "Anomaly_organizationId_machineId_idx" ON "Anomaly"("organizationId", "machineId");

-- CreateIndex
CREATE INDEX "Anomaly_organizationId_runId_idx" ON "Anomaly"("organizationId", "runId");

-- CreateIndex
CREATE INDEX "Anomaly_organizationId_buildId_idx" ON "Anomaly"("organizationId", "buildId");

-- CreateIndex
CREATE INDEX "Anomaly_organizationId_createdAt_id_idx" ON "Anomaly"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Anomaly_organizationId_source_externalId_key" ON "Anomaly"("organizationId", "source", "externalId");

-- CreateIndex
CREATE INDEX "Order_organizationId_locationId_idx" ON "Order"("organizationId", "locationId");

-- CreateIndex
CREATE INDEX "Order_organizationId_ownerId_idx" ON "Order"("organizationId", "ownerId");

-- CreateIndex
CREATE INDEX "Order_organizationId_status_id_idx" ON "Order"("organizationId", "status", "id");

-- CreateIndex
CREATE INDEX "Order_organizationId_dueDate_id_idx" ON "Order"("organizationId", "dueDate", "id");

-- CreateIndex
CREATE INDEX "Order_organizationId_priority_id_idx" ON "Order"("organizationId", "priority", "id");

-- CreateIndex
CREATE INDEX "Order_organizationId_createdAt_id_idx" ON "Order"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Order_organizationId_number_key" ON "Order"("organizationId", "number");

-- CreateIndex
CREATE INDEX "Product_organizationId_orderId_idx" ON "Product"("organizationId", "orderId");

-- CreateIndex
CREATE INDEX "LineItem_organizationId_productId_idx" ON "LineItem"("organizationId", "productId");

-- CreateIndex
CREATE INDEX "LineItem_organizationId_materialId_idx" ON "LineItem"("organizationId", "materialId");

-- CreateIndex
CREATE INDEX "LineItem_organizationId_workflowId_idx" ON "LineItem"("organizationId", "workflowId");

-- CreateIndex
CREATE INDEX "LineItem_organizationId_assigneeId_idx" ON "LineItem"("organizationId", "assigneeId");

-- CreateIndex
CREATE INDEX "LineItem_organizationId_status_id_idx" ON "LineItem"("organizationId", "status", "id");

-- CreateIndex
CREATE INDEX "LineItem_organizationId_createdAt_id_idx" ON "LineItem"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "LineItem_organizationId_orderId_position_key" ON "LineItem"("organizationId", "orderId", "position");

-- CreateIndex
CREATE INDEX "Piece_organizationId_orderId_id_idx" ON "Piece"("organizationId", "orderId", "id");

-- CreateIndex
CREATE INDEX "Piece_organizationId_workflowId_idx" ON "Piece"("organizationId", "workflowId");

-- CreateIndex
CREATE INDEX "Piece_organizationId_status_stepKind_id_idx" ON "Piece"("organizationId", "status", "stepKind", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Piece_organizationId_serial_key" ON "Piece"("organizationId", "serial");

-- CreateIndex
CREATE UNIQUE INDEX "Piece_organizationId_lineItemId_copy_key" ON "Piece"("organizationId", "lineItemId", "copy");

-- CreateIndex
CREATE INDEX "Operation_organizationId_processStepId_idx" ON "Operation"("organizationId", "processStepId");

-- CreateIndex
CREATE INDEX "Operation_organizationId_runId_id_idx" ON "Operation"("organizationId", "runId", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Operation_organizationId_pieceId_position_attempt_key" ON "Operation"("organizationId", "pieceId", "position", "attempt");

-- CreateIndex
CREATE INDEX "Run_organizationId_workstationId_status_idx" ON "Run"("organizationId", "workstationId", "status");

-- CreateIndex
CREATE INDEX "Run_organizationId_status_id_idx" ON "Run"("organizationId", "status", "id");

-- CreateIndex
CREATE INDEX "Run_organizationId_priority_id_idx" ON "Run"("organizationId", "priority", "id");

-- CreateIndex
CREATE INDEX "Run_organizationId_createdAt_id_idx" ON "Run"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Run_organizationId_number_key" ON "Run"("organizationId", "number");

-- CreateIndex
CREATE INDEX "Build_organizationId_runId_idx" ON "Build"("organizationId", "runId");

-- CreateIndex
CREATE INDEX "Build_organizationId_createdAt_id_idx" ON "Build"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Build_organizationId_machineId_name_attempt_key" ON "Build"("organizationId", "machineId", "name", "attempt");

-- CreateIndex
CREATE INDEX "Workflow_organizationId_sourceWorkflowId_idx" ON "Workflow"("organizationId", "sourceWorkflowId");

-- CreateIndex
CREATE UNIQUE INDEX "Workflow_organizationId_name_revision_key" ON "Workflow"("organizationId", "name", "revision");

-- CreateIndex
CREATE INDEX "ProcessStep_organizationId_workstationTypeId_idx" ON "ProcessStep"("organizationId", "workstationTypeId");

-- CreateIndex
CREATE UNIQUE INDEX "ProcessStep_organizationId_workflowId_position_key" ON "ProcessStep"("organizationId", "workflowId", "position");

-- AddForeignKey
ALTER TABLE "User" ADD CONSTRAINT "User_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ApiToken" ADD CONSTRAINT "ApiToken_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ApiToken" ADD CONSTRAINT "ApiToken_organizationId_userId_fkey" FOREIGN KEY ("organizationId", "userId") REFERENCES "User"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Location" ADD CONSTRAINT "Location_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Location" ADD CONSTRAINT "Location_organizationId_contactId_fkey" FOREIGN KEY ("organizationId", "contactId") REFERENCES "User"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "SubLocation" ADD CONSTRAINT "SubLocation_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "SubLocation" ADD CONSTRAINT "SubLocation_organizationId_locationId_fkey" FOREIGN KEY ("organizationId", "locationId") REFERENCES "Location"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "WorkstationType" ADD CONSTRAINT "WorkstationType_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "WorkstationType" ADD CONSTRAINT "WorkstationType_organizationId_manufacturerId_fkey" FOREIGN KEY ("organizationId", "manufacturerId") REFERENCES "Manufacturer"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "WorkstationTypeMaterial" ADD CONSTRAINT "WorkstationTypeMaterial_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "WorkstationTypeMaterial" ADD CONSTRAINT "WorkstationTypeMaterial_organizationId_workstationTypeId_fkey" FOREIGN KEY ("organizationId", "workstationTypeId") REFERENCES "WorkstationType"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "WorkstationTypeMaterial" ADD CONSTRAINT "WorkstationTypeMaterial_organizationId_materialId_fkey" FOREIGN KEY ("organizationId", "materialId") REFERENCES "Material"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Workstation" ADD CONSTRAINT "Workstation_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Workstation" ADD CONSTRAINT "Workstation_organizationId_workstationTypeId_fkey" FOREIGN KEY ("organizationId", "workstationTypeId") REFERENCES "WorkstationType"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Workstation" ADD CONSTRAINT "Workstation_organizationId_locationId_fkey" FOREIGN KEY ("organizationId", "locationId") REFERENCES "Location"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Workstation" ADD CONSTRAINT "Workstation_organizationId_subLocationId_fkey" FOREIGN KEY ("organizationId", "subLocationId") REFERENCES "SubLocation"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Machine" ADD CONSTRAINT "Machine_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Machine" ADD CONSTRAINT "Machine_organizationId_workstationId_fkey" FOREIGN KEY ("organizationId", "workstationId") REFERENCES "Workstation"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Manufacturer" ADD CONSTRAINT "Manufacturer_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Material" ADD CONSTRAINT "Material_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Material" ADD CONSTRAINT "Material_organizationId_manufacturerId_fkey" FOREIGN KEY ("organizationId", "manufacturerId") REFERENCES "Manufacturer"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Sensor" ADD CONSTRAINT "Sensor_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Sensor" ADD CONSTRAINT "Sensor_organizationId_machineId_fkey" FOREIGN KEY ("organizationId", "machineId") REFERENCES "Machine"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Sensor" ADD CONSTRAINT "Sensor_organizationId_subLocationId_fkey" FOREIGN KEY ("organizationId", "subLocationId") REFERENCES "SubLocation"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "SensorReading" ADD CONSTRAINT "SensorReading_organizationId_sensorId_fkey" FOREIGN KEY ("organizationId", "sensorId") REFERENCES "Sensor"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Anomaly" ADD CONSTRAINT "Anomaly_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Anomaly" ADD CONSTRAINT "Anomaly_organizationId_machineId_fkey" FOREIGN KEY ("organizationId", "machineId") REFERENCES "Machine"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Anomaly" ADD CONSTRAINT "Anomaly_organizationId_runId_fkey" FOREIGN KEY ("organizationId", "runId") REFERENCES "Run"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Anomaly" ADD CONSTRAINT "Anomaly_organizationId_buildId_fkey" FOREIGN KEY ("organizationId", "buildId") REFERENCES "Build"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Order" ADD CONSTRAINT "Order_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Order" ADD CONSTRAINT "Order_organizationId_locationId_fkey" FOREIGN KEY ("organizationId", "locationId") REFERENCES "Location"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Order" ADD CONSTRAINT "Order_organizationId_ownerId_fkey" FOREIGN KEY ("organizationId", "ownerId") REFERENCES "User"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Product" ADD CONSTRAINT "Product_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Product" ADD CONSTRAINT "Product_organizationId_orderId_fkey" FOREIGN KEY ("organizationId", "orderId") REFERENCES "Order"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "LineItem" ADD CONSTRAINT "LineItem_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "LineItem" ADD CONSTRAINT "LineItem_organizationId_orderId_fkey" FOREIGN KEY ("organizationId", "orderId") REFERENCES "Order"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "LineItem" ADD CONSTRAINT "LineItem_organizationId_productId_fkey" FOREIGN KEY ("organizationId", "productId") REFERENCES "Product"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "LineItem" ADD CONSTRAINT "LineItem_organizationId_materialId_fkey" FOREIGN KEY ("organizationId", "materialId") REFERENCES "Material"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "LineItem" ADD CONSTRAINT "LineItem_organizationId_workflowId_fkey" FOREIGN KEY ("organizationId", "workflowId") REFERENCES "Workflow"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "LineItem" ADD CONSTRAINT "LineItem_organizationId_assigneeId_fkey" FOREIGN KEY ("organizationId", "assigneeId") REFERENCES "User"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Piece" ADD CONSTRAINT "Piece_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Piece" ADD CONSTRAINT "Piece_organizationId_orderId_fkey" FOREIGN KEY ("organizationId", "orderId") REFERENCES "Order"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Piece" ADD CONSTRAINT "Piece_organizationId_lineItemId_fkey" FOREIGN KEY ("organizationId", "lineItemId") REFERENCES "LineItem"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Piece" ADD CONSTRAINT "Piece_organizationId_workflowId_fkey" FOREIGN KEY ("organizationId", "workflowId") REFERENCES "Workflow"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Operation" ADD CONSTRAINT "Operation_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Operation" ADD CONSTRAINT "Operation_organizationId_pieceId_fkey" FOREIGN KEY ("organizationId", "pieceId") REFERENCES "Piece"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Operation" ADD CONSTRAINT "Operation_organizationId_processStepId_fkey" FOREIGN KEY ("organizationId", "processStepId") REFERENCES "ProcessStep"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Operation" ADD CONSTRAINT "Operation_organizationId_runId_fkey" FOREIGN KEY ("organizationId", "runId") REFERENCES "Run"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Run" ADD CONSTRAINT "Run_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Run" ADD CONSTRAINT "Run_organizationId_workstationId_fkey" FOREIGN KEY ("organizationId", "workstationId") REFERENCES "Workstation"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Build" ADD CONSTRAINT "Build_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Build" ADD CONSTRAINT "Build_organizationId_machineId_fkey" FOREIGN KEY ("organizationId", "machineId") REFERENCES "Machine"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Build" ADD CONSTRAINT "Build_organizationId_runId_fkey" FOREIGN KEY ("organizationId", "runId") REFERENCES "Run"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Workflow" ADD CONSTRAINT "Workflow_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Workflow" ADD CONSTRAINT "Workflow_organizationId_sourceWorkflowId_fkey" FOREIGN KEY ("organizationId", "sourceWorkflowId") REFERENCES "Workflow"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ProcessStep" ADD CONSTRAINT "ProcessStep_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ProcessStep" ADD CONSTRAINT "ProcessStep_organizationId_workflowId_fkey" FOREIGN KEY ("organizationId", "workflowId") REFERENCES "Workflow"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "ProcessStep" ADD CONSTRAINT "ProcessStep_organizationId_workstationTypeId_fkey" FOREIGN KEY ("organizationId", "workstationTypeId") REFERENCES "WorkstationType"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- ---------------------------------------------------------------------------------------------------------------
-- What the Prisma schema cannot say.

-- No row changes its organization: else an update of a parent would carry its children into another one.
CREATE FUNCTION hm_refuse_other_organization() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'organizationId of % never changes', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;

-- Every migration that makes a table with an organizationId calls this for it (a test over the catalogue demands it).
CREATE FUNCTION hm_guard_tenant(VARIADIC tables text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY tables LOOP
    EXECUTE format(
      'CREATE TRIGGER hm_guard_tenant BEFORE UPDATE OF "organizationId" ON %I FOR EACH ROW
         WHEN (OLD."organizationId" IS DISTINCT FROM NEW."organizationId")
         EXECUTE FUNCTION hm_refuse_other_organization()', name);
  END LOOP;
END $$;

SELECT hm_guard_tenant(
  'User', 'ApiToken', 'Location', 'SubLocation', 'Manufacturer', 'Material', 'WorkstationType',
  'WorkstationTypeMaterial', 'Workstation', 'Machine', 'Workflow', 'ProcessStep', 'Order', 'Product', 'LineItem',
  'Piece', 'Operation', 'Run', 'Build', 'Sensor', 'SensorReading', 'ReadingHead', 'Anomaly', 'Event', 'EventDraft',
  'EventHead', 'CommandReceipt', 'Counter');

-- The log is append-only.
CREATE FUNCTION hm_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the event log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER hm_append_only BEFORE UPDATE OR DELETE ON "Event"
  FOR EACH ROW EXECUTE FUNCTION hm_refuse_rewriting();
CREATE TRIGGER hm_append_only_truncate BEFORE TRUNCATE ON "Event"
  FOR EACH STATEMENT EXECUTE FUNCTION hm_refuse_rewriting();

-- At commit: take the organization's next block of positions and append the draft's events to the log. Deferred,
-- so that the head's row is locked during the commit alone. Positions taken from a sequence, or earlier in the
-- transaction, would let a later commit overtake an earlier position, and a subscriber would never see it.
CREATE FUNCTION hm_append_events() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  base bigint;
  count integer := jsonb_array_length(NEW.events);
BEGIN
  UPDATE "EventHead" SET "position" = "position" + count
    WHERE "organizationId" = NEW."organizationId" RETURNING "position" - count INTO base;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the organization % has no event head', NEW."organizationId";
  END IF;
  INSERT INTO "Event" ("organizationId", "position", kind, "subjectType", "subjectId", version, related, before, after,
      data, "actorKind", "actorId", "requestId", reason, "causeId", "occurredAt", "recordedAt")
  SELECT NEW."organizationId", base + entry.place, e->>'kind', e->>'subjectType', (e->>'subjectId')::uuid,
      (e->>'version')::int, ARRAY(SELECT jsonb_array_elements_text(e->'related')::uuid),
      nullif(e->'before', 'null'), nullif(e->'after', 'null'), nullif(e->'data', 'null'),
      (e->>'actorKind')::"ActorKind", (e->>'actorId')::uuid, e->>'requestId', e->>'reason', (e->>'causeId')::uuid,
      (e->>'occurredAt')::timestamptz, date_trunc('milliseconds', clock_timestamp())
  FROM jsonb_array_elements(NEW.events) WITH ORDINALITY AS entry(e, place);
  DELETE FROM "EventDraft" WHERE "organizationId" = NEW."organizationId" AND id = NEW.id;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER "EventDraft_append" AFTER INSERT ON "EventDraft"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hm_append_events();

-- What no input check may let through, whatever code forgets.
ALTER TABLE "LineItem" ADD CONSTRAINT "LineItem_quantity_check" CHECK (quantity > 0);
ALTER TABLE "Workstation" ADD CONSTRAINT "Workstation_inProgressMax_check" CHECK ("inProgressMax" > 0);
ALTER TABLE "Build" ADD CONSTRAINT "Build_layers_check" CHECK ("currentLayer" >= 0 AND layers >= 0);
-- At most one open attempt of a step: two runs can never hold the same work.
CREATE UNIQUE INDEX "hm_Operation_open" ON "Operation" ("organizationId", "pieceId", "position")
  WHERE status IN ('CREATED', 'QUEUED', 'IN_PROGRESS');
-- Dashboards ask for what is late.
CREATE INDEX "hm_Order_open_due" ON "Order" ("organizationId", "dueDate", id)
  WHERE status NOT IN ('COMPLETE', 'CANCELLED');
-- One default area a location.
CREATE UNIQUE INDEX "hm_SubLocation_default" ON "SubLocation" ("organizationId", "locationId")
  WHERE "isDefault" AND "archivedAt" IS NULL;
