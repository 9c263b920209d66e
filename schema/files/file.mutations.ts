import { archiveFile, createUpload } from '../../src/files/file.service.ts';
import { builder } from '../builder.ts';
import { mutation, one } from '../shared/mutation.ts';

mutation(createUpload, { file: one('File', 'id') });
mutation(archiveFile, { file: one('File', 'id') });

interface Announced {
  readonly done: { readonly outcome: { readonly id: string; readonly uploadUntil: string } };
}

// The link is written anew for every answer, a repeated one too: kept nowhere, it can be read nowhere.
builder.objectFields('CreateUploadSuccess' as never, (t) => ({
  uploadUrl: t.string({
    description:
      'Where the content is sent to, with one HTTP PUT and without a token. A path, to be resolved against the URL of this endpoint, unless the installation names its public URL.',
    resolve: (success, _args, context) => {
      const { id, uploadUntil } = (success as Announced).done.outcome;
      const { organizationId } = context.signedIn;
      return context.runtime.files.uploadUrl(organizationId, id, new Date(uploadUntil));
    },
  }),
  uploadUntil: t.field({
    type: 'DateTime',
    description: 'Until when the upload may begin.',
    resolve: (success) => new Date((success as Announced).done.outcome.uploadUntil),
  }),
}));
