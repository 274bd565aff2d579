import { readFileSync, writeFileSync } from 'node:fs';

const tickMs = 10;

/**
 * Returns the CPU time of a process so far, over all its threads.
 * @param {number} pid
 * @returns {number} milliseconds
 */
export function cpuMs(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The process name in parentheses may contain spaces, so count the fields after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/**
 * Returns the resident memory of a process, and its peak.
 * @param {number} pid
 * @returns {{ residentMiB: number, peakMiB: number }}
 */
export function memory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (/** @type {string} */ name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1024;
  return { residentMiB: mib('VmRSS'), peakMiB: mib('VmHWM') };
}

/**
 * Resets the peak to the current resident memory.
 * @param {number} pid
 */
export function resetPeak(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
