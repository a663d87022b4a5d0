/**
 * Whether the probes are asked after releases. `off`: never. `probed`: for kinds that have a probe. `all`: for all; where the kind
 * has none, by what the value itself shows (`verificationOf`), else `unverifiable`. When the process ends at once nothing is asked.
 */
export type VerifyReleases = 'off' | 'probed' | 'all';
