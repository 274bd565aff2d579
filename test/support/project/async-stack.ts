import inspector, { Session, type Runtime } from 'node:inspector';
import { fileURLToPath } from 'node:url';

/** Records which functions wait for a moment, across timers, promises and ticks, as a debugger shows them. */
export interface AsyncStacks {
  /** The project's files that wait for whoever calls this, the innermost first. Each time that a file is entered it is listed. */
  files(): string[];
  close(): void;
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const MAX_DEPTH = 200;

export function recordAsyncStacks(): AsyncStacks {
  const session = new Session();
  let latest: Runtime.StackTrace | undefined;
  session.connect();
  session.on('Runtime.consoleAPICalled', ({ params }) => (latest = params.stackTrace));
  session.post('Runtime.enable');
  session.post('Debugger.enable');
  session.post('Debugger.setAsyncCallStackDepth', { maxDepth: MAX_DEPTH });

  /** What scheduled a trace. The session answers before `post` returns. */
  const scheduledBy = ({ parent, parentId }: Runtime.StackTrace): Runtime.StackTrace | undefined => {
    let found = parent;
    if (parentId !== undefined) {
      session.post('Debugger.getStackTrace', { stackTraceId: parentId }, (_, answer) => (found = answer.stackTrace));
    }
    return found;
  };

  return {
    files() {
      latest = undefined;
      inspector.console.debug('this stack, please');
      const urls: string[] = [];
      for (let trace: Runtime.StackTrace | undefined = latest; trace !== undefined; trace = scheduledBy(trace))
        urls.push(...trace.callFrames.map(({ url }) => url));
      const files = urls
        .map((url) => url.replace(/^file:\/\//, ''))
        .filter((url) => url.startsWith(ROOT))
        .map((url) => url.slice(ROOT.length))
        .filter((file) => file.startsWith('src/') || file.startsWith('schema/'));
      return files.filter((file, at) => file !== files[at - 1]);
    },
    close: () => session.disconnect(),
  };
}
