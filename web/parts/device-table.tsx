import type { ComponentChildren } from 'preact';
import { Imei } from './values.tsx';

export interface DeviceColumn {
  readonly name: string;
  /** text: to the left. wide: takes the room that is left. roomy: hidden where there is little room. */
  readonly kind?: 'text' | 'wide' | 'roomy';
}

/** A row, whose first cell links to the device. */
export interface DeviceRow {
  readonly imei: string;
  /** Tells two rows of one device apart. */
  readonly reason?: string;
  /** One per column. */
  readonly cells: readonly ComponentChildren[];
}

/** A table of devices that scrolls by itself. */
export function DeviceTable(props: {
  /** The id of the heading that names the table. */
  readonly labelledBy: string;
  readonly columns: readonly DeviceColumn[];
  readonly rows: readonly DeviceRow[];
}) {
  const { labelledBy, columns, rows } = props;
  return (
    <div class="scroll whole" tabIndex={0} role="region" aria-labelledby={labelledBy}>
      <table>
        <thead>
          <tr>
            <th scope="col">Device</th>
            {columns.map(({ name, kind }) => (
              <th scope="col" class={kind}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ imei, reason, cells }) => (
            <tr key={`${imei} ${reason}`} data-device={imei} data-reason={reason}>
              <th scope="row">
                <Imei imei={imei} />
              </th>
              {cells.map((cell, at) => (
                <td class={columns[at]?.kind}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
