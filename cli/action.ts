/** What a command's action is made of. */

/** Exit statuses. */
export type Status = 0 | 1 | 2 | 3 | 4

/** Commander's action: runs the command and leaves its status for when the output is written. */
export function action<A extends unknown[]>(run: (...args: A) => Promise<Status>): (...args: A) => Promise<void> {
  return async (...args) => { process.exitCode = await run(...args) }
}
