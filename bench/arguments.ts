/** The number that an option of the command line gives; at least so much. */
export function numberOf(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!(value >= least)) throw new Error(`--${name} ${text}: a number from ${least} is needed.`);
  return value;
}
