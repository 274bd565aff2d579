import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What its server leaves behind, `postmaster.pid`, stands in the folder's `data`. */
const CARE = `cat > /dev/null
kill -QUIT "$(head -n 1 "$0/data/postmaster.pid")"
until rm -rf "$0"; do sleep 0.1; done`;

export interface PostgresCaretaker {
  /** Removes the folder, and stops what still runs in it. */
  close(): Promise<void>;
}

/** Watches over a PostgreSQL's folder: both are gone once this process is, even where it was killed. */
export function startPostgresCaretaker(folder: string): PostgresCaretaker {
  // Apart from our process group, for a Ctrl-C to pass it by; it sees our end by the end of its input.
  const shell = spawn('sh', ['-c', CARE, folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  const ended = once(shell, 'exit');
  return {
    async close() {
      shell.stdin.end();
      await ended;
    },
  };
}
