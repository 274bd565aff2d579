// Starts GraphiQL in the browser. Plain JavaScript, because it is sent as it is.

const { tabs, requestsSample, workers } = JSON.parse(document.getElementById('options').textContent);

/** GraphiQL stores what it remembers under these names. */
const TABS = 'graphiql:tabState';
const QUERY = 'graphiql:query';
const VARIABLES = 'graphiql:variables';
const HEADERS = 'graphiql:headers';
const PERSISTS_HEADERS = 'graphiql:shouldPersistHeaders';
/** Here it stores the headers of each operation even if it should not persist any. */
const HISTORIES = ['graphiql:queries', 'graphiql:favorites'];

globalThis.MonacoEnvironment = {
  // By this the variables of a tab can be changed.
  globalAPI: true,
  getWorkerUrl: (_, label) => workers[label],
};

// GraphiQL's own script runs after this one and before this event.
addEventListener('DOMContentLoaded', () => void start());

async function start() {
  if (!persistsHeaders()) forgetHeaders();
  const linked = readLink();
  const stored = readTabs();
  const shown = stored?.tabs ?? [...linked, ...(await fillIn(tabs))];
  selectTab(linked[0] ?? shown[stored?.activeTabIndex ?? 0]);
  globalThis.YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
    title: 'Device reports',
    fetcher: run,
    storage,
    defaultTabs: shown,
    shouldPersistHeaders: persistsHeaders(),
    showPersistHeadersSettings: true,
    // By default, it copies the operation into the address. Its IMEIs would end up in the browser's history and in access logs.
    onEditQuery() {},
  });
}

/**
 * The operation in the parameters `query` and `variables` of the address, as a tab, which are then removed from the address. In its fragment,
 * they are not sent to the server.
 */
function readLink() {
  const links = [location.search, location.hash.replace('#', '?')].map((text) => new URLSearchParams(text));
  history.replaceState(null, '', location.pathname);
  const link = links.find((params) => params.has('query'));
  return link === undefined ? [] : [{ query: link.get('query'), variables: link.get('variables') ?? '' }];
}

/** The tabs of the last visit, or null on a first visit. */
function readTabs() {
  try {
    const stored = JSON.parse(localStorage.getItem(TABS));
    return stored?.tabs?.[stored.activeTabIndex] === undefined ? null : stored;
  } catch {
    return null;
  }
}

/** GraphiQL opens the tab that has what is stored here. If no tab has it, it adds one. */
function selectTab({ query, variables, headers }) {
  localStorage.setItem(QUERY, query ?? '');
  localStorage.setItem(VARIABLES, variables ?? '');
  if (persistsHeaders()) localStorage.setItem(HEADERS, headers ?? '');
}

const storage = {
  get length() {
    return localStorage.length;
  },
  getItem: (name) => localStorage.getItem(name),
  removeItem: (name) => localStorage.removeItem(name),
  clear: () => localStorage.clear(),
  setItem(name, value) {
    const isKept = persistsHeaders() || !HISTORIES.includes(name);
    localStorage.setItem(name, isKept ? value : withoutHeaders(value));
    if (name === PERSISTS_HEADERS && value !== 'true') forgetHeaders();
  },
};

/** Whether the user has asked for it in the settings: headers contain tokens. */
function persistsHeaders() {
  return localStorage.getItem(PERSISTS_HEADERS) === 'true';
}

function forgetHeaders() {
  localStorage.removeItem(HEADERS);
  for (const name of [TABS, ...HISTORIES]) {
    const value = localStorage.getItem(name);
    if (value !== null) localStorage.setItem(name, withoutHeaders(value));
  }
}

function withoutHeaders(json) {
  return JSON.stringify(JSON.parse(json), (name, value) => (name === 'headers' ? null : value));
}

/** Sets the variable txid of the tabs to the newest report, or to one that is requested from the simulator. */
async function fillIn(samples) {
  const variables = samples.map((tab) => JSON.parse(tab.variables));
  const asynchronous = variables.find(({ txid }) => txid !== undefined);
  const txid = await findReport(asynchronous.input).catch(() => null);
  if (txid !== null) asynchronous.txid = txid;
  return samples.map(({ query }, at) => ({ query, variables: JSON.stringify(variables[at], null, 2) }));
}

async function findReport(input) {
  const { data } = await ask('{ aggregatedReportRequests(first: 1) { nodes { txid } } }');
  const newest = data?.aggregatedReportRequests?.nodes[0]?.txid ?? null;
  if (newest !== null || !requestsSample) return newest;
  const query = `mutation ($input: RequestAggregatedReportInput!) { requestAggregatedReport(input: $input) { txid } }`;
  const requested = await ask(query, { input });
  return requested.data?.requestAggregatedReport?.txid ?? null;
}

async function ask(query, variables) {
  for await (const result of send({ query, variables }, {}, AbortSignal.timeout(5_000))) return result;
  return {};
}

/** Runs an operation for GraphiQL, as it is in the editor, so that the locations of errors match. Leaving it ends the request. */
function run(operation, { headers = {} } = {}) {
  const controller = new AbortController();
  const results = send(operation, headers, controller.signal);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => results.next(),
    // A generator does not see return() while it waits.
    return() {
      controller.abort();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}

async function* send({ query, operationName, variables }, headers, signal) {
  try {
    const response = await fetch(location.pathname, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream', ...headers },
      body: JSON.stringify({ query, operationName, variables }),
      signal,
    });
    if (response.headers.get('Content-Type')?.startsWith('text/event-stream') === true) {
      yield* readEvents(response.body);
      return;
    }
    const result = await readResult(response);
    follow(result.data ?? {});
    yield result;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Something between the browser and the server may respond with another type. */
async function readResult(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { errors: [{ message: `HTTP ${response.status}: ${text.slice(0, 1_000)}` }] };
  }
}

async function* readEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new Error('The connection ended before the subscription was complete. Run it again.');
    const events = (text + value).split('\n\n');
    text = events.pop();
    for (const event of events) {
      if (/^event: complete$/m.test(event)) return;
      const data = /^data: (.+)$/m.exec(event)?.[1];
      if (data !== undefined) yield JSON.parse(data);
    }
  }
}

/**
 * Sets variables of the current tab, those that it has: to the report or fleet report that was just requested, so that it can be followed, and
 * to the list of devices whose upload was just created.
 */
function follow({ requestAggregatedReport, retryMissingDevices, requestFleetReport, createDeviceListUpload }) {
  const model = globalThis.monaco?.editor.getModels().find(({ uri }) => uri.path.endsWith('variables.json'));
  if (model === undefined) return;
  try {
    const variables = JSON.parse(model.getValue());
    const before = JSON.stringify(variables);
    replace(variables, 'txid', (requestAggregatedReport ?? retryMissingDevices)?.txid);
    replace(variables, 'id', requestFleetReport?.id);
    replace(variables.input, 'deviceListId', createDeviceListUpload?.id);
    if (JSON.stringify(variables) === before) return;
    const text = JSON.stringify(variables, null, 2);
    model.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
  } catch {
    // The user is editing the variables.
  }
}

function replace(variables, name, value) {
  if (variables?.[name] !== undefined && value !== undefined) variables[name] = value;
}
