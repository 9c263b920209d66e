// What the compiled server reads beside its code: migrations, the Prisma schema that they are compared with, and the
// display, and the script that lies in every bundle of evidence.
import { cpSync } from 'node:fs';

for (const part of ['prisma/schema', 'prisma/migrations', 'display/dist', 'scripts/verify-bundle.mjs']) cpSync(part, `dist/${part}`, { recursive: true });
