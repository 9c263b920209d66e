import * as mutations from './evidence-mutations.ts';
import type { SeededFactory, Step } from './seed.ts';

/** A paper of a factory: its text, and what it belongs to. */
export interface Paper {
  readonly fileName: string;
  readonly mediaType: string;
  readonly name: string;
  readonly description: string;
  readonly lines: readonly string[];
  readonly about: readonly string[];
}

/** Uploads a paper and attaches it. Done again it is the same one. */
export async function seedPaper(
  step: Step,
  url: string,
  { fileName, mediaType, lines, name, description, about }: Paper,
): Promise<void> {
  const { file, uploadUrl } = await step(`upload ${fileName}`, mutations.CreateUpload, {
    name: fileName,
    mediaType,
  });
  // Sent again it is the same content, and no change.
  const answer = await fetch(new URL(uploadUrl, url), { method: 'PUT', body: [...lines, ''].join('\n') });
  if (!answer.ok)
    throw new Error(`${fileName} could not be uploaded: ${answer.status} ${await answer.text()}`);
  const input = { fileId: file.id, name, description, about: [...about] };
  await step(`document ${fileName}`, mutations.CreateDocument, input);
}

/** How metal is made: there before anything is, so that every operation has it among its instructions. */
export async function seedInstructions(step: Step, url: string, { workflows }: SeededFactory): Promise<void> {
  await seedPaper(step, url, {
    fileName: 'metal-parts.txt',
    mediaType: 'text/plain',
    name: 'Working on metal parts',
    description: 'What to mind from the printer to the packing.',
    lines: [
      'Printer: oxygen below 0.1 % before the first layer; gloves and a mask at the powder.',
      'Furnace: argon on before heating; parts stay on their plate.',
      'Saw: two millimetres above the plate; mark the serial before the part is loose.',
      'Blasting: glass beads, 3 bar; threads are plugged.',
    ],
    about: [workflows.metal],
  });
}
