/** Something that cannot be measured on this machine. The rest of the benchmarks goes on. */
export class Unavailable extends Error {
  name = 'Unavailable';
}
