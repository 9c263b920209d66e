import { mkdtempSync } from 'node:fs';
import { serve } from '../src/serve.ts';
import { readConfig } from '../src/config.ts';
import { createLogger } from '../src/logger.ts';
import { prepareDemo } from './prepare.ts';
import { factories } from './factories.ts';
const dir = mkdtempSync('/tmp/demo-');
const server = await serve(readConfig({ PORT: '0', HEATMARK_DATA: dir, LOG_LEVEL: 'error' }), createLogger({ level: 'error' }));
const written: any[] = [];
const store = { read: () => written.at(-1) ?? null, write: async (a: any) => void written.push(a) };
const plain = process.argv[2] === 'plain';
const plans = factories.map((p) => { if (!plain) return p; const { powder, ...rest } = p; return rest; });
const t = Date.now(), c = process.cpuUsage();
await prepareDemo({ prisma: server.app.prisma, url: `${server.url}/graphql`, store, plans: plans as any });
const u = process.cpuUsage(c);
console.log(plain ? 'plain' : 'powder', 'wall', Date.now() - t, 'cpu', Math.round((u.user + u.system) / 1000));
if (process.argv[3]) {
 const r = await server.app.prisma.$queryRawUnsafe(`select mode() within group (order by payload::text) x, count(*) from "Event"`).catch(()=>null); void r;
}
await server.stop();
process.exit(0);
