/** The principles. A new one is a file and a line here. */
import type { Principle } from '../principle.js'
import { bothEnds } from './both-ends.js'
import { callFlag } from './call-flag.js'
import { disclosure } from './disclosure.js'
import { failedRequest } from './failed-request.js'
import { fakeAsCompat } from './fake-as-compat.js'
import { fromUser } from './from-user.js'
import { isolation } from './isolation.js'
import { nativeAsMainline } from './native-as-mainline.js'
import { restartedCall } from './restart.js'
import { scheduling } from './scheduling.js'
import { tracing } from './tracing.js'
import { views } from './views.js'
import { width } from './width.js'
import { writtenBack } from './written-back.js'

export const principles: readonly Principle[] = [
  // the quick ones first: where a budget ends the search, most has been asked
  callFlag, restartedCall, bothEnds, tracing, fromUser, width, fakeAsCompat, nativeAsMainline, isolation, disclosure, scheduling, views, failedRequest, writtenBack,
]
