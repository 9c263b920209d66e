-- AlterTable
ALTER TABLE "File" ADD COLUMN     "contentKey" TEXT;
