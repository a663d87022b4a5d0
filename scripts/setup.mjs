// Part of `npm test`: the tests of the HTML report look at it in a real Chromium. On Debian as root it is installed when
// missing; elsewhere the line to run is printed, and the tests that need it say that they could not run.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const line = 'apt-get update && apt-get install -y --no-install-recommends chromium';

function onPath(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const hasChromium = () => existsSync(process.env.CHROMIUM ?? '') || names.some(onPath);

if (!hasChromium() && process.platform === 'linux' && process.getuid?.() === 0 && onPath('apt-get')) {
  console.log(`setup: installing Chromium for the tests of the HTML report: ${line}`);
  spawnSync('sh', ['-c', line], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}
console.log(
  hasChromium()
    ? 'setup: Chromium is there'
    : `setup: no Chromium found (also looked at $CHROMIUM). Install one for the tests of the HTML report; on Debian: ${line}`,
);
