/** The kinds of file that an export makes. */

/** markdown: to be read. json: for other programs. backup: what `ConversationFace.restore` takes. zip: all of them. */
export type ExportFormat = 'markdown' | 'json' | 'backup' | 'zip';

/** What a file's name ends in, and its media type. */
export const fileTypes: Readonly<Record<ExportFormat, { readonly ending: string; readonly type: string }>> = {
  markdown: { ending: '.md', type: 'text/markdown' },
  json: { ending: '.json', type: 'application/json' },
  backup: { ending: ' backup.json', type: 'application/json' },
  zip: { ending: '.zip', type: 'application/zip' },
};
