import { PDFDocument, PDFName, PDFString } from '@cantoo/pdf-lib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { DocumentUnreadableError } from '../../src/certificates/reading/errors.ts';
import { findHazards } from '../../src/certificates/reading/hazards.ts';
import { inReadingFrame, onShownPage } from '../../src/certificates/reading/pages.ts';
import { readCertificatePdf } from '../../src/certificates/reading/read.ts';
import { openRenderer, renderPage } from '../../src/certificates/reading/render.ts';
import { extractPages, splitPages } from '../../src/certificates/reading/split.ts';
import { defaultLimits, readPages } from '../../src/certificates/reading/text.ts';
import { codedBilingual, landscapeScales, Sheet } from '../support/mill-certificates.ts';

const reasonOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof DocumentUnreadableError ? error.reason : String(error)),
  );

/** A certificate with something added by `change`. */
async function changed(change: (document: PDFDocument) => void | Promise<void>): Promise<Uint8Array> {
  const document = await PDFDocument.load((await codedBilingual()).bytes);
  await change(document);
  return document.save();
}

describe('A file', () => {
  it.each([
    ['without bytes', new Uint8Array(0), 'EMPTY'],
    ['that is a picture', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]), 'NOT_A_PDF'],
    ['that ends after its header', new TextEncoder().encode('%PDF-1.7\n'), 'BROKEN'],
    [
      'of noise behind a header',
      new TextEncoder().encode(`%PDF-1.4\n${'xyz 0 obj << '.repeat(500)}`),
      'BROKEN',
    ],
  ])('%s is refused with a reason, whatever is done with it', async (_, bytes, reason) => {
    expect(await reasonOf(readPages(bytes))).toBe(reason);
    expect(await reasonOf(renderPage(bytes, 1, 100))).toBe(reason);
    expect(await reasonOf(extractPages(bytes, [1]))).toBe(reason);
  });

  it('that was cut off gives a typed error or what can still be read, and no other error', async () => {
    const { bytes } = await codedBilingual();
    for (const share of [0.2, 0.5, 0.8, 0.99]) {
      const cut = bytes.slice(0, Math.floor(bytes.length * share));
      const reason = await reasonOf(readCertificatePdf(cut, { ocr: false }));
      expect(['none', 'BROKEN']).toContain(reason);
      expect((await findHazards(cut)).every(({ refuse }) => !refuse)).toBe(true);
    }
  });

  it('with a password is refused as encrypted', async () => {
    const bytes = await changed((document) =>
      document.encrypt({ userPassword: 'open', ownerPassword: 'own' }),
    );
    expect(await reasonOf(readPages(bytes))).toBe('ENCRYPTED');
    expect(await reasonOf(renderPage(bytes, 1, 100))).toBe('ENCRYPTED');
    expect(await reasonOf(extractPages(bytes, [1]))).toBe('ENCRYPTED');
    expect((await findHazards(bytes)).map(({ kind, refuse }) => [kind, refuse])).toEqual([
      ['ENCRYPTION', true],
    ]);
  });

  it('larger than allowed is refused before it is parsed', async () => {
    const { bytes } = await codedBilingual();
    expect(await reasonOf(readPages(bytes, { ...defaultLimits, bytes: 1000 }))).toBe('TOO_LARGE');
    expect(await reasonOf(readPages(bytes, { ...defaultLimits, wordsPerPage: 10 }))).toBe('TOO_LARGE');
    const long = (await landscapeScales()).bytes;
    expect(await reasonOf(readPages(long, { ...defaultLimits, pages: 1 }))).toBe('TOO_MANY_PAGES');
  });

  it('of 300 pages is read, a page at a time', async () => {
    const sheet = new Sheet();
    for (let page = 1; page <= 300; page++) {
      if (page > 1) sheet.page();
      sheet.text(`Heat No.: H${page}`, 40, 40);
      for (const [index, text] of ['C', 'Mn', 'P'].entries()) sheet.text(text, 40 + index * 60, 60);
      for (const [index, text] of ['0.11', '1.21', '0.011'].entries()) sheet.text(text, 40 + index * 60, 72);
    }
    const certificate = await readCertificatePdf(await sheet.bytes());
    expect(certificate.pages).toHaveLength(300);
    expect(certificate.heats).toHaveLength(300);
    expect(certificate.heats.at(-1)).toMatchObject({
      number: { value: 'H300', page: 300 },
      elements: [{ value: '0.11' }, { value: '1.21' }, { value: '0.011' }],
    });
  });
});

