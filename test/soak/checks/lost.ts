import type { LoadClient } from '../load/client.ts';
import type { Ledger } from '../load/ledger.ts';
import { readWhole } from '../load/operations/stored.ts';
import type { Oracle } from '../oracle.ts';

/** Describes what is wrong with a caller's accepted reports after all their messages were sent. */
export async function findLost(client: LoadClient, ledger: Ledger, oracle: Oracle): Promise<string[]> {
  const faults: string[] = [];
  for (const report of ledger.accepted()) {
    const { status, checked } = await readWhole({ client, oracle }, report);
    if (checked.detail !== null) faults.push(checked.detail);
    else if (status !== 'COMPLETED') faults.push(`${report.txid} is ${status}, although all its messages were sent`);
  }
  return faults;
}
