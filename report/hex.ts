/** `0x` and as many digits as the width has. */
export const hex = (value: bigint, bits: number): string => `0x${value.toString(16).padStart(Math.ceil(bits / 4), '0')}`
