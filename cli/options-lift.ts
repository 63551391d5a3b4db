/** Options of the commands that read kernel source. */
export interface TreeOptions { tree: string, patch?: string[], json?: string }
export type LiftOptions = TreeOptions
export interface VerifyOptions extends TreeOptions { kernel: string, jobs?: string, solver: string, cache: boolean }
export interface DiffOptions { json?: string, jobs?: string }
export interface DriftOptions extends TreeOptions { kernel?: string }
