/** The peers do not sign in: the fake upstream accepts these tokens. */
export const platformHeaders = { authorization: 'Bearer bench-access', 'vz-m2m-token': 'bench-session' };
