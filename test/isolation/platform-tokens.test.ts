import { BY_NAME, describeIsolation } from '../support/isolation/interleavings.ts';
import { createParty, type Party } from '../support/isolation/parties.ts';

function createSignedIn(name: Party['name']): Party {
  const headers = { Authorization: `Bearer ${name}s-bearer`, 'VZ-M2M-Token': `${name}s-session` };
  return createParty(name, '0844021539-00001', headers, false);
}

describeIsolation({
  title: 'of one account, each with their own platform tokens',
  foreign: [...BY_NAME, 'find entity', 'download'],
  start: () =>
    Promise.resolve({
      parties: { anne: createSignedIn('anne'), bert: createSignedIn('bert') },
      config: { callersBringTokens: true, credentials: null },
      isOf: (party, request) =>
        Object.entries(party.headers).every(
          ([name, value]) => request.headers[name.toLowerCase()]?.toString() === value,
        ),
    }),
});
