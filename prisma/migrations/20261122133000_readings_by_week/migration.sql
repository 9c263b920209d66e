-- Readings by the week in which they were stored: what is older than it is kept goes a week at a time. Written by hand.

-- What subscribers and retention go by. Readings of an organization are stored in order of time too, so that a week is
-- a run of positions.
ALTER TABLE "ReadingHead" ADD COLUMN     "recordedAt" TIMESTAMPTZ(3),
ADD COLUMN "droppedPosition" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN "droppedBefore" TIMESTAMPTZ(3);

ALTER TABLE "SensorReading" RENAME TO "hm_SensorReading_unparted";
ALTER TABLE "hm_SensorReading_unparted" DROP CONSTRAINT "SensorReading_pkey";
DROP INDEX "SensorReading_organizationId_sensorId_observedAt_position_idx";

CREATE TABLE "SensorReading" (
    "organizationId" UUID NOT NULL,
    "position" BIGINT NOT NULL,
    "sensorId" UUID NOT NULL,
    "value" DOUBLE PRECISION,
    "observedAt" TIMESTAMPTZ(3) NOT NULL,
    "recordedAt" TIMESTAMPTZ(3) NOT NULL,
    "text" TEXT,
    "state" "ReadingState" NOT NULL DEFAULT 'MEASURED',

    CONSTRAINT "SensorReading_pkey" PRIMARY KEY ("organizationId", "position", "recordedAt"),
    CONSTRAINT "SensorReading_state" CHECK (num_nonnulls(value, text) = CASE state WHEN 'MEASURED' THEN 1 ELSE 0 END)
) PARTITION BY RANGE ("recordedAt");
CREATE INDEX "SensorReading_organizationId_sensorId_observedAt_position_idx"
  ON "SensorReading" ("organizationId", "sensorId", "observedAt", "position");
SELECT hm_guard_tenant('SensorReading');

-- In a schema of their own: to Prisma a partition would be a table that nobody declared.
CREATE SCHEMA readings;
-- Takes what no week takes, so that no reading is ever refused for want of a partition.
CREATE TABLE readings.other PARTITION OF "SensorReading" DEFAULT;

-- Makes the weeks from `since` until `until`, those that are missing, and moves into them what `other` took meanwhile.
-- Answers how many it made. Several may call it at once: one makes them.
CREATE FUNCTION hm_reading_partitions(since timestamptz, until timestamptz) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  week timestamptz := date_trunc('week', since, 'UTC');
  made integer := 0;
  name text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('heatmark:readings'));
  WHILE week <= until LOOP
    name := 'week_' || to_char(week AT TIME ZONE 'UTC', 'YYYY_MM_DD');
    IF to_regclass('readings.' || name) IS NULL THEN
      EXECUTE format('CREATE TABLE readings.%I (LIKE "SensorReading" INCLUDING ALL)', name);
      -- Nobody stores into it until this commits: ATTACH fails where `other` holds a reading of the week.
      LOCK TABLE readings.other IN ACCESS EXCLUSIVE MODE;
      EXECUTE format(
        'WITH moved AS (DELETE FROM readings.other WHERE "recordedAt" >= $1 AND "recordedAt" < $2 RETURNING *)
         INSERT INTO readings.%I SELECT * FROM moved', name) USING week, week + interval '7 days';
      -- ATTACH, unlike PARTITION OF, lets readings be stored meanwhile.
      EXECUTE format('ALTER TABLE "SensorReading" ATTACH PARTITION readings.%I FOR VALUES FROM (%L) TO (%L)',
        name, week, week + interval '7 days');
      made := made + 1;
    END IF;
    week := week + interval '7 days';
  END LOOP;
  RETURN made;
END $$;

-- Drops the weeks that were over before `before`, and notes for every organization how far its readings are gone.
-- Answers how many it dropped. The database's clock has the last word: a process whose clock is wrong drops nothing.
CREATE FUNCTION hm_drop_readings(before timestamptz, kept interval) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  edge timestamptz := date_trunc('week', least(before, clock_timestamp()) - kept, 'UTC');
  stray boolean := EXISTS (SELECT 1 FROM readings.other WHERE "recordedAt" < edge);
  weeks text[] := ARRAY(
    SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = '"SensorReading"'::regclass AND c.relname LIKE 'week\_%'
      AND to_date(substr(c.relname, 6), 'YYYY_MM_DD') + 7 <= (edge AT TIME ZONE 'UTC')::date);
  week text;
BEGIN
  IF NOT stray AND cardinality(weeks) = 0 THEN
    RETURN 0;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('heatmark:readings'));
  -- Before the heads, as whoever stores does: the table first, then the head of the organization.
  LOCK TABLE "SensorReading" IN ACCESS EXCLUSIVE MODE;
  UPDATE "ReadingHead" h SET "droppedPosition" = d.gone, "droppedBefore" = edge
  FROM (
    SELECT "organizationId", coalesce((SELECT r."position" - 1 FROM "SensorReading" r
      WHERE r."organizationId" = o."organizationId" AND r."recordedAt" >= edge ORDER BY r."position" LIMIT 1), o."position") AS gone
    FROM "ReadingHead" o
  ) d
  WHERE d."organizationId" = h."organizationId" AND d.gone > h."droppedPosition";
  FOREACH week IN ARRAY weeks LOOP
    EXECUTE format('DROP TABLE IF EXISTS readings.%I', week);
  END LOOP;
  IF stray THEN
    DELETE FROM readings.other WHERE "recordedAt" < edge;
  END IF;
  RETURN cardinality(weeks);
