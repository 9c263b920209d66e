/** The PDF of an inspection case. */
import { buffer } from 'node:stream/consumers';
import { instantText as instant, Paper } from '../pdf/paper.ts';
import type { Runtime } from '../runtime.ts';
import type { RecordedCase, RecordedItem } from './inspection.record.ts';

/** What is drawn at most: larger photos are named by their hash, and lie in the bundle. */
const largestPhoto = 20 * 1024 * 1024;
/** Pixels of a PNG, which has to be unpacked to be drawn. */
const mostPixels = 25_000_000;

/** A PDF of a case as it is: the same case gives the same bytes. One that is open says so across its pages. */
export async function renderCase(
  runtime: Runtime,
  organizationId: string,
  found: RecordedCase,
): Promise<Buffer> {
  const isClosed = found.status === 'CLOSED';
  const paper = new Paper({
    title: `Inspection ${found.number}`,
    subtitle: found.frame,
    author: found.organization,
    footer: `${found.number} · ${found.merkleRoot ?? 'open'}`,
    watermark: isClosed ? null : 'OPEN',
    at: found.closedAt ?? found.createdAt,
  });
  paper.facts([
    ['Report', found.reportTitle ? `${found.reportReference}: ${found.reportTitle}` : found.reportReference],
    ['Piece', found.pieceSerial],
    ['Opened', instant(found.createdAt)],
    ['Closed', instant(found.closedAt) ?? 'It is open.'],
    ['Completes', found.continues],
    ['Items', String(found.items.length)],
  ]);
  for (const item of found.items) await drawItem(paper, runtime, organizationId, item);
  if (isClosed) drawProof(paper, found);
  return paper.finish();
}

async function drawItem(
  paper: Paper,
  runtime: Runtime,
  organizationId: string,
  item: RecordedItem,
): Promise<void> {
  paper.section(`${item.position}. ${item.stepTitle ?? item.stepAction}`);
  paper.facts([
    ['Reference', item.reference],
    ['Step', item.stepAction],
    ['Taken (device)', instant(item.takenAt)],
    ['Received', instant(item.createdAt)],
    [
      'Place',
      item.latitude && `${item.latitude}°, ${item.longitude}°${item.accuracy ? ` ± ${item.accuracy} m` : ''}`,
    ],
  ]);
  for (const text of [item.stepDescription, item.description, item.data]) if (text) paper.text(text);
  if (item.imageId) {
    const photo = await photoOf(runtime, organizationId, item);
    const isDrawn = photo !== null && paper.image(photo, { height: 240 });
    if (!isDrawn) paper.text('The photo cannot be shown here; the bundle of the case has it.');
    paper.facts([['SHA-256 of the photo', item.imageHash]], 1);
  }
  paper.facts([['Hash of the item', item.leafHash]], 1);
}

/** The content of a photo that can be drawn; null where it cannot, or is too large for it. */
async function photoOf(
  { files }: Runtime,
  organizationId: string,
  { imageId, imageType, imageSize }: RecordedItem,
): Promise<Buffer | null> {
  if (!imageId || !['image/png', 'image/jpeg'].includes(imageType ?? '')) return null;
  if ((imageSize ?? Number.POSITIVE_INFINITY) > largestPhoto) return null;
  const content = await buffer(await files.read(organizationId, imageId));
  const isHuge =
    imageType === 'image/png' &&
    (content.length < 24 || content.readUInt32BE(16) * content.readUInt32BE(20) > mostPixels);
  return isHuge ? null : content;
}

function drawProof(paper: Paper, found: RecordedCase): void {
  paper.section('Proof');
  paper.text(
    'The root is that of a Merkle tree (RFC 9162, SHA-256) over the items in their order. What was stamped is this root.',
  );
  paper.facts([['Root', found.merkleRoot]], 1);
  if (found.timestampStatus !== 'VALID') {
    paper.text(`It is not timestamped: ${found.reason ?? 'the authority has not answered.'}`);
    return;
  }
  paper.facts([
    ['Stamped (RFC 3161)', instant(found.stampedAt)],
    ['Authority', found.subject],
    ['Serial number', found.serialNumber],
    ['Policy', found.policy],
  ]);
  paper.facts([['SHA-256 of the token', found.tokenHash]], 1);
}
