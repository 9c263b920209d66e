-- AlterTable
ALTER TABLE "Webhook" ALTER COLUMN "about" SET DATA TYPE TEXT[];

-- AlterTable
ALTER TABLE "WebhookDelivery" ADD COLUMN     "giveUpAt" TIMESTAMPTZ(3) NOT NULL;