END $$;

-- What is there already. A value that was missing was said to be so: UNAVAILABLE.
SELECT hm_reading_partitions(coalesce((SELECT min("recordedAt") FROM "hm_SensorReading_unparted"), clock_timestamp()),
  clock_timestamp() + interval '28 days');
INSERT INTO "SensorReading" ("organizationId", "position", "sensorId", value, text, state, "observedAt", "recordedAt")
SELECT "organizationId", "position", "sensorId", value, CASE WHEN value IS NULL THEN text END,
  CASE WHEN value IS NULL AND text IS NULL THEN 'UNAVAILABLE' ELSE 'MEASURED' END::"ReadingState", "observedAt",
  max("recordedAt") OVER (PARTITION BY "organizationId" ORDER BY "position")
FROM "hm_SensorReading_unparted";
DROP TABLE "hm_SensorReading_unparted";
UPDATE "ReadingHead" h SET "recordedAt" = r.at
FROM (SELECT "organizationId", max("recordedAt") AS at FROM "SensorReading" GROUP BY 1) r
WHERE r."organizationId" = h."organizationId";

-- What a sensor measured in each five minutes. Kept for good.
CREATE TABLE "SensorReadingBucket" (
    "organizationId" UUID NOT NULL,
    "sensorId" UUID NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL,
    "unavailable" INTEGER NOT NULL,
    "minimum" DOUBLE PRECISION,
    "maximum" DOUBLE PRECISION,
    "sum" DOUBLE PRECISION,
    "first" DOUBLE PRECISION,
    "firstAt" TIMESTAMPTZ(3),
    "last" DOUBLE PRECISION,
    "lastAt" TIMESTAMPTZ(3),

    CONSTRAINT "SensorReadingBucket_pkey" PRIMARY KEY ("organizationId","sensorId","startedAt")
);

-- The newest reading of each sensor, by when it was measured.
CREATE TABLE "SensorLatest" (
    "organizationId" UUID NOT NULL,
    "sensorId" UUID NOT NULL,
    "position" BIGINT NOT NULL,
    "value" DOUBLE PRECISION,
    "text" TEXT,
    "state" "ReadingState" NOT NULL,
    "observedAt" TIMESTAMPTZ(3) NOT NULL,
    "recordedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "SensorLatest_pkey" PRIMARY KEY ("organizationId","sensorId")
);

