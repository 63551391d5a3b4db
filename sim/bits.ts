/** Registers are bigints of 64 bits; what fits 32 bits and is hot is a JavaScript number (unsigned). */
export const u64 = (x: bigint): bigint => BigInt.asUintN(64, x)
export const u32 = (x: bigint): bigint => BigInt.asUintN(32, x)
export const low32 = (x: bigint): number => Number(BigInt.asUintN(32, x))
/** The low word as a signed int, as C's (int) does. */
export const int = (x: bigint): number => Number(BigInt.asIntN(32, x))
export const roundDown = (x: bigint, to: bigint): bigint => u64(x - (x % to))

/** errno values, as the kernel returns them: negative, 64 bits. */
const errnos = Array.from({ length: 600 }, (_, n) => u64(BigInt(-n)))
export const errno = (n: number): bigint => errnos[n] ?? u64(BigInt(-n))
export const EIO = 5, E2BIG = 7, ESRCH = 3, EFAULT = 14, EINVAL = 22, ENOSYS = 38, EINTR = 4
export const ERESTARTSYS = 512, ERESTARTNOINTR = 513, ERESTARTNOHAND = 514, ERESTART_RESTARTBLOCK = 516
export const NO_SYSCALL = 0xffffffffn