describe('Hazards', () => {
  it('are none in a plain certificate', async () => {
    expect(await findHazards((await codedBilingual()).bytes)).toEqual([]);
  });

  it('are scripts, however they are named or packed', async () => {
    const script = await changed((document) => document.addJavaScript('start', 'app.alert(1)'));
    expect((await findHazards(script)).map(({ kind }) => kind)).toEqual(['JAVASCRIPT']);
    const escaped = await changed((document) => {
      const action = document.context.obj({ Type: 'Action' });
      action.set(PDFName.of('S'), PDFName.of('Java#53cript'));
      document.catalog.set(PDFName.of('OpenAction'), document.context.register(action));
    });
    expect((await findHazards(escaped)).map(({ kind }) => kind)).toEqual(['JAVASCRIPT']);
  });

  it('are launches, forms of XFA and data that is sent', async () => {
    const bytes = await changed((document) => {
      const { context, catalog } = document;
      const launch = context.obj({ S: 'Launch' });
      launch.set(PDFName.of('F'), PDFString.of('calc.exe'));
      catalog.set(PDFName.of('OpenAction'), context.register(launch));
      catalog.set(PDFName.of('AA'), context.obj({ WC: { S: 'SubmitForm' } }));
      catalog.set(PDFName.of('AcroForm'), context.obj({ Fields: [], XFA: [] }));
    });
    const hazards = await findHazards(bytes);
    expect(hazards.map(({ kind }) => kind).sort()).toEqual(['FORM_SUBMISSION', 'LAUNCH_ACTION', 'XFA_FORM']);
    expect(hazards.every(({ refuse }) => refuse)).toBe(true);
  });

  it('are programs that it carries; data of the certificate is only told of', async () => {
    const program = await changed((document) => document.attach(new Uint8Array([77, 90, 1]), 'viewer.exe'));
    expect((await findHazards(program)).map(({ kind, refuse }) => [kind, refuse])).toEqual([
      ['EMBEDDED_PROGRAM', true],
    ]);
    const data = await changed((document) =>
      document.attach(new TextEncoder().encode('{}'), 'certificate.json'),
    );
    expect(await findHazards(data)).toEqual([
      {
        kind: 'EMBEDDED_FILE',
        refuse: false,
        message: 'The PDF carries the file "certificate.json", which is not read.',
      },
    ]);
  });

  it('are the test virus, plain or packed', async () => {
    const virus = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', 'STANDARD', 'ANTIVIRUS', 'TEST', 'FILE!$H+H*'].join(
      '-',
    );
    const packed = await changed((document) => document.attach(new TextEncoder().encode(virus), 'notes.txt'));
    expect((await findHazards(packed)).map(({ kind }) => kind)).toContain('TEST_VIRUS');
    const { bytes } = await codedBilingual();
    const plain = new Uint8Array([...bytes, ...new TextEncoder().encode(`\n%${virus}`)]);
    expect((await findHazards(plain)).map(({ kind }) => kind)).toContain('TEST_VIRUS');
  });

  it('are found in a damaged file too, as far as they can be', async () => {
    const bytes = new TextEncoder().encode('%PDF-1.4\n1 0 obj << /S /JavaScript /JS (app.alert(1)) >>');
    const kinds = (await findHazards(bytes)).map(({ kind }) => kind);
    expect(kinds).toContain('JAVASCRIPT');
  });
});

