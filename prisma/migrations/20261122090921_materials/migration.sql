-- CreateEnum
CREATE TYPE "LocationNotification" AS ENUM ('ORDER_CREATED', 'ORDER_OWNER_ASSIGNED', 'LINE_ITEMS_CONFIRMED', 'ORDER_SCHEDULED', 'ORDER_STARTED_PRINTING', 'ORDER_SHIPPED', 'ORDER_COMPLETED', 'PRINT_ERROR');

-- CreateEnum
CREATE TYPE "MaterialLotStatus" AS ENUM ('ON_ORDER', 'RECEIVED', 'IN_STORAGE', 'IN_TESTING', 'AVAILABLE', 'IN_USE', 'DONE', 'SCRAPPED', 'RETURNED');

-- CreateEnum
CREATE TYPE "MaterialContainerType" AS ENUM ('DISPOSABLE', 'PERMANENT', 'DOSE', 'OVERFLOW', 'BUILD', 'CYCLONE');

-- CreateEnum
CREATE TYPE "MaterialContainerStatus" AS ENUM ('NEW', 'IN_USE', 'EMPTY');

-- CreateEnum
CREATE TYPE "MaterialBatchStatus" AS ENUM ('NEW', 'IN_USE', 'IDLE', 'DONE');

-- CreateEnum
CREATE TYPE "PowderQuality" AS ENUM ('NEW', 'SIEVED', 'UNSIEVED', 'UNKNOWN');

-- CreateEnum
CREATE TYPE "MaterialActionType" AS ENUM ('ORDER_LOT', 'RECEIVE_LOT', 'ADD_CONTAINERS', 'EDIT_CONTAINERS', 'REMOVE_CONTAINERS', 'SCRAP_LOT', 'RETURN_LOT', 'CREATE_INITIAL_BATCH', 'ADD_CONTAINER', 'CONTAINERIZE', 'SPLIT', 'BLEND', 'SIEVE', 'LOAD', 'TOP_OFF', 'CONSUME', 'UNLOAD_CHAMBER', 'UNLOAD_HOPPER', 'SAMPLE', 'SCRAP', 'RETURN', 'ADJUST', 'RELOCATE', 'DOCK', 'UNDOCK', 'EDIT_DETAILS', 'DEFER_BUILD', 'RECONCILE_BUILD', 'LOAD_CONTAINER', 'TOP_OFF_CONTAINER', 'TRANSFER_CONTAINER', 'UNLOAD_CONTAINER', 'SPLIT_CONTAINER', 'SCRAP_CONTAINER', 'CLEAN_CONTAINER', 'RELOCATE_CONTAINER', 'DOCK_CONTAINER', 'UNDOCK_CONTAINER', 'SET_TARE', 'RECLASSIFY', 'REVERSE');

-- CreateEnum
CREATE TYPE "MaterialPlace" AS ENUM ('SUPPLIER', 'CONTAINER', 'BATCH', 'LOADED', 'PIECE', 'SCRAP', 'SIEVE_LOSS', 'PROCESS_LOSS', 'SAMPLE', 'RETURNED', 'ADJUSTMENT');

-- CreateEnum
CREATE TYPE "StockActionType" AS ENUM ('CONSUME', 'REPLENISH', 'RECONCILE');

-- CreateEnum
CREATE TYPE "HoldStatus" AS ENUM ('PROPOSED', 'OPEN', 'RELEASED', 'DISMISSED');

-- CreateEnum
CREATE TYPE "HoldSubject" AS ENUM ('LOT', 'BATCH', 'CONTAINER', 'PIECE', 'WORKSTATION', 'SENSOR');

-- CreateEnum
CREATE TYPE "Disposition" AS ENUM ('USE_AS_IS', 'REWORK', 'SCRAP', 'RETURN');

-- CreateEnum
CREATE TYPE "TestVerdict" AS ENUM ('PASS', 'FAIL', 'RECORDED');

-- AlterTable
ALTER TABLE "Location" ADD COLUMN     "notifications" "LocationNotification"[];

-- AlterTable
ALTER TABLE "Material" ADD COLUMN     "balanceTolerance" DECIMAL(7,6) NOT NULL DEFAULT 0.02,
ADD COLUMN     "clonedFromId" UUID,
ADD COLUMN     "cost" DECIMAL(18,6),
ADD COLUMN     "lotMixing" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "postProcessingTime" INTEGER,
ADD COLUMN     "templateCode" TEXT,
ADD COLUMN     "thirdPartyFulfillment" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "usageCyclesLimit" INTEGER;

-- CreateTable
CREATE TABLE "CurrencyConversion" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "currency" TEXT NOT NULL,
    "rate" DECIMAL(24,12) NOT NULL,
    "isDefault" BOOLEAN NOT NULL DEFAULT false,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "CurrencyConversion_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MaterialBlendPartner" (
    "organizationId" UUID NOT NULL,
    "materialId" UUID NOT NULL,
    "partnerId" UUID NOT NULL,

    CONSTRAINT "MaterialBlendPartner_pkey" PRIMARY KEY ("organizationId","materialId","partnerId")
);

-- CreateTable
CREATE TABLE "MaterialPurchaseOrder" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "materialId" UUID NOT NULL,
    "supplier" TEXT,
    "plannedQuantity" DECIMAL(38,12) NOT NULL,
    "notes" TEXT,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MaterialPurchaseOrder_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MaterialLot" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "materialId" UUID NOT NULL,
    "status" "MaterialLotStatus" NOT NULL,
    "purchaseOrderId" UUID,
    "supplierLotNumber" TEXT,
    "deliveryId" TEXT,
    "estimatedDeliveryAt" TIMESTAMPTZ(3),
    "deliveredAt" TIMESTAMPTZ(3),
    "receivedById" UUID,
    "expiresAt" TIMESTAMPTZ(3),
    "usageCyclesLimit" INTEGER,
    "cost" DECIMAL(18,6),
    "locationId" UUID NOT NULL,
    "subLocationId" UUID,
    "fullQuantity" DECIMAL(38,12) NOT NULL DEFAULT 0,
    "notes" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MaterialLot_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MaterialContainer" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "type" "MaterialContainerType" NOT NULL,
    "status" "MaterialContainerStatus" NOT NULL DEFAULT 'NEW',
    "lotId" UUID,
    "materialId" UUID,
    "batchId" UUID,
    "fullQuantity" DECIMAL(38,12) NOT NULL DEFAULT 0,
    "quantity" DECIMAL(38,12) NOT NULL DEFAULT 0,
    "tare" DECIMAL(18,6),
    "cleanedAt" TIMESTAMPTZ(3),
    "locationId" UUID NOT NULL,
    "subLocationId" UUID,
    "workstationId" UUID,
    "notes" TEXT,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MaterialContainer_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MaterialContainerRestriction" (
    "organizationId" UUID NOT NULL,
    "containerId" UUID NOT NULL,
    "materialId" UUID NOT NULL,

    CONSTRAINT "MaterialContainerRestriction_pkey" PRIMARY KEY ("organizationId","containerId","materialId")
);

