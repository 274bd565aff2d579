import { useEffect, useState } from 'preact/hooks';
import { run } from '../../api/client.ts';
import { Failure, toFailure } from '../../api/failure.ts';
import { toAuthHeaders } from '../../api/tokens.ts';
import { toOwnUrl } from '../../facts.ts';
import { CreateUploadDocument } from '../../graphql/graphql.ts';
import { account } from '../../state/scope.ts';

/** A list of devices on its way to the server. */
export type Upload =
  | { readonly state: 'none' }
  | { readonly state: 'uploading'; readonly file: string }
  | { readonly state: 'failed'; readonly file: string; readonly failure: Failure }
  | ({ readonly state: 'ready'; readonly file: string } & UploadedList);

/** A list that the server has. A report uses it up. */
export interface UploadedList {
  readonly id: string;
  readonly devices: number;
  readonly duplicates: number;
}

/** Uploads the file at once, so that the number of its devices is known before the report is requested. Another file ends the upload. */
export function useUpload(file: File | null): Upload {
  const [upload, setUpload] = useState<Upload>({ state: 'none' });
  useEffect(() => {
    if (file === null) {
      setUpload({ state: 'none' });
      return undefined;
    }
    const { name } = file;
    const controller = new AbortController();
    const show = (next: Upload): void => {
      if (!controller.signal.aborted) setUpload(next);
    };
    show({ state: 'uploading', file: name });
    send(file, controller.signal).then(
      (list) => show({ state: 'ready', file: name, ...list }),
      (error: unknown) => show({ state: 'failed', file: name, failure: toFailure(error) }),
    );
    return () => controller.abort();
  }, [file]);
  return upload;
}

async function send(file: File, signal: AbortSignal): Promise<UploadedList> {
  const { data } = await run(CreateUploadDocument, account.value, signal);
  const place = data.createDeviceListUpload;
  if (place === null) throw new Failure('UNEXPECTED', 'The server offers no place to upload to.');
  if (file.size > place.maxBytes)
    throw new Failure('TOO_LARGE', `The file is larger than ${place.maxBytes / 2 ** 20} MiB.`);
  const response = await fetch(toOwnUrl(place.url), {
    method: 'PUT',
    headers: { ...toAuthHeaders(), 'Content-Type': 'text/plain' },
    body: file,
    signal,
  }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new Failure('NETWORK', 'The upload was interrupted. Choose the file again.');
  });
  const text = await response.text();
  if (!response.ok) throw new Failure('REJECTED', text.slice(0, 2_000));
  const { devices, duplicates } = JSON.parse(text) as UploadedList;
  return { id: place.id, devices, duplicates };
}
