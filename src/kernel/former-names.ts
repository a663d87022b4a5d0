/**
 * Configuration keys of Patinox, PktMask, Central Quality Hub and MythosMUD, and the option that has their meaning here. Who writes one of them is
 * told; the reference page "names" has the whole list with units and defaults.
 */
export const formerNames: Readonly<Record<string, string>> = {
  check_interval: 'intervalMs',
  cleanup_function: 'release',
  cleanup_threshold: 'thresholds',
  enable_leak_detection: 'enableLeakDetection',
  is_critical: 'essential',
  leak_check_interval: 'leakCheckIntervalMs',
  leak_threshold_mb: 'leakThresholdBytes',
  max_cleanup_attempts: 'retry',
  max_lifetime: 'maxLifetimeMs',
  max_memory_mb: 'configuredLimitBytes',
  max_resource_lifetime: 'maxLifetimeMs',
  max_retry_attempts: 'retry',
  max_snapshots: 'maxSnapshots',
  memory_limit_mb: 'configuredLimitBytes',
  memory_threshold: 'thresholds',
  LARGE_FILE_THRESHOLD_MB: 'thresholdBytes',
  monitoring_interval: 'intervalMs',
  pressure_threshold: 'thresholds',
  resource_type: 'type',
  retry_delay_seconds: 'retry',
  size_bytes: 'bytes',
  temp_dir_prefix: 'prefix',
  warning_threshold: 'thresholds',
};
