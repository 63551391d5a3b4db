/** Conditions that tell causes apart. */
import type { SymTask } from '../model/index.js'
import { inFakeCall } from '../proofs/observe.js'
import type { Case } from './principle.js'

export const inFake = (who: string, call: SymTask): Case => ({ name: `${who} in a fake call`, is: inFakeCall(call) })
