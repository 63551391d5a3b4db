/** The messages of the public review that claims quote, beside the one in thread.ts. Who wrote, when, in which thread. */
const RFC_V1 = 'linux-arm-kernel, "[RFC] arm64: Exposes support for 32bit syscalls"'
const RFC_V2 = 'linux-arm-kernel, "[RESEND RFC PATCH v2] arm64: Exposes support for 32-bit syscalls"'
const V4 = 'linux-arm-kernel, "[RESEND PATCH v4 8/8] arm64: Allow 64-bit tasks to invoke compat syscalls"'

export const RUTLAND_V1 = `${RFC_V1}, Mark Rutland, 2 Feb 2021`
export const RUTLAND_V2 = `${RFC_V2}, Mark Rutland, 12 Feb 2021 (his first answer to it)`
export const RUTLAND_TO_DANTRAS = `${RFC_V2}, Mark Rutland to Amanieu d'Antras, 12 Feb 2021`
export const BERGMANN_V2 = `${RFC_V2}, Arnd Bergmann, 12 Feb 2021`
export const MARINAS_V2 = `${RFC_V2}, Catalin Marinas to David Laight, 12 Feb 2021`
export const MARINAS_FIRST = `${RFC_V2}, Catalin Marinas to Mark Brown, 12 Feb 2021`
export const LAIGHT_FIRST = `${RFC_V2}, David Laight to Catalin Marinas, 12 Feb 2021 (his first answer)`
export const LAIGHT_V4 = `${V4}, David Laight to Arnd Bergmann, 18 May 2021`
export const LAIGHT_V2 = `${RFC_V2}, David Laight to Catalin Marinas, 12 Feb 2021`
export const V4_COVER = '"[RESEND PATCH v4 0/8] arm64: Allow 64-bit tasks to invoke compat syscalls", Amanieu d\'Antras, 18 May 2021, <20210518090658.9519-1-amanieu@gmail.com>'
export const V4_PATCH_7 = '"[RESEND PATCH v4 7/8] arm64: Forbid calling compat sigreturn from 64-bit tasks", its title, Amanieu d\'Antras, 18 May 2021'
export const V4_PATCH_8 = '"[RESEND PATCH v4 8/8] arm64: Allow 64-bit tasks to invoke compat syscalls", Amanieu d\'Antras, 18 May 2021, <20210518090658.9519-9-amanieu@gmail.com>'
export const BERGMANN_V4 = `${V4}, Arnd Bergmann, 18 May 2021`
export const HOUDEK_V4 = `${V4}, Ryan Houdek to Arnd Bergmann, 18 May 2021`
export const DANTRAS_TO_BERGMANN_V4 = `${V4}, Amanieu d'Antras to Arnd Bergmann, 19 May 2021`
export const DANTRAS_TO_PRICE_V4 = `${V4}, Amanieu d'Antras to Steven Price, 19 May 2021`
export const PRICE_V4 = `${V4}, Steven Price to Amanieu d'Antras, 24 May 2021`
/** The other half of a sentence of the series: what a reader takes it to say, too. */
export const otherHalfOf = (mail: string): string => `the other half of a sentence of ${mail}`