-- CreateTable
CREATE TABLE "MaterialContainerFilling" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "containerId" UUID NOT NULL,
    "batchId" UUID NOT NULL,
    "nodeId" UUID NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "MaterialContainerFilling_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MaterialBatch" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "materialId" UUID NOT NULL,
    "status" "MaterialBatchStatus" NOT NULL DEFAULT 'NEW',
    "customStatus" TEXT,
    "quality" "PowderQuality" NOT NULL DEFAULT 'NEW',
    "quantity" DECIMAL(38,12) NOT NULL,
    "reserved" DECIMAL(38,12) NOT NULL DEFAULT 0,
    "fullQuantity" DECIMAL(38,12) NOT NULL,
    "usageCycles" INTEGER NOT NULL DEFAULT 0,
    "usageCyclesLimit" INTEGER,
    "expiresAt" TIMESTAMPTZ(3),
    "isInitial" BOOLEAN NOT NULL DEFAULT false,
    "locationId" UUID NOT NULL,
    "subLocationId" UUID,
    "workstationId" UUID,
    "dockedAtId" UUID,
    "externalBuildId" TEXT,
    "notes" TEXT,
    "nodeId" UUID NOT NULL,
    "mixedLots" JSONB NOT NULL,
    "mixedCycles" JSONB NOT NULL,
    "lots" JSONB NOT NULL,
    "cycles" JSONB NOT NULL,
    "reservedLots" JSONB NOT NULL,
    "reservedCycles" JSONB NOT NULL,
    "lastActionId" UUID,
    "lastActionAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MaterialBatch_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MaterialBatchExposure" (
    "organizationId" UUID NOT NULL,
    "batchId" UUID NOT NULL,
    "workstationTypeId" UUID NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MaterialBatchExposure_pkey" PRIMARY KEY ("organizationId","batchId","workstationTypeId")
);

-- CreateTable
CREATE TABLE "MaterialStay" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "batchId" UUID NOT NULL,
    "nodeId" UUID NOT NULL,
    "locationId" UUID NOT NULL,
    "subLocationId" UUID,
    "workstationId" UUID,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "MaterialStay_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MaterialAction" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "sequence" BIGSERIAL NOT NULL,
    "type" "MaterialActionType" NOT NULL,
    "lotId" UUID,
    "containerId" UUID,
    "batchId" UUID,
    "workstationId" UUID,
    "runId" UUID,
    "quantity" DECIMAL(38,12),
    "reason" TEXT,
    "notes" TEXT,
    "data" JSONB,
    "previousActionId" UUID,
    "parentActionId" UUID,
    "reversesId" UUID,
    "performedById" UUID,
    "occurredAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MaterialAction_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MaterialPosting" (
    "organizationId" UUID NOT NULL,
    "batchId" UUID NOT NULL,
    "actionId" UUID NOT NULL,
    "change" DECIMAL(38,12) NOT NULL,
    "reservedChange" DECIMAL(38,12) NOT NULL,
    "quantityAfter" DECIMAL(38,12) NOT NULL,
    "reservedAfter" DECIMAL(38,12) NOT NULL,

    CONSTRAINT "MaterialPosting_pkey" PRIMARY KEY ("organizationId","batchId","actionId")
);

-- CreateTable
CREATE TABLE "MaterialLink" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "actionId" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "fromPlace" "MaterialPlace" NOT NULL,
    "toPlace" "MaterialPlace" NOT NULL,
    "fromNode" UUID,
    "toNode" UUID,
    "sourceBatchId" UUID,
    "destinationBatchId" UUID,
    "containerId" UUID,
    "pieceId" UUID,
    "quantity" DECIMAL(38,12) NOT NULL,
    "cycleShift" INTEGER NOT NULL DEFAULT 0,
    "lots" JSONB NOT NULL,
    "cycles" JSONB NOT NULL,
    "traits" JSONB,
    "occurredAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MaterialLink_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MaterialTransaction" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "batchId" UUID NOT NULL,
    "containerId" UUID NOT NULL,
    "containerType" "MaterialContainerType" NOT NULL,
    "actionId" UUID NOT NULL,
    "deferredById" UUID NOT NULL,
    "parentId" UUID,
    "externalBuildId" TEXT,
    "initialQuantity" DECIMAL(38,12) NOT NULL,
    "quantity" DECIMAL(38,12),
    "initiallyReconciledAt" TIMESTAMPTZ(3),
    "reconciledAtId" UUID,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MaterialTransaction_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Stock" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "materialId" UUID NOT NULL,
    "locationId" UUID NOT NULL,
    "workstationId" UUID,
    "trackQuantity" BOOLEAN NOT NULL DEFAULT true,
    "countedQuantity" DECIMAL(38,12) NOT NULL DEFAULT 0,
    "countedOnOrder" DECIMAL(38,12) NOT NULL DEFAULT 0,
    "minimum" DECIMAL(38,12),
    "maximum" DECIMAL(38,12),
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Stock_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "StockAction" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "stockId" UUID NOT NULL,
    "type" "StockActionType" NOT NULL,
    "quantity" DECIMAL(38,12) NOT NULL,
    "quantityAfter" DECIMAL(38,12) NOT NULL,
    "reason" TEXT,
    "notes" TEXT,
    "runId" UUID,
    "data" JSONB,
    "performedById" UUID,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "StockAction_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "StockActionShare" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "stockActionId" UUID NOT NULL,
    "isSource" BOOLEAN NOT NULL,
    "lotId" UUID,
    "pieceId" UUID,
    "quantity" DECIMAL(38,12) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "StockActionShare_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Hold" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "status" "HoldStatus" NOT NULL DEFAULT 'OPEN',
    "subject" "HoldSubject" NOT NULL,
    "lotId" UUID,
    "batchId" UUID,
    "containerId" UUID,
    "pieceId" UUID,
    "workstationId" UUID,
    "sensorId" UUID,
    "fromAt" TIMESTAMPTZ(3),
    "untilAt" TIMESTAMPTZ(3),
    "reason" TEXT NOT NULL,
    "reference" TEXT,
    "testReportId" UUID,
    "placedById" UUID,
    "closedById" UUID,
    "closedAt" TIMESTAMPTZ(3),
    "closingNote" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Hold_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "HoldDisposition" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "holdId" UUID NOT NULL,
    "batchId" UUID,
    "containerId" UUID,
    "pieceId" UUID,
    "decision" "Disposition" NOT NULL,
    "quantity" DECIMAL(38,12),
    "note" TEXT,
    "decidedById" UUID,
    "approvedById" UUID,
    "approvedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "HoldDisposition_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MaterialSample" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "batchId" UUID NOT NULL,
    "actionId" UUID NOT NULL,
    "quantity" DECIMAL(38,12) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MaterialSample_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MaterialTestOperation" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MaterialTestOperation_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MaterialTestInstruction" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "operationId" UUID NOT NULL,
    "materialId" UUID,
    "panelId" UUID,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "unit" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "lowerLimit" DECIMAL(38,12),
    "upperLimit" DECIMAL(38,12),
    "archivedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MaterialTestInstruction_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MaterialTestPanel" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "sampleId" UUID NOT NULL,
    "startedAt" TIMESTAMPTZ(3),
    "completedAt" TIMESTAMPTZ(3),
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MaterialTestPanel_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MaterialTestPanelOperation" (
    "organizationId" UUID NOT NULL,
    "panelId" UUID NOT NULL,
    "operationId" UUID NOT NULL,
    "position" INTEGER NOT NULL,

    CONSTRAINT "MaterialTestPanelOperation_pkey" PRIMARY KEY ("organizationId","panelId","operationId")
);

