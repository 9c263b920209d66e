// What the compiled server reads beside its code: migrations, the Prisma schema that they are compared with, and the
// display.
import { cpSync } from 'node:fs';

for (const folder of ['prisma/schema', 'prisma/migrations', 'display/dist']) cpSync(folder, `dist/${folder}`, { recursive: true });
