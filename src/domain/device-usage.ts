import type { Imei } from './imei.ts';

/** Usage of a device in a window. Null means that the platform sent no value, or one that cannot be trusted. */
export interface Usage {
  readonly numberOfSessions: number | null;
  readonly bytesTransferred: number | null;
}

/** The usage of one device. */
export interface DeviceUsage extends Usage {
  readonly kind: 'usage';
  readonly imei: Imei;
}

/** The platform's own description of an error. */
export interface UpstreamErrorMessage {
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly httpStatusCode: string | null;
  readonly detailErrorMessage: string | null;
}

/** An error of a device, in the platform's words. */
export interface DeviceErrorText {
  readonly errorMessage: string | null;
  readonly errorResponse: UpstreamErrorMessage | null;
}

/** Why there is no usage for a device. `imei` is null if the platform does not name the device. */
export interface DeviceError extends DeviceErrorText {
  readonly kind: 'error';
  readonly imei: Imei | null;
}

/** What the platform reports about one device. */
export type DeviceResult = DeviceUsage | DeviceError;
