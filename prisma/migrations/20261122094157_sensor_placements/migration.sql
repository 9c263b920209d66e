-- CreateTable
CREATE TABLE "SensorPlacement" (
    "organizationId" UUID NOT NULL,
    "id" UUID NOT NULL,
    "sensorId" UUID NOT NULL,
    "subLocationId" UUID,
    "machineId" UUID,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "endedAt" TIMESTAMPTZ(3),

    CONSTRAINT "SensorPlacement_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateIndex
CREATE INDEX "SensorPlacement_organizationId_sensorId_startedAt_idx" ON "SensorPlacement"("organizationId", "sensorId", "startedAt");

-- CreateIndex
CREATE INDEX "SensorPlacement_organizationId_subLocationId_startedAt_idx" ON "SensorPlacement"("organizationId", "subLocationId", "startedAt");

-- CreateIndex
CREATE INDEX "SensorPlacement_organizationId_machineId_startedAt_idx" ON "SensorPlacement"("organizationId", "machineId", "startedAt");

-- AddForeignKey
ALTER TABLE "SensorPlacement" ADD CONSTRAINT "SensorPlacement_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "SensorPlacement" ADD CONSTRAINT "SensorPlacement_organizationId_sensorId_fkey" FOREIGN KEY ("organizationId", "sensorId") REFERENCES "Sensor"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "SensorPlacement" ADD CONSTRAINT "SensorPlacement_organizationId_subLocationId_fkey" FOREIGN KEY ("organizationId", "subLocationId") REFERENCES "SubLocation"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "SensorPlacement" ADD CONSTRAINT "SensorPlacement_organizationId_machineId_fkey" FOREIGN KEY ("organizationId", "machineId") REFERENCES "Machine"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- ---------------------------------------------------------------------------------------------------------------
-- What the Prisma schema cannot say.

SELECT hm_guard_tenant('SensorPlacement');

-- Where a sensor stood is history that nobody may forget to write: a trigger does.
CREATE FUNCTION hm_place_sensor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (OLD."subLocationId", OLD."machineId", OLD."archivedAt" IS NULL)
      IS NOT DISTINCT FROM (NEW."subLocationId", NEW."machineId", NEW."archivedAt" IS NULL) THEN
    RETURN NULL;
  END IF;
  UPDATE "SensorPlacement" SET "endedAt" = NEW."updatedAt"
    WHERE "organizationId" = NEW."organizationId" AND "sensorId" = NEW.id AND "endedAt" IS NULL;
  IF NEW."archivedAt" IS NULL AND (NEW."subLocationId" IS NOT NULL OR NEW."machineId" IS NOT NULL) THEN
    INSERT INTO "SensorPlacement" ("organizationId", id, "sensorId", "subLocationId", "machineId", "startedAt")
    VALUES (NEW."organizationId", gen_random_uuid(), NEW.id, NEW."subLocationId", NEW."machineId", NEW."updatedAt");
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER hm_place_sensor AFTER INSERT OR UPDATE ON "Sensor" FOR EACH ROW EXECUTE FUNCTION hm_place_sensor();

-- Sensors that are there already stand where they stand since they were created, as far as anybody knows.
INSERT INTO "SensorPlacement" ("organizationId", id, "sensorId", "subLocationId", "machineId", "startedAt")
SELECT "organizationId", gen_random_uuid(), id, "subLocationId", "machineId", "createdAt" FROM "Sensor"
WHERE "archivedAt" IS NULL AND ("subLocationId" IS NOT NULL OR "machineId" IS NOT NULL);

-- A sensor stands at one place at a time.
CREATE UNIQUE INDEX "hm_SensorPlacement_open" ON "SensorPlacement" ("organizationId", "sensorId") WHERE "endedAt" IS NULL;
