import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Waits for the end of its input, stops the server by its `postmaster.pid`, and removes the folder. */
const CARE = `cat > /dev/null
kill -QUIT "$(head -n 1 "$0/data/postmaster.pid")"
until rm -rf "$0"; do sleep 0.1; done`;

export interface PostgresCaretaker {
  /** Stops the server if it still runs, and removes the folder. */
  close(): Promise<void>;
}

/** Starts a process that stops a PostgreSQL and removes its folder when this process ends, even if it is killed. */
export function startPostgresCaretaker(folder: string): PostgresCaretaker {
  // Detached from our process group, so that Ctrl-C does not reach it. Its input ends when this process does.
  const shell = spawn('sh', ['-c', CARE, folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  const ended = once(shell, 'exit');
  return {
    async close() {
      shell.stdin.end();
      await ended;
    },
  };
}
