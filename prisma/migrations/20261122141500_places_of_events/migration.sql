-- Where an event happened is part of what it is related to, so that a stream can be narrowed to a workstation or a
-- location, whatever the event is about: a run and a machine are at a workstation, a workstation and an area at a
-- location, a sensor is of a machine or in an area, a piece where it is worked on, an operation belongs to its piece's order. Done as the events are drafted,
-- without another round trip, and before the head of the log is locked.
CREATE FUNCTION hm_place_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WITH entry AS (
    SELECT x.e, x.place, x.e->>'subjectType' AS subject, (x.e->>'subjectId')::uuid AS subject_id
    FROM jsonb_array_elements(NEW.events) WITH ORDINALITY AS x(e, place)
  ), told AS (
    SELECT entry.place, r.id::uuid AS id FROM entry, jsonb_array_elements_text(entry.e->'related') AS r(id)
  ), named AS (
    SELECT place, id FROM told
    UNION
    SELECT told.place, p.id FROM told
      JOIN "Sensor" s ON s."organizationId" = NEW."organizationId" AND s.id = told.id
      CROSS JOIN LATERAL unnest(ARRAY[s."machineId", s."subLocationId"]) AS p(id)
      WHERE p.id IS NOT NULL
    UNION
    -- The run that a piece is in, or was in last.
    SELECT entry.place, o."runId" FROM entry CROSS JOIN LATERAL (
      SELECT o."runId" FROM "Operation" o
      WHERE o."organizationId" = NEW."organizationId" AND o."pieceId" = entry.subject_id AND o."runId" IS NOT NULL
      ORDER BY o."position" DESC, o.attempt DESC LIMIT 1
    ) o
    WHERE entry.subject = 'Piece'
  ), at_workstation AS (
    SELECT n.place, w.id, w."locationId" FROM named n
    LEFT JOIN "Machine" m ON m."organizationId" = NEW."organizationId" AND m.id = n.id
    LEFT JOIN "Run" r ON r."organizationId" = NEW."organizationId" AND r.id = n.id
    JOIN "Workstation" w ON w."organizationId" = NEW."organizationId"
      AND w.id = coalesce(m."workstationId", r."workstationId", n.id)
  ), related AS (
    SELECT place, id FROM named
    UNION SELECT place, id FROM at_workstation
    UNION SELECT place, "locationId" FROM at_workstation
    UNION SELECT n.place, s."locationId" FROM named n
      JOIN "SubLocation" s ON s."organizationId" = NEW."organizationId" AND s.id = n.id
    UNION SELECT entry.place, unnest(ARRAY[p."orderId", p."lineItemId"]) FROM entry
      JOIN named n ON n.place = entry.place
      JOIN "Piece" p ON p."organizationId" = NEW."organizationId" AND p.id = n.id
      WHERE entry.subject = 'Operation'
  )
  SELECT coalesce(jsonb_agg(jsonb_set(entry.e, '{related}', placed.ids) ORDER BY entry.place), NEW.events)
  INTO NEW.events
  FROM entry JOIN (SELECT place, jsonb_agg(id) AS ids FROM related GROUP BY place) placed ON placed.place = entry.place;
  RETURN NEW;
END $$;

CREATE TRIGGER "EventDraft_place" BEFORE INSERT ON "EventDraft" FOR EACH ROW EXECUTE FUNCTION hm_place_events();
