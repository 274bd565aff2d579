import { BY_NAME, describeIsolation, WITH_ACCOUNT } from '../support/isolation/interleavings.ts';
import { createParty, isOfAccount, type Party } from '../support/isolation/parties.ts';
import type { TokenIssuer } from '../support/world/token-issuer.ts';

async function createBearer(issuer: TokenIssuer, name: Party['name'], accountNumber: string): Promise<Party> {
  const token = await issuer.token(Date.parse('2026-11-20T12:00:00Z'), { sub: name, accounts: [accountNumber] });
  return createParty(name, accountNumber, { Authorization: `Bearer ${token}` }, true);
}

describeIsolation({
  title: 'whose tokens list one account each',
  foreign: [...WITH_ACCOUNT, ...BY_NAME, 'find entity', 'download'],
  async start(issuer) {
    const anne = await createBearer(issuer, 'anne', '0844021539-00001');
    const bert = await createBearer(issuer, 'bert', '0742644905-00001');
    return { parties: { anne, bert }, config: { tokens: issuer.config }, isOf: isOfAccount };
  },
});
