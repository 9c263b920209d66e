// What the compiled server reads beside its code: migrations, and the Prisma schema that they are compared with.
import { cpSync } from 'node:fs';

for (const folder of ['prisma/schema', 'prisma/migrations']) cpSync(folder, `dist/${folder}`, { recursive: true });
