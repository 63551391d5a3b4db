/** The message all claims of this room quote. */
export const THREAD = 'linux-arm-kernel, "[RESEND RFC PATCH v2] arm64: Exposes support for 32-bit syscalls", Amanieu d\'Antras to Mark Rutland, 12 Feb 2021'
