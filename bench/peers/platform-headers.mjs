/** The peers are spared signing in: the fake upstream takes these tokens from everybody. */
export const platformHeaders = { authorization: 'Bearer bench-access', 'vz-m2m-token': 'bench-session' };
