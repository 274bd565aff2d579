import { createDeviceOperations } from './devices.ts';
import { createFollowingOperation } from './following.ts';
import type { Operation, OperationSetup } from './operation.ts';
import { createRequestOperations } from './requests.ts';
import { createReportOperations } from './reports.ts';
import { createSessionsOperation } from './sessions.ts';
import { createStoredOperations } from './stored.ts';

/** Everything that callers do under load. */
export function createOperations(setup: OperationSetup): readonly Operation[] {
  return [
    createSessionsOperation(setup),
    ...createReportOperations(setup),
    ...createDeviceOperations(setup),
    ...createRequestOperations(setup),
    ...createStoredOperations(setup),
    createFollowingOperation(setup),
  ];
}
