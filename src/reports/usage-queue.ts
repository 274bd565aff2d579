import DataLoader from 'dataloader';
import type { Imei } from '../domain/imei.ts';
import type { Clock } from '../thingspace/clock.ts';
import type { UsageScope } from './aggregate-request.ts';
import { MOST_DEVICES_A_CALL, type DeviceOutcome } from './aggregated-report.ts';
import type { Caller } from './caller.ts';
import type { AskEach } from './refusals.ts';
import type { AwaitedDevice } from './usage-call.ts';

/** The devices of one scope that wait to be asked for, or for their answer. */
export interface UsageQueue {
  add(imei: Imei, caller: Caller): QueuedDevice;
  isIdle(): boolean;
}

export interface QueuedDevice extends AwaitedDevice {
  readonly outcome: Promise<DeviceOutcome>;
  /** Whether its call has been made. */
  isAsked(): boolean;
  /** One caller less waits for it; true where that was the last. */
  leave(caller: Caller): boolean;
}

export interface UsageQueueOptions {
  readonly scope: UsageScope;
  readonly askEach: AskEach;
  readonly clock: Pick<Clock, 'after'>;
  /** How long a call that is not full waits for more devices. */
  readonly windowMs: number;
}

/** Gathers devices until ten are there, or until the window that the first of them opened is over. */
export function createUsageQueue({ scope, askEach, clock, windowMs }: UsageQueueOptions): UsageQueue {
  let gathered: AwaitedDevice[] = [];
  let closeWindow: () => void = () => undefined;
  let unsettled = 0;
  const asked = new WeakSet<AwaitedDevice>();

  const loader = new DataLoader<AwaitedDevice, DeviceOutcome>(
    async (devices) => {
      const live = gathered;
      gathered = [];
      live.forEach((device) => asked.add(device));
      const outcomes = live.length === 0 ? new Map<AwaitedDevice, DeviceOutcome>() : await askEach(scope, live);
      return devices.map((device) => outcomes.get(device) ?? new Error('nobody waits for this device any more'));
    },
    {
      cache: false,
      maxBatchSize: Infinity,
      batchScheduleFn(dispatch) {
        const callOff = clock.after(windowMs, () => closeWindow());
        closeWindow = () => {
          closeWindow = () => undefined;
          callOff();
          dispatch();
        };
      },
    },
  );

  return {
    add(imei, caller) {
      const awaited: AwaitedDevice = { imei, waiting: new Set([caller]), onAbandoned: () => undefined };
      gathered.push(awaited);
      unsettled += 1;
      const outcome = loader.load(awaited).finally(() => (unsettled -= 1));
      const device = Object.assign(awaited, {
        outcome,
        isAsked: () => asked.has(awaited),
        leave(gone: Caller) {
          awaited.waiting.delete(gone);
          if (awaited.waiting.size > 0) return false;
          if (!asked.has(awaited)) gathered = gathered.filter((each) => each !== awaited);
          awaited.onAbandoned();
          return true;
        },
      });
      if (gathered.length === MOST_DEVICES_A_CALL) closeWindow();
      return device;
    },
    isIdle: () => unsettled === 0,
  };
}
