-- CreateIndex
CREATE INDEX "Operation_organizationId_runId_pieceId_idx" ON "Operation"("organizationId", "runId", "pieceId");

-- CreateIndex
CREATE INDEX "Order_organizationId_name_id_idx" ON "Order"("organizationId", "name", "id");

-- CreateIndex
CREATE INDEX "Piece_organizationId_createdAt_id_idx" ON "Piece"("organizationId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Piece_organizationId_priority_id_idx" ON "Piece"("organizationId", "priority", "id");

-- What is due last comes first, and what has no due date comes last: the ascending index cannot be read so.
CREATE INDEX "hm_Order_due_desc" ON "Order" ("organizationId", "dueDate" DESC NULLS LAST, id DESC);