-- CreateTable
CREATE TABLE "MaterialTestReport" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "panelId" UUID NOT NULL,
    "instructionId" UUID NOT NULL,
    "value" DECIMAL(38,12) NOT NULL,
    "unit" TEXT NOT NULL,
    "lowerLimit" DECIMAL(38,12),
    "upperLimit" DECIMAL(38,12),
    "verdict" "TestVerdict" NOT NULL,
    "notes" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "MaterialTestReport_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "CurrencyConversion_organizationId_currency_key" ON "CurrencyConversion"("organizationId", "currency");

-- CreateIndex
CREATE INDEX "MaterialBlendPartner_organizationId_partnerId_idx" ON "MaterialBlendPartner"("organizationId", "partnerId");

-- CreateIndex
CREATE INDEX "MaterialPurchaseOrder_organizationId_materialId_idx" ON "MaterialPurchaseOrder"("organizationId", "materialId");

-- CreateIndex
CREATE UNIQUE INDEX "MaterialPurchaseOrder_organizationId_number_key" ON "MaterialPurchaseOrder"("organizationId", "number");

-- CreateIndex
CREATE INDEX "MaterialLot_organizationId_materialId_idx" ON "MaterialLot"("organizationId", "materialId");

-- CreateIndex
CREATE INDEX "MaterialLot_organizationId_purchaseOrderId_idx" ON "MaterialLot"("organizationId", "purchaseOrderId");

-- CreateIndex
CREATE INDEX "MaterialLot_organizationId_receivedById_idx" ON "MaterialLot"("organizationId", "receivedById");

-- CreateIndex
CREATE INDEX "MaterialLot_organizationId_locationId_materialId_idx" ON "MaterialLot"("organizationId", "locationId", "materialId");

-- CreateIndex
CREATE INDEX "MaterialLot_organizationId_subLocationId_idx" ON "MaterialLot"("organizationId", "subLocationId");

-- CreateIndex
CREATE INDEX "MaterialLot_organizationId_status_id_idx" ON "MaterialLot"("organizationId", "status", "id");

-- CreateIndex
CREATE INDEX "MaterialLot_organizationId_createdAt_id_idx" ON "MaterialLot"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "MaterialLot_organizationId_name_key" ON "MaterialLot"("organizationId", "name");

-- CreateIndex
CREATE INDEX "MaterialContainer_organizationId_lotId_idx" ON "MaterialContainer"("organizationId", "lotId");

-- CreateIndex
CREATE INDEX "MaterialContainer_organizationId_materialId_idx" ON "MaterialContainer"("organizationId", "materialId");

-- CreateIndex
CREATE INDEX "MaterialContainer_organizationId_batchId_idx" ON "MaterialContainer"("organizationId", "batchId");

-- CreateIndex
CREATE INDEX "MaterialContainer_organizationId_locationId_idx" ON "MaterialContainer"("organizationId", "locationId");

-- CreateIndex
CREATE INDEX "MaterialContainer_organizationId_subLocationId_idx" ON "MaterialContainer"("organizationId", "subLocationId");

-- CreateIndex
CREATE INDEX "MaterialContainer_organizationId_workstationId_idx" ON "MaterialContainer"("organizationId", "workstationId");

-- CreateIndex
CREATE INDEX "MaterialContainer_organizationId_createdAt_id_idx" ON "MaterialContainer"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "MaterialContainer_organizationId_name_key" ON "MaterialContainer"("organizationId", "name");

-- CreateIndex
CREATE INDEX "MaterialContainerRestriction_organizationId_materialId_idx" ON "MaterialContainerRestriction"("organizationId", "materialId");

-- CreateIndex
CREATE INDEX "MaterialContainerFilling_organizationId_containerId_started_idx" ON "MaterialContainerFilling"("organizationId", "containerId", "startedAt");

-- CreateIndex
CREATE INDEX "MaterialContainerFilling_organizationId_batchId_startedAt_idx" ON "MaterialContainerFilling"("organizationId", "batchId", "startedAt");

-- CreateIndex
CREATE INDEX "MaterialBatch_organizationId_materialId_idx" ON "MaterialBatch"("organizationId", "materialId");

-- CreateIndex
CREATE INDEX "MaterialBatch_organizationId_locationId_idx" ON "MaterialBatch"("organizationId", "locationId");

-- CreateIndex
CREATE INDEX "MaterialBatch_organizationId_subLocationId_idx" ON "MaterialBatch"("organizationId", "subLocationId");

-- CreateIndex
CREATE INDEX "MaterialBatch_organizationId_workstationId_idx" ON "MaterialBatch"("organizationId", "workstationId");

-- CreateIndex
CREATE INDEX "MaterialBatch_organizationId_dockedAtId_idx" ON "MaterialBatch"("organizationId", "dockedAtId");

-- CreateIndex
CREATE INDEX "MaterialBatch_organizationId_lastActionId_idx" ON "MaterialBatch"("organizationId", "lastActionId");

-- CreateIndex
CREATE INDEX "MaterialBatch_organizationId_status_id_idx" ON "MaterialBatch"("organizationId", "status", "id");

-- CreateIndex
CREATE INDEX "MaterialBatch_organizationId_createdAt_id_idx" ON "MaterialBatch"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "MaterialBatch_organizationId_name_key" ON "MaterialBatch"("organizationId", "name");

-- CreateIndex
CREATE INDEX "MaterialBatchExposure_organizationId_workstationTypeId_idx" ON "MaterialBatchExposure"("organizationId", "workstationTypeId");

-- CreateIndex
CREATE INDEX "MaterialStay_organizationId_batchId_startedAt_idx" ON "MaterialStay"("organizationId", "batchId", "startedAt");

