import { expect, it } from 'vitest';
import { useApp } from '../support/app.ts';
import { hashOf, peakOf, putMebibytes } from '../support/streamed.ts';
import { announce } from '../support/uploads.ts';

const app = useApp();
const residentMebibytes = () => process.memoryUsage.rss() / 1024 ** 2;

// The server, its database and the peer share this process: more than the server alone would need.
it('a large file passes through without staying in memory', async () => {
  const { ours } = await app().organizations();
  const transfer = async (mebibytes: number): Promise<void> => {
    const upload = await announce(app(), ours.client, { size: String(mebibytes * 1024 ** 2) });
    const { status, sha256 } = await putMebibytes(upload.url, mebibytes);
    expect(status).toBe(201);
    const { url } = await upload.file();
    expect(await hashOf(new URL(url ?? '', app().url).href)).toBe(sha256);
  };
  await transfer(8);
  const before = residentMebibytes();
  const peak = await peakOf(residentMebibytes, () => transfer(200));
  expect(peak - before).toBeLessThan(120);
});
