import { accessSync, closeSync, constants, fsyncSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { toReportedError } from './driver-error.ts';
import type { StoreError } from './store-error.ts';

const NAME = /^callbacks-[\w-]+\.spool$/;

/** Returns the name of a spool file. */
export function toSpoolName(name: string): string {
  return `callbacks-${name}.spool`;
}

/** Creates the folder if it is missing, readable by the owner only. Throws errors of the file system. */
export function makeSpoolFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
}

/** Reports a folder that cannot be created or written, so that an operator knows before it is needed. */
export function checkSpoolFolder(folder: string, onFailure: (error: StoreError) => void): void {
  try {
    makeSpoolFolder(folder);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    onFailure(toReportedError(error));
  }
}

/** Returns the names of the spool files in the folder; none if it is missing or cannot be read. */
export function listSpoolFiles(folder: string, onFailure: (error: StoreError) => void): string[] {
  try {
    return readdirSync(folder).filter((name) => NAME.test(name));
  } catch (error) {
    const failure = toReportedError(error);
    if (failure.driverCode !== 'ENOENT') onFailure(failure);
    return [];
  }
}

/** The name of a new file is on disk only after its folder is. */
export function syncFolder(folder: string): void {
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}