-- How far a threshold has been judged, and since when its sensor is outside although it is no excursion yet.
CREATE TABLE "SensorThresholdState" (
    "organizationId" UUID NOT NULL,
    "thresholdId" UUID NOT NULL,
    "judgedAt" TIMESTAMPTZ(3) NOT NULL,
    "direction" "ExcursionDirection",
    "outsideSince" TIMESTAMPTZ(3),
    "extreme" DOUBLE PRECISION,
    "extremeAt" TIMESTAMPTZ(3),
    "readings" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "SensorThresholdState_pkey" PRIMARY KEY ("organizationId","thresholdId")
);

ALTER TABLE "SensorThresholdState" ADD CONSTRAINT "SensorThresholdState_organizationId_thresholdId_fkey" FOREIGN KEY ("organizationId", "thresholdId") REFERENCES "SensorThreshold"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "SensorLatest" ADD CONSTRAINT "SensorLatest_organizationId_sensorId_fkey" FOREIGN KEY ("organizationId", "sensorId") REFERENCES "Sensor"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "SensorReadingBucket" ADD CONSTRAINT "SensorReadingBucket_organizationId_sensorId_fkey" FOREIGN KEY ("organizationId", "sensorId") REFERENCES "Sensor"("organizationId", "id") ON DELETE RESTRICT ON UPDATE RESTRICT;
SELECT hm_guard_tenant('SensorReadingBucket', 'SensorLatest', 'SensorThresholdState');

INSERT INTO "SensorReadingBucket"
SELECT "organizationId", "sensorId", date_bin('5 minutes', "observedAt", 'epoch'),
  count(*) FILTER (WHERE state = 'MEASURED'), count(*) FILTER (WHERE state = 'UNAVAILABLE'),
  min(value), max(value), sum(value),
  (array_agg(value ORDER BY "observedAt", "position") FILTER (WHERE state = 'MEASURED'))[1],
  min("observedAt") FILTER (WHERE state = 'MEASURED'),
  (array_agg(value ORDER BY "observedAt" DESC, "position" DESC) FILTER (WHERE state = 'MEASURED'))[1],
  max("observedAt") FILTER (WHERE state = 'MEASURED')
FROM "SensorReading" GROUP BY 1, 2, 3;
INSERT INTO "SensorLatest"
SELECT DISTINCT ON ("organizationId", "sensorId") "organizationId", "sensorId", "position", value, text, state,
  "observedAt", "recordedAt"
FROM "SensorReading" ORDER BY "organizationId", "sensorId", "observedAt" DESC, "position" DESC;

-- Numbers of a source that were never sent, with leave.
ALTER TABLE "IngestSource" ADD COLUMN "missed" BIGINT NOT NULL DEFAULT 0;

-- A failed sensor says so, with a word on what is wrong.
ALTER TABLE "Sensor" ADD COLUMN "stateNote" TEXT;

-- Placements get ids that sort by their time, as all others do: clients page through them.
CREATE FUNCTION hm_id_at(instant timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $$
  SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    PLACING substring(int8send(floor(extract(epoch FROM instant) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
$$;
UPDATE "SensorPlacement" SET id = hm_id_at("startedAt");
CREATE OR REPLACE FUNCTION hm_place_sensor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (OLD."subLocationId", OLD."machineId", OLD."archivedAt" IS NULL)
      IS NOT DISTINCT FROM (NEW."subLocationId", NEW."machineId", NEW."archivedAt" IS NULL) THEN
    RETURN NULL;
  END IF;
  UPDATE "SensorPlacement" SET "endedAt" = NEW."updatedAt"
    WHERE "organizationId" = NEW."organizationId" AND "sensorId" = NEW.id AND "endedAt" IS NULL;
  IF NEW."archivedAt" IS NULL AND (NEW."subLocationId" IS NOT NULL OR NEW."machineId" IS NOT NULL) THEN
    INSERT INTO "SensorPlacement" ("organizationId", id, "sensorId", "subLocationId", "machineId", "startedAt")
    VALUES (NEW."organizationId", hm_id_at(NEW."updatedAt"), NEW.id, NEW."subLocationId", NEW."machineId", NEW."updatedAt");
  END IF;
  RETURN NULL;
END $$;
