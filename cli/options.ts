/** The options of the commands, as commander hands them over. */
export interface DecodeOptions { as: string, json?: string }
export interface EncodeOptions extends DecodeOptions { from: string }
export interface ListOptions { json?: string }
export interface ReplayOptions extends ListOptions { on: 'sim' | 'guest', all?: true, from?: string, to?: string, step?: true, itf?: string }
export interface CheckCommandOptions extends ListOptions {
  kernel?: string[], userspace?: 'any' | 'contract', solver: string, jobs?: string, timeout?: string, cache: boolean, smtDir?: string, evidence?: true, onGuest?: true, tree?: string, patch?: string[],
  induction?: true, search?: true, depth?: string, budget?: string
}
export interface ExploreCommandOptions extends ListOptions { kernel?: string[], principle?: string[], budget: string, jobs?: string, timeout: string, all?: true, write?: true, cache: boolean }