-- CreateIndex
CREATE INDEX "MaterialStay_organizationId_locationId_startedAt_idx" ON "MaterialStay"("organizationId", "locationId", "startedAt");

-- CreateIndex
CREATE INDEX "MaterialStay_organizationId_subLocationId_startedAt_idx" ON "MaterialStay"("organizationId", "subLocationId", "startedAt");

-- CreateIndex
CREATE INDEX "MaterialStay_organizationId_workstationId_startedAt_idx" ON "MaterialStay"("organizationId", "workstationId", "startedAt");

-- CreateIndex
CREATE INDEX "MaterialAction_organizationId_lotId_occurredAt_idx" ON "MaterialAction"("organizationId", "lotId", "occurredAt");

-- CreateIndex
CREATE INDEX "MaterialAction_organizationId_containerId_occurredAt_idx" ON "MaterialAction"("organizationId", "containerId", "occurredAt");

-- CreateIndex
CREATE INDEX "MaterialAction_organizationId_batchId_occurredAt_idx" ON "MaterialAction"("organizationId", "batchId", "occurredAt");

-- CreateIndex
CREATE INDEX "MaterialAction_organizationId_workstationId_occurredAt_idx" ON "MaterialAction"("organizationId", "workstationId", "occurredAt");

-- CreateIndex
CREATE INDEX "MaterialAction_organizationId_runId_idx" ON "MaterialAction"("organizationId", "runId");

-- CreateIndex
CREATE INDEX "MaterialAction_organizationId_previousActionId_idx" ON "MaterialAction"("organizationId", "previousActionId");

-- CreateIndex
CREATE INDEX "MaterialAction_organizationId_parentActionId_idx" ON "MaterialAction"("organizationId", "parentActionId");

-- CreateIndex
CREATE INDEX "MaterialAction_organizationId_reversesId_idx" ON "MaterialAction"("organizationId", "reversesId");

-- CreateIndex
CREATE INDEX "MaterialAction_organizationId_performedById_idx" ON "MaterialAction"("organizationId", "performedById");

-- CreateIndex
CREATE INDEX "MaterialAction_organizationId_occurredAt_id_idx" ON "MaterialAction"("organizationId", "occurredAt", "id");

-- CreateIndex
CREATE INDEX "MaterialAction_organizationId_createdAt_id_idx" ON "MaterialAction"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "MaterialPosting_organizationId_actionId_idx" ON "MaterialPosting"("organizationId", "actionId");

-- CreateIndex
CREATE INDEX "MaterialLink_organizationId_actionId_position_idx" ON "MaterialLink"("organizationId", "actionId", "position");

-- CreateIndex
CREATE INDEX "MaterialLink_organizationId_toNode_fromNode_idx" ON "MaterialLink"("organizationId", "toNode", "fromNode");

-- CreateIndex
CREATE INDEX "MaterialLink_organizationId_sourceBatchId_idx" ON "MaterialLink"("organizationId", "sourceBatchId");

-- CreateIndex
CREATE INDEX "MaterialLink_organizationId_destinationBatchId_idx" ON "MaterialLink"("organizationId", "destinationBatchId");

-- CreateIndex
CREATE INDEX "MaterialLink_organizationId_containerId_idx" ON "MaterialLink"("organizationId", "containerId");

-- CreateIndex
CREATE INDEX "MaterialLink_organizationId_pieceId_idx" ON "MaterialLink"("organizationId", "pieceId");

-- CreateIndex
CREATE INDEX "MaterialTransaction_organizationId_batchId_idx" ON "MaterialTransaction"("organizationId", "batchId");

-- CreateIndex
CREATE INDEX "MaterialTransaction_organizationId_containerId_idx" ON "MaterialTransaction"("organizationId", "containerId");

-- CreateIndex
CREATE INDEX "MaterialTransaction_organizationId_actionId_idx" ON "MaterialTransaction"("organizationId", "actionId");

-- CreateIndex
CREATE INDEX "MaterialTransaction_organizationId_deferredById_idx" ON "MaterialTransaction"("organizationId", "deferredById");

-- CreateIndex
CREATE INDEX "MaterialTransaction_organizationId_parentId_idx" ON "MaterialTransaction"("organizationId", "parentId");

-- CreateIndex
CREATE INDEX "MaterialTransaction_organizationId_reconciledAtId_idx" ON "MaterialTransaction"("organizationId", "reconciledAtId");

-- CreateIndex
CREATE INDEX "Stock_organizationId_locationId_idx" ON "Stock"("organizationId", "locationId");

-- CreateIndex
CREATE INDEX "Stock_organizationId_workstationId_idx" ON "Stock"("organizationId", "workstationId");

-- CreateIndex
CREATE INDEX "Stock_organizationId_materialId_idx" ON "Stock"("organizationId", "materialId");

-- CreateIndex
CREATE INDEX "StockAction_organizationId_stockId_createdAt_idx" ON "StockAction"("organizationId", "stockId", "createdAt");

-- CreateIndex
CREATE INDEX "StockAction_organizationId_runId_idx" ON "StockAction"("organizationId", "runId");

-- CreateIndex
CREATE INDEX "StockAction_organizationId_performedById_idx" ON "StockAction"("organizationId", "performedById");

-- CreateIndex
CREATE INDEX "StockActionShare_organizationId_stockActionId_idx" ON "StockActionShare"("organizationId", "stockActionId");

-- CreateIndex
CREATE INDEX "StockActionShare_organizationId_lotId_idx" ON "StockActionShare"("organizationId", "lotId");

-- CreateIndex
CREATE INDEX "StockActionShare_organizationId_pieceId_idx" ON "StockActionShare"("organizationId", "pieceId");

-- CreateIndex
CREATE INDEX "Hold_organizationId_lotId_idx" ON "Hold"("organizationId", "lotId");

-- CreateIndex
CREATE INDEX "Hold_organizationId_batchId_idx" ON "Hold"("organizationId", "batchId");

-- CreateIndex
CREATE INDEX "Hold_organizationId_containerId_idx" ON "Hold"("organizationId", "containerId");

-- CreateIndex
CREATE INDEX "Hold_organizationId_pieceId_idx" ON "Hold"("organizationId", "pieceId");

-- CreateIndex
CREATE INDEX "Hold_organizationId_workstationId_idx" ON "Hold"("organizationId", "workstationId");

-- CreateIndex
CREATE INDEX "Hold_organizationId_sensorId_idx" ON "Hold"("organizationId", "sensorId");

-- CreateIndex
CREATE INDEX "Hold_organizationId_testReportId_idx" ON "Hold"("organizationId", "testReportId");

-- CreateIndex
CREATE INDEX "Hold_organizationId_placedById_idx" ON "Hold"("organizationId", "placedById");

-- CreateIndex
CREATE INDEX "Hold_organizationId_closedById_idx" ON "Hold"("organizationId", "closedById");

