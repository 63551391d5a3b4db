// Mutants that nothing notices, each with the reason. docs/mutation-model.md is about them.

/** `in`: file and function; `what`: the change, as it is printed, in whole or as a regular expression. */
export const survivors = []

/** Why nothing notices the mutant, if that is known. */
export const explained = (m) => survivors.find((s) => s.in === `${m.file} ${m.function}` && (typeof s.what === 'string' ? s.what === m.what : s.what.test(m.what)))?.why
