/** The part of the package that is used: it brings no types of its own. */
declare module '@lhncbc/ucum-lhc' {
  export interface Unit {
    /** How many of the base units of its dimension it is; a double. */
    readonly magnitude_: number;
    readonly dim_: { readonly dimVec_: readonly number[] | null } | null;
    /** The name of the function that converts it where that is more than a factor, such as `Cel`. */
    readonly cnv_: string | null;
    /** The power of the mole in it. */
    readonly moleExp_: number;
    /** It measures an effect, by a procedure of its own: nothing can be converted to it. */
    readonly isArbitrary_: boolean;
  }
  export const UcumLhcUtils: {
    getInstance(): { getSpecifiedUnit(code: string, value: 'validate'): { unit: Unit | null } };
  };
}
