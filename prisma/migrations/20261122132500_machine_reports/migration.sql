-- AlterTable
ALTER TABLE "Capture" ADD COLUMN     "attempts" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "Machine" ADD COLUMN     "reportedStatus" "MachineStatus";
