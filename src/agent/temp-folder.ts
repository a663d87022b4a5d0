/** The system's folder for temporary files, as `os.tmpdir()` has it; without loading `os`. */
export function tempFolder(): string {
  const { env } = process;
  const folder = env['TMPDIR'] || env['TMP'] || env['TEMP'] || (process.platform === 'win32' ? 'C:\\Windows\\Temp' : '/tmp');
  return folder.length > 1 && /[/\\]$/.test(folder) ? folder.slice(0, -1) : folder;
}