-- CreateIndex
CREATE INDEX "Hold_organizationId_status_id_idx" ON "Hold"("organizationId", "status", "id");

-- CreateIndex
CREATE INDEX "Hold_organizationId_createdAt_id_idx" ON "Hold"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Hold_organizationId_number_key" ON "Hold"("organizationId", "number");

-- CreateIndex
CREATE INDEX "HoldDisposition_organizationId_holdId_idx" ON "HoldDisposition"("organizationId", "holdId");

-- CreateIndex
CREATE INDEX "HoldDisposition_organizationId_batchId_idx" ON "HoldDisposition"("organizationId", "batchId");

-- CreateIndex
CREATE INDEX "HoldDisposition_organizationId_containerId_idx" ON "HoldDisposition"("organizationId", "containerId");

-- CreateIndex
CREATE INDEX "HoldDisposition_organizationId_pieceId_idx" ON "HoldDisposition"("organizationId", "pieceId");

-- CreateIndex
CREATE INDEX "HoldDisposition_organizationId_decidedById_idx" ON "HoldDisposition"("organizationId", "decidedById");

-- CreateIndex
CREATE INDEX "HoldDisposition_organizationId_approvedById_idx" ON "HoldDisposition"("organizationId", "approvedById");

-- CreateIndex
CREATE INDEX "MaterialSample_organizationId_batchId_idx" ON "MaterialSample"("organizationId", "batchId");

-- CreateIndex
CREATE INDEX "MaterialSample_organizationId_actionId_idx" ON "MaterialSample"("organizationId", "actionId");

