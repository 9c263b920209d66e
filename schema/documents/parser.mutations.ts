import {
  addDocumentParserInstruction,
  archiveDocumentParserInstruction,
  updateDocumentParserInstruction,
} from '../../src/documents/parser-instruction.service.ts';
import { recordDocumentParserReport } from '../../src/documents/parser-report.service.ts';
import {
  archiveDocumentParserTemplate,
  createDocumentParserTemplate,
  updateDocumentParserTemplate,
} from '../../src/documents/parser-template.service.ts';
import { parseDocument } from '../../src/documents/parsing.service.ts';
import { mutation, one } from '../shared/mutation.ts';

for (const command of [
  createDocumentParserTemplate,
  updateDocumentParserTemplate,
  archiveDocumentParserTemplate,
]) {
  mutation<{ id: string }>(command, { documentParserTemplate: one('DocumentParserTemplate', 'id') });
}
for (const command of [
  addDocumentParserInstruction,
  updateDocumentParserInstruction,
  archiveDocumentParserInstruction,
]) {
  mutation<{ documentParserInstructionId: string; documentParserTemplateId: string }>(command, {
    documentParserInstruction: one('DocumentParserInstruction', 'documentParserInstructionId'),
    documentParserTemplate: one(
      'DocumentParserTemplate',
      'documentParserTemplateId',
      'The template, with the places of its instructions as they are now.',
    ),
  });
}
mutation(parseDocument, {
  documentParsingJob: one(
    'DocumentParsingJob',
    'documentParsingJobId',
    'The reading: it is done in the background.',
  ),
});
mutation(recordDocumentParserReport, {
  documentParserReport: one('DocumentParserReport', 'documentParserReportId'),
});
