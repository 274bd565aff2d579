import { accessSync, closeSync, constants, fsyncSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { toReportedError } from './driver-error.ts';
import type { StoreError } from './store-error.ts';

/** Where the spool files of a database are. Other databases can have theirs in the same folder. */
export interface SpoolFolder {
  readonly path: string;
  /** Names the database: letters, digits and "-", as many for each. */
  readonly database: string;
}

/** Returns the path of a spool file. */
export function toSpoolPath(folder: SpoolFolder, name: string): string {
  return path.join(folder.path, `${toPrefix(folder)}${name}${SUFFIX}`);
}

const SUFFIX = '.spool';

function toPrefix({ database }: SpoolFolder): string {
  return `callbacks-${database}-`;
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

/** Returns the paths of the database's spool files; none if the folder is missing or cannot be read. */
export function listSpoolFiles(folder: SpoolFolder, onFailure: (error: StoreError) => void): string[] {
  try {
    const files = readdirSync(folder.path).filter((file) => file.startsWith(toPrefix(folder)) && file.endsWith(SUFFIX));
    return files.map((file) => path.join(folder.path, file));
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