-- CreateIndex
CREATE UNIQUE INDEX "MaterialSample_organizationId_name_key" ON "MaterialSample"("organizationId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "MaterialTestOperation_organizationId_name_key" ON "MaterialTestOperation"("organizationId", "name");

-- CreateIndex
CREATE INDEX "MaterialTestInstruction_organizationId_operationId_position_idx" ON "MaterialTestInstruction"("organizationId", "operationId", "position");

-- CreateIndex
CREATE INDEX "MaterialTestInstruction_organizationId_materialId_idx" ON "MaterialTestInstruction"("organizationId", "materialId");

-- CreateIndex
CREATE INDEX "MaterialTestInstruction_organizationId_panelId_idx" ON "MaterialTestInstruction"("organizationId", "panelId");

-- CreateIndex
CREATE INDEX "MaterialTestPanel_organizationId_sampleId_idx" ON "MaterialTestPanel"("organizationId", "sampleId");

-- CreateIndex
CREATE INDEX "MaterialTestPanelOperation_organizationId_operationId_idx" ON "MaterialTestPanelOperation"("organizationId", "operationId");

-- CreateIndex
CREATE INDEX "MaterialTestReport_organizationId_instructionId_idx" ON "MaterialTestReport"("organizationId", "instructionId");

-- CreateIndex
CREATE UNIQUE INDEX "MaterialTestReport_organizationId_panelId_instructionId_key" ON "MaterialTestReport"("organizationId", "panelId", "instructionId");

-- CreateIndex
CREATE INDEX "Material_organizationId_clonedFromId_idx" ON "Material"("organizationId", "clonedFromId");

-- AddForeignKey
ALTER TABLE "CurrencyConversion" ADD CONSTRAINT "CurrencyConversion_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Material" ADD CONSTRAINT "Material_organizationId_clonedFromId_fkey" FOREIGN KEY ("organizationId", "clonedFromId") REFERENCES "Material"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialBlendPartner" ADD CONSTRAINT "MaterialBlendPartner_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialBlendPartner" ADD CONSTRAINT "MaterialBlendPartner_organizationId_materialId_fkey" FOREIGN KEY ("organizationId", "materialId") REFERENCES "Material"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialBlendPartner" ADD CONSTRAINT "MaterialBlendPartner_organizationId_partnerId_fkey" FOREIGN KEY ("organizationId", "partnerId") REFERENCES "Material"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialPurchaseOrder" ADD CONSTRAINT "MaterialPurchaseOrder_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialPurchaseOrder" ADD CONSTRAINT "MaterialPurchaseOrder_organizationId_materialId_fkey" FOREIGN KEY ("organizationId", "materialId") REFERENCES "Material"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialLot" ADD CONSTRAINT "MaterialLot_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialLot" ADD CONSTRAINT "MaterialLot_organizationId_materialId_fkey" FOREIGN KEY ("organizationId", "materialId") REFERENCES "Material"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialLot" ADD CONSTRAINT "MaterialLot_organizationId_purchaseOrderId_fkey" FOREIGN KEY ("organizationId", "purchaseOrderId") REFERENCES "MaterialPurchaseOrder"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialLot" ADD CONSTRAINT "MaterialLot_organizationId_receivedById_fkey" FOREIGN KEY ("organizationId", "receivedById") REFERENCES "User"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialLot" ADD CONSTRAINT "MaterialLot_organizationId_locationId_fkey" FOREIGN KEY ("organizationId", "locationId") REFERENCES "Location"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialLot" ADD CONSTRAINT "MaterialLot_organizationId_subLocationId_fkey" FOREIGN KEY ("organizationId", "subLocationId") REFERENCES "SubLocation"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialContainer" ADD CONSTRAINT "MaterialContainer_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialContainer" ADD CONSTRAINT "MaterialContainer_organizationId_lotId_fkey" FOREIGN KEY ("organizationId", "lotId") REFERENCES "MaterialLot"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialContainer" ADD CONSTRAINT "MaterialContainer_organizationId_materialId_fkey" FOREIGN KEY ("organizationId", "materialId") REFERENCES "Material"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialContainer" ADD CONSTRAINT "MaterialContainer_organizationId_batchId_fkey" FOREIGN KEY ("organizationId", "batchId") REFERENCES "MaterialBatch"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialContainer" ADD CONSTRAINT "MaterialContainer_organizationId_locationId_fkey" FOREIGN KEY ("organizationId", "locationId") REFERENCES "Location"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialContainer" ADD CONSTRAINT "MaterialContainer_organizationId_subLocationId_fkey" FOREIGN KEY ("organizationId", "subLocationId") REFERENCES "SubLocation"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialContainer" ADD CONSTRAINT "MaterialContainer_organizationId_workstationId_fkey" FOREIGN KEY ("organizationId", "workstationId") REFERENCES "Workstation"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialContainerRestriction" ADD CONSTRAINT "MaterialContainerRestriction_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialContainerRestriction" ADD CONSTRAINT "MaterialContainerRestriction_organizationId_containerId_fkey" FOREIGN KEY ("organizationId", "containerId") REFERENCES "MaterialContainer"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialContainerRestriction" ADD CONSTRAINT "MaterialContainerRestriction_organizationId_materialId_fkey" FOREIGN KEY ("organizationId", "materialId") REFERENCES "Material"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialContainerFilling" ADD CONSTRAINT "MaterialContainerFilling_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialContainerFilling" ADD CONSTRAINT "MaterialContainerFilling_organizationId_containerId_fkey" FOREIGN KEY ("organizationId", "containerId") REFERENCES "MaterialContainer"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialContainerFilling" ADD CONSTRAINT "MaterialContainerFilling_organizationId_batchId_fkey" FOREIGN KEY ("organizationId", "batchId") REFERENCES "MaterialBatch"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialBatch" ADD CONSTRAINT "MaterialBatch_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialBatch" ADD CONSTRAINT "MaterialBatch_organizationId_materialId_fkey" FOREIGN KEY ("organizationId", "materialId") REFERENCES "Material"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialBatch" ADD CONSTRAINT "MaterialBatch_organizationId_locationId_fkey" FOREIGN KEY ("organizationId", "locationId") REFERENCES "Location"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialBatch" ADD CONSTRAINT "MaterialBatch_organizationId_subLocationId_fkey" FOREIGN KEY ("organizationId", "subLocationId") REFERENCES "SubLocation"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialBatch" ADD CONSTRAINT "MaterialBatch_organizationId_workstationId_fkey" FOREIGN KEY ("organizationId", "workstationId") REFERENCES "Workstation"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialBatch" ADD CONSTRAINT "MaterialBatch_organizationId_dockedAtId_fkey" FOREIGN KEY ("organizationId", "dockedAtId") REFERENCES "Workstation"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialBatch" ADD CONSTRAINT "MaterialBatch_organizationId_lastActionId_fkey" FOREIGN KEY ("organizationId", "lastActionId") REFERENCES "MaterialAction"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialBatchExposure" ADD CONSTRAINT "MaterialBatchExposure_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialBatchExposure" ADD CONSTRAINT "MaterialBatchExposure_organizationId_batchId_fkey" FOREIGN KEY ("organizationId", "batchId") REFERENCES "MaterialBatch"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialBatchExposure" ADD CONSTRAINT "MaterialBatchExposure_organizationId_workstationTypeId_fkey" FOREIGN KEY ("organizationId", "workstationTypeId") REFERENCES "WorkstationType"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialStay" ADD CONSTRAINT "MaterialStay_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialStay" ADD CONSTRAINT "MaterialStay_organizationId_batchId_fkey" FOREIGN KEY ("organizationId", "batchId") REFERENCES "MaterialBatch"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialStay" ADD CONSTRAINT "MaterialStay_organizationId_locationId_fkey" FOREIGN KEY ("organizationId", "locationId") REFERENCES "Location"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialStay" ADD CONSTRAINT "MaterialStay_organizationId_subLocationId_fkey" FOREIGN KEY ("organizationId", "subLocationId") REFERENCES "SubLocation"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialStay" ADD CONSTRAINT "MaterialStay_organizationId_workstationId_fkey" FOREIGN KEY ("organizationId", "workstationId") REFERENCES "Workstation"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialAction" ADD CONSTRAINT "MaterialAction_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialAction" ADD CONSTRAINT "MaterialAction_organizationId_lotId_fkey" FOREIGN KEY ("organizationId", "lotId") REFERENCES "MaterialLot"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialAction" ADD CONSTRAINT "MaterialAction_organizationId_containerId_fkey" FOREIGN KEY ("organizationId", "containerId") REFERENCES "MaterialContainer"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialAction" ADD CONSTRAINT "MaterialAction_organizationId_batchId_fkey" FOREIGN KEY ("organizationId", "batchId") REFERENCES "MaterialBatch"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialAction" ADD CONSTRAINT "MaterialAction_organizationId_workstationId_fkey" FOREIGN KEY ("organizationId", "workstationId") REFERENCES "Workstation"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialAction" ADD CONSTRAINT "MaterialAction_organizationId_runId_fkey" FOREIGN KEY ("organizationId", "runId") REFERENCES "Run"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialAction" ADD CONSTRAINT "MaterialAction_organizationId_previousActionId_fkey" FOREIGN KEY ("organizationId", "previousActionId") REFERENCES "MaterialAction"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialAction" ADD CONSTRAINT "MaterialAction_organizationId_parentActionId_fkey" FOREIGN KEY ("organizationId", "parentActionId") REFERENCES "MaterialAction"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialAction" ADD CONSTRAINT "MaterialAction_organizationId_reversesId_fkey" FOREIGN KEY ("organizationId", "reversesId") REFERENCES "MaterialAction"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialAction" ADD CONSTRAINT "MaterialAction_organizationId_performedById_fkey" FOREIGN KEY ("organizationId", "performedById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialPosting" ADD CONSTRAINT "MaterialPosting_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialPosting" ADD CONSTRAINT "MaterialPosting_organizationId_batchId_fkey" FOREIGN KEY ("organizationId", "batchId") REFERENCES "MaterialBatch"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialPosting" ADD CONSTRAINT "MaterialPosting_organizationId_actionId_fkey" FOREIGN KEY ("organizationId", "actionId") REFERENCES "MaterialAction"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialLink" ADD CONSTRAINT "MaterialLink_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialLink" ADD CONSTRAINT "MaterialLink_organizationId_actionId_fkey" FOREIGN KEY ("organizationId", "actionId") REFERENCES "MaterialAction"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialLink" ADD CONSTRAINT "MaterialLink_organizationId_sourceBatchId_fkey" FOREIGN KEY ("organizationId", "sourceBatchId") REFERENCES "MaterialBatch"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialLink" ADD CONSTRAINT "MaterialLink_organizationId_destinationBatchId_fkey" FOREIGN KEY ("organizationId", "destinationBatchId") REFERENCES "MaterialBatch"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialLink" ADD CONSTRAINT "MaterialLink_organizationId_containerId_fkey" FOREIGN KEY ("organizationId", "containerId") REFERENCES "MaterialContainer"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialLink" ADD CONSTRAINT "MaterialLink_organizationId_pieceId_fkey" FOREIGN KEY ("organizationId", "pieceId") REFERENCES "Piece"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTransaction" ADD CONSTRAINT "MaterialTransaction_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTransaction" ADD CONSTRAINT "MaterialTransaction_organizationId_batchId_fkey" FOREIGN KEY ("organizationId", "batchId") REFERENCES "MaterialBatch"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTransaction" ADD CONSTRAINT "MaterialTransaction_organizationId_containerId_fkey" FOREIGN KEY ("organizationId", "containerId") REFERENCES "MaterialContainer"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTransaction" ADD CONSTRAINT "MaterialTransaction_organizationId_actionId_fkey" FOREIGN KEY ("organizationId", "actionId") REFERENCES "MaterialAction"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTransaction" ADD CONSTRAINT "MaterialTransaction_organizationId_deferredById_fkey" FOREIGN KEY ("organizationId", "deferredById") REFERENCES "MaterialAction"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTransaction" ADD CONSTRAINT "MaterialTransaction_organizationId_parentId_fkey" FOREIGN KEY ("organizationId", "parentId") REFERENCES "MaterialTransaction"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTransaction" ADD CONSTRAINT "MaterialTransaction_organizationId_reconciledAtId_fkey" FOREIGN KEY ("organizationId", "reconciledAtId") REFERENCES "Workstation"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Stock" ADD CONSTRAINT "Stock_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Stock" ADD CONSTRAINT "Stock_organizationId_materialId_fkey" FOREIGN KEY ("organizationId", "materialId") REFERENCES "Material"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Stock" ADD CONSTRAINT "Stock_organizationId_locationId_fkey" FOREIGN KEY ("organizationId", "locationId") REFERENCES "Location"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Stock" ADD CONSTRAINT "Stock_organizationId_workstationId_fkey" FOREIGN KEY ("organizationId", "workstationId") REFERENCES "Workstation"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "StockAction" ADD CONSTRAINT "StockAction_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "StockAction" ADD CONSTRAINT "StockAction_organizationId_stockId_fkey" FOREIGN KEY ("organizationId", "stockId") REFERENCES "Stock"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "StockAction" ADD CONSTRAINT "StockAction_organizationId_runId_fkey" FOREIGN KEY ("organizationId", "runId") REFERENCES "Run"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "StockAction" ADD CONSTRAINT "StockAction_organizationId_performedById_fkey" FOREIGN KEY ("organizationId", "performedById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "StockActionShare" ADD CONSTRAINT "StockActionShare_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "StockActionShare" ADD CONSTRAINT "StockActionShare_organizationId_stockActionId_fkey" FOREIGN KEY ("organizationId", "stockActionId") REFERENCES "StockAction"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "StockActionShare" ADD CONSTRAINT "StockActionShare_organizationId_lotId_fkey" FOREIGN KEY ("organizationId", "lotId") REFERENCES "MaterialLot"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "StockActionShare" ADD CONSTRAINT "StockActionShare_organizationId_pieceId_fkey" FOREIGN KEY ("organizationId", "pieceId") REFERENCES "Piece"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Hold" ADD CONSTRAINT "Hold_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Hold" ADD CONSTRAINT "Hold_organizationId_lotId_fkey" FOREIGN KEY ("organizationId", "lotId") REFERENCES "MaterialLot"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Hold" ADD CONSTRAINT "Hold_organizationId_batchId_fkey" FOREIGN KEY ("organizationId", "batchId") REFERENCES "MaterialBatch"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Hold" ADD CONSTRAINT "Hold_organizationId_containerId_fkey" FOREIGN KEY ("organizationId", "containerId") REFERENCES "MaterialContainer"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Hold" ADD CONSTRAINT "Hold_organizationId_pieceId_fkey" FOREIGN KEY ("organizationId", "pieceId") REFERENCES "Piece"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Hold" ADD CONSTRAINT "Hold_organizationId_workstationId_fkey" FOREIGN KEY ("organizationId", "workstationId") REFERENCES "Workstation"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Hold" ADD CONSTRAINT "Hold_organizationId_sensorId_fkey" FOREIGN KEY ("organizationId", "sensorId") REFERENCES "Sensor"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Hold" ADD CONSTRAINT "Hold_organizationId_testReportId_fkey" FOREIGN KEY ("organizationId", "testReportId") REFERENCES "MaterialTestReport"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Hold" ADD CONSTRAINT "Hold_organizationId_placedById_fkey" FOREIGN KEY ("organizationId", "placedById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "Hold" ADD CONSTRAINT "Hold_organizationId_closedById_fkey" FOREIGN KEY ("organizationId", "closedById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "HoldDisposition" ADD CONSTRAINT "HoldDisposition_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "HoldDisposition" ADD CONSTRAINT "HoldDisposition_organizationId_holdId_fkey" FOREIGN KEY ("organizationId", "holdId") REFERENCES "Hold"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "HoldDisposition" ADD CONSTRAINT "HoldDisposition_organizationId_batchId_fkey" FOREIGN KEY ("organizationId", "batchId") REFERENCES "MaterialBatch"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "HoldDisposition" ADD CONSTRAINT "HoldDisposition_organizationId_containerId_fkey" FOREIGN KEY ("organizationId", "containerId") REFERENCES "MaterialContainer"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "HoldDisposition" ADD CONSTRAINT "HoldDisposition_organizationId_pieceId_fkey" FOREIGN KEY ("organizationId", "pieceId") REFERENCES "Piece"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "HoldDisposition" ADD CONSTRAINT "HoldDisposition_organizationId_decidedById_fkey" FOREIGN KEY ("organizationId", "decidedById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "HoldDisposition" ADD CONSTRAINT "HoldDisposition_organizationId_approvedById_fkey" FOREIGN KEY ("organizationId", "approvedById") REFERENCES "ApiToken"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialSample" ADD CONSTRAINT "MaterialSample_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialSample" ADD CONSTRAINT "MaterialSample_organizationId_batchId_fkey" FOREIGN KEY ("organizationId", "batchId") REFERENCES "MaterialBatch"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialSample" ADD CONSTRAINT "MaterialSample_organizationId_actionId_fkey" FOREIGN KEY ("organizationId", "actionId") REFERENCES "MaterialAction"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTestOperation" ADD CONSTRAINT "MaterialTestOperation_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTestInstruction" ADD CONSTRAINT "MaterialTestInstruction_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTestInstruction" ADD CONSTRAINT "MaterialTestInstruction_organizationId_operationId_fkey" FOREIGN KEY ("organizationId", "operationId") REFERENCES "MaterialTestOperation"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTestInstruction" ADD CONSTRAINT "MaterialTestInstruction_organizationId_materialId_fkey" FOREIGN KEY ("organizationId", "materialId") REFERENCES "Material"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTestInstruction" ADD CONSTRAINT "MaterialTestInstruction_organizationId_panelId_fkey" FOREIGN KEY ("organizationId", "panelId") REFERENCES "MaterialTestPanel"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTestPanel" ADD CONSTRAINT "MaterialTestPanel_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTestPanel" ADD CONSTRAINT "MaterialTestPanel_organizationId_sampleId_fkey" FOREIGN KEY ("organizationId", "sampleId") REFERENCES "MaterialSample"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTestPanelOperation" ADD CONSTRAINT "MaterialTestPanelOperation_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTestPanelOperation" ADD CONSTRAINT "MaterialTestPanelOperation_organizationId_panelId_fkey" FOREIGN KEY ("organizationId", "panelId") REFERENCES "MaterialTestPanel"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTestPanelOperation" ADD CONSTRAINT "MaterialTestPanelOperation_organizationId_operationId_fkey" FOREIGN KEY ("organizationId", "operationId") REFERENCES "MaterialTestOperation"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTestReport" ADD CONSTRAINT "MaterialTestReport_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTestReport" ADD CONSTRAINT "MaterialTestReport_organizationId_panelId_fkey" FOREIGN KEY ("organizationId", "panelId") REFERENCES "MaterialTestPanel"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "MaterialTestReport" ADD CONSTRAINT "MaterialTestReport_organizationId_instructionId_fkey" FOREIGN KEY ("organizationId", "instructionId") REFERENCES "MaterialTestInstruction"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- ---------------------------------------------------------------------------------------------------------------
-- What the Prisma schema cannot say.

SELECT hm_guard_tenant(
  'CurrencyConversion', 'MaterialBlendPartner', 'MaterialPurchaseOrder', 'MaterialLot', 'MaterialContainer',
  'MaterialContainerRestriction', 'MaterialContainerFilling', 'MaterialBatch', 'MaterialBatchExposure', 'MaterialStay',
  'MaterialAction', 'MaterialPosting', 'MaterialLink', 'MaterialTransaction', 'Stock',
  'StockAction', 'StockActionShare', 'Hold', 'HoldDisposition', 'MaterialSample',
  'MaterialTestOperation', 'MaterialTestInstruction', 'MaterialTestPanel', 'MaterialTestPanelOperation', 'MaterialTestReport');

-- What was done is never rewritten: corrections are actions of their own.
CREATE FUNCTION hm_refuse_rewriting_actions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER hm_append_only BEFORE UPDATE OR DELETE ON "MaterialAction"
  FOR EACH ROW EXECUTE FUNCTION hm_refuse_rewriting_actions();
CREATE TRIGGER hm_append_only_truncate BEFORE TRUNCATE ON "MaterialAction"
  FOR EACH STATEMENT EXECUTE FUNCTION hm_refuse_rewriting_actions();

-- What no input check may let through, whatever code forgets.
ALTER TABLE "MaterialBatch" ADD CONSTRAINT "MaterialBatch_quantity_check"
  CHECK (quantity >= 0 AND reserved >= 0 AND reserved <= quantity AND "fullQuantity" >= quantity);
ALTER TABLE "MaterialBatch" ADD CONSTRAINT "MaterialBatch_loaded_check" CHECK ("workstationId" IS NULL OR reserved > 0);
ALTER TABLE "MaterialContainer" ADD CONSTRAINT "MaterialContainer_quantity_check" CHECK (quantity >= 0 AND tare >= 0);
ALTER TABLE "MaterialPosting" ADD CONSTRAINT "MaterialPosting_quantity_check"
  CHECK ("quantityAfter" >= 0 AND "reservedAfter" >= 0 AND "reservedAfter" <= "quantityAfter");
ALTER TABLE "MaterialLink" ADD CONSTRAINT "MaterialLink_quantity_check" CHECK (quantity > 0);
ALTER TABLE "MaterialLink" ADD CONSTRAINT "MaterialLink_forward_check" CHECK ("fromNode" <> "toNode");
ALTER TABLE "MaterialLot" ADD CONSTRAINT "MaterialLot_quantity_check" CHECK ("fullQuantity" >= 0);
ALTER TABLE "Stock" ADD CONSTRAINT "Stock_levels_check" CHECK (minimum >= 0 AND maximum >= minimum);
ALTER TABLE "Hold" ADD CONSTRAINT "Hold_subject_check"
  CHECK (num_nonnulls("lotId", "batchId", "containerId", "pieceId", "workstationId", "sensorId") = 1);

-- A machine holds one batch at a time; a batch stands at one place, and is in one machine; a container holds one batch.
CREATE UNIQUE INDEX "hm_MaterialBatch_loaded" ON "MaterialBatch" ("organizationId", "workstationId")
  WHERE "workstationId" IS NOT NULL;
CREATE UNIQUE INDEX "hm_MaterialStay_open" ON "MaterialStay" ("organizationId", "batchId", (("workstationId" IS NULL)))
  WHERE "endedAt" IS NULL;
CREATE UNIQUE INDEX "hm_MaterialContainerFilling_open" ON "MaterialContainerFilling" ("organizationId", "containerId")
  WHERE "endedAt" IS NULL;
-- An action is undone once.
CREATE UNIQUE INDEX "hm_MaterialAction_reversed" ON "MaterialAction" ("organizationId", "reversesId")
  WHERE "reversesId" IS NOT NULL;
-- What is at hand of a material at a location, whatever history has piled up beside it.
CREATE INDEX "hm_MaterialBatch_live" ON "MaterialBatch" ("organizationId", "materialId", "locationId")
  WHERE quantity > 0;
-- The same of containers that nobody has opened yet.
CREATE INDEX "hm_MaterialContainer_unopened" ON "MaterialContainer" ("organizationId", "materialId", "locationId")
  WHERE status = 'NEW' AND "lotId" IS NOT NULL AND "archivedAt" IS NULL;
-- A material has one stock at a location; what was archived does not count.
CREATE UNIQUE INDEX "hm_Stock_live" ON "Stock" ("organizationId", "materialId", "locationId")
  WHERE "archivedAt" IS NULL;
-- Which live batches hold something of a lot: asked whenever a batch is used up (is the lot done?).
-- (The cost keeps the planner from calling it for every live batch instead of asking the index.)
CREATE FUNCTION hm_lot_ids(shares jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
  AS $$ SELECT coalesce(array_agg(key), '{}') FROM jsonb_object_keys(shares) AS key $$;
CREATE INDEX "hm_MaterialBatch_live_lots" ON "MaterialBatch" USING gin (hm_lot_ids("mixedLots")) WHERE quantity > 0;
-- The walk downwards reads this index alone.
CREATE INDEX "hm_MaterialLink_down" ON "MaterialLink" ("organizationId", "fromNode")
  INCLUDE ("toNode", "toPlace", "destinationBatchId");
-- What of a lot went out, or came from nowhere: its mass balance, without a walk.
CREATE INDEX "hm_MaterialLink_outside_lots" ON "MaterialLink" USING gin (hm_lot_ids(lots))
  WHERE "toPlace" NOT IN ('BATCH', 'LOADED', 'CONTAINER') OR "fromPlace" NOT IN ('BATCH', 'LOADED', 'CONTAINER');
-- Few holds are open; every guarded action asks for them.
CREATE INDEX "hm_Hold_open" ON "Hold" ("organizationId") WHERE status = 'OPEN';
-- One default currency.
CREATE UNIQUE INDEX "hm_CurrencyConversion_default" ON "CurrencyConversion" ("organizationId")
  WHERE "isDefault" AND "archivedAt" IS NULL;
