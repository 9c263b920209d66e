/** Thrown by work that runs apart: its content cannot be worked on. The message is for a person. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}