describe('A page', () => {
  it('is drawn at the width that is asked for, in its colours', async () => {
    const sheet = new Sheet();
    const red = await sharp({ create: { width: 10, height: 14, channels: 3, background: '#ff0000' } })
      .png()
      .toBuffer();
    sheet.image(new Uint8Array(red), 595);
    const png = await renderPage(await sheet.bytes(), 1, 300);
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    expect(info.width).toBe(300);
    const middle = (200 * info.width + 150) * info.channels;
    expect([...data.subarray(middle, middle + 3)]).toEqual([255, 0, 0]);
  });

  it('that there is not, or that would be too large, is refused', async () => {
    const renderer = await openRenderer((await codedBilingual()).bytes);
    expect(renderer.pageCount).toBe(1);
    expect(await reasonOf(renderer.png(2, { width: 100 }))).toBe('NO_SUCH_PAGE');
    expect(await reasonOf(renderer.png(1, { width: 60_000 }))).toBe('PAGE_TOO_LARGE');
    renderer.close();
    expect(await reasonOf(extractPages((await codedBilingual()).bytes, [2]))).toBe('NO_SUCH_PAGE');
  });

  it('becomes a document of its own with the same words', async () => {
    const { bytes } = await landscapeScales();
    const whole = await readPages(bytes);
    const single: number[] = [];
    for await (const page of splitPages(bytes)) {
      const [only, ...rest] = await readPages(page);
      expect(rest).toEqual([]);
      single.push(only?.words.length ?? 0);
    }
    expect(single).toEqual(whole.map(({ words }) => words.length));
    const reversed = await readPages(await extractPages(bytes, [2, 1]));
    expect(reversed.map(({ words }) => words.length)).toEqual(
      whole.map(({ words }) => words.length).reverse(),
    );
  });

  it.each([90, 180, 270])(
    'turned by %i degrees in its file gives the same values, with boxes on the page as shown',
    async (degrees) => {
      const original = await codedBilingual();
      const document = await PDFDocument.load(original.bytes);
      // The writer of the file wrote sideways, and no one said so.
      const page = document.getPage(0);
      const { width, height } = page.getSize();
      const [turned] = await document.embedPages([page]);
      const target = await PDFDocument.create();
      const [copy] = await target.embedPages([page]);
      void turned;
      const sideways = degrees !== 180;
      const sheet = target.addPage(sideways ? [height, width] : [width, height]);
      const at = { 90: { x: 0, y: width }, 180: { x: width, y: height }, 270: { x: height, y: 0 } }[
        degrees
      ] ?? { x: 0, y: 0 };
      if (copy) sheet.drawPage(copy, { ...at, rotate: { type: 'degrees', angle: -degrees } as never });
      const upright = await readCertificatePdf(original.bytes);
      const read = await readCertificatePdf(await target.save());
      const valuesOf = (certificate: typeof read) =>
        certificate.heats.map((heat) => [
          heat.number?.value,
          heat.elements.map(({ symbol, value }) => `${symbol} ${value}`),
          heat.properties.map(({ kind, value }) => `${kind} ${value}`),
        ]);
      expect(valuesOf(read)).toEqual(valuesOf(upright));
      const [before, after] = [upright.heats[0]?.elements[0]?.box, read.heats[0]?.elements[0]?.box];
      if (!before || !after) throw new Error('No box.');
      expect(read.pages[0]).toMatchObject(sideways ? { width: height, height: width } : { width, height });
      const expected = onShownPage(
        { width, height, turned: ((360 - degrees) % 360) as 90 | 180 | 270 },
        before,
      );
      expect(after.x).toBeCloseTo(expected.x, 0);
      expect(after.y).toBeCloseTo(expected.y, 0);
    },
  );

  it('of any turn maps boxes to the page as shown and back', () => {
    const shown = { width: 595, height: 842 };
    const box = { x: 10, y: 20, width: 30, height: 5 };
    for (const turned of [0, 90, 180, 270] as const) {
      const frame = turned % 180 ? { width: 842, height: 595, turned } : { ...shown, turned };
      expect(onShownPage(frame, inReadingFrame(shown, turned, box))).toEqual(box);
    }
  });
});
