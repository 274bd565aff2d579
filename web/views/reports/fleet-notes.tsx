import { plural } from '../../format/numbers.ts';
import type { StoredFleetQuery } from '../../graphql/graphql.ts';

export type StoredFleet = NonNullable<StoredFleetQuery['fleetReport']>;

/** What did not go as planned: parts that were rejected, and devices that were requested again. */
export function FleetNotes({ fleet: { rejections, repeats } }: { readonly fleet: StoredFleet }) {
  if (rejections.length === 0 && repeats.length === 0) return null;
  return (
    <div class="notice">
      <ul>
        {rejections.map(({ part, devices, message }) => (
          <li key={part}>
            Part {part} with {plural(devices, 'device')} was rejected: {message}
          </li>
        ))}
        {repeats.map(({ devices, reason }) => (
          <li>
            {plural(devices, 'device was', 'devices were')} requested again, because{' '}
            {reason === 'MISSING'
              ? 'nothing arrived for them.'
              : 'it was uncertain whether ThingSpace had accepted them.'}
          </li>
        ))}
      </ul>
    </div>
  );
}
