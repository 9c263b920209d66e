/** Why a document cannot be read at all. */
export type UnreadableReason =
  | 'NOT_A_PDF'
  | 'BROKEN'
  | 'ENCRYPTED'
  | 'TOO_LARGE'
  | 'TOO_MANY_PAGES'
  | 'PAGE_TOO_LARGE'
  | 'NO_SUCH_PAGE'
  | 'EMPTY';

/** The bytes cannot be read as a certificate; the message says to a person what to do about it. */
export class DocumentUnreadableError extends Error {
  override readonly name = 'DocumentUnreadableError';
  readonly reason: UnreadableReason;
  constructor(reason: UnreadableReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}
