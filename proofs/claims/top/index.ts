/** The conditions whose conjunction is top/no-broken-behaviour. */
import { condition as authorisedChanges } from './authorised-changes.js'
import { condition as errorsEnd } from './errors-end.js'
import { condition as legalReturn } from './legal-return.js'
import { condition as noDisclosure } from './no-disclosure.js'
import { condition as treatedAsCalled } from './treated-as-called.js'

export const conditions = [legalReturn, authorisedChanges, noDisclosure, treatedAsCalled, errorsEnd] as const
