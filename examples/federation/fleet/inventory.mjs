/** Returns the vehicles of the fleet: one per tracker of the account. Its device group is the depot. */
export function toVehicles(devices) {
  return devices
    .filter(({ kind }) => kind === 'tracker')
    .map(({ imei, deviceLabel, deviceGroup }, index) => ({
      id: String(index + 1),
      name: deviceLabel,
      depot: deviceGroup,
      imei,
    }));
}

/** Creates the lookups of vehicles by depot, id and IMEI. */
export function createInventory(vehicles) {
  const byId = new Map(vehicles.map((vehicle) => [vehicle.id, vehicle]));
  const byImei = new Map(vehicles.map((vehicle) => [vehicle.imei, vehicle]));
  return {
    depots: () => [...new Set(vehicles.map(({ depot }) => depot))].sort(),
    ofDepot: (depot) =>
      vehicles.filter((vehicle) => vehicle.depot === depot).sort((a, b) => (a.name < b.name ? -1 : 1)),
    byId: (id) => byId.get(id) ?? null,
    byImei: (imei) => byImei.get(imei) ?? null,
  };
}
