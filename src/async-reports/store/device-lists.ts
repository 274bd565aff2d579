import { isAccountNumber } from '../../domain/account.ts';
import type { Database } from './database.ts';
import type { FleetStore } from './fleet-store.ts';

export interface DeviceListsOptions {
  readonly database: Database;
  readonly now: () => number;
}

type DeviceLists = Pick<FleetStore, 'createList' | 'findOpenList' | 'savePart' | 'finishList' | 'removeUpload'>;

/** Stores the lists that callers upload. A list is uploaded part by part; it has what the upload that ended first brought. */
export function createDeviceLists({ database, now }: DeviceListsOptions): DeviceLists {
  return {
    createList: ({ id, accountNumber, owner, principal, expiresAtMs }, maxOfPrincipal, maxInAll) =>
      database.write(async ({ tables }) => {
        const { all, own } = await tables
          .selectFrom('device_lists')
          .select((eb) => [
            eb.fn.countAll<number>().as('all'),
            eb.fn.count<number>(eb.case().when('principal', '=', principal).then(1).end()).as('own'),
          ])
          .where('expires_at', '>', now())
          .executeTakeFirstOrThrow();
        if (own >= maxOfPrincipal || all >= maxInAll) return false;
        const row = { id, account_number: accountNumber ?? '', owner, principal, expires_at: expiresAtMs };
        await tables
          .insertInto('device_lists')
          .values({ ...row, upload: null, devices: 0 })
          .execute();
        return true;
      }),
    findOpenList: (id) =>
      database.readOwn(async (tables) => {
        const row = await tables
          .selectFrom('device_lists')
          .select(['id', 'account_number', 'owner', 'expires_at', 'upload'])
          .where('id', '=', id)
          .where('upload', 'is', null)
          .executeTakeFirst();
        if (row === undefined) return null;
        const { account_number: account, owner, expires_at: expiresAtMs } = row;
        return { id, accountNumber: isAccountNumber(account) ? account : null, owner, expiresAtMs };
      }),
    async savePart(upload, part, imeis, devices) {
      await database.write(({ tables }) =>
        tables
          .insertInto('fleet_parts')
          .values(toNewPart({ upload, part, round: 0, imeis, devices, created_at: now() }))
          .onConflict((conflict) => conflict.columns(['upload', 'part']).doNothing())
          .execute(),
      );
    },
    finishList: (id, upload, devices, expiresAtMs) =>
      database.write(async ({ tables }) => {
        const finished = await tables
          .updateTable('device_lists')
          .set({ upload, devices, expires_at: expiresAtMs })
          .where('id', '=', id)
          .where('upload', 'is', null)
          .where('expires_at', '>', now())
          .returning('id')
          .execute();
        return finished.length > 0;
      }),
    async removeUpload(upload) {
      await database.write(({ tables }) => tables.deleteFrom('fleet_parts').where('upload', '=', upload).execute());
    },
  };
}

/** What is known of a part that was not sent. */
interface NewPart {
  readonly upload: string;
  readonly part: number;
  readonly round: number;
  readonly imeis: string;
  readonly devices: number;
  readonly created_at: number;
}

/** The row of a part that was not sent. */
export function toNewPart(part: NewPart) {
  return {
    ...part,
    first_imei: part.imeis.split('\n', 1)[0] ?? '',
    stage: 'waiting' as const,
    attempt: 0,
    began_at: null,
    txid: null,
    uncertain_json: '[]',
    failure_json: null,
    totals_json: null,
    totals_revision: 0,
    merged_revision: 0,
  };
}
