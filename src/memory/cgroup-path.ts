import { posix } from 'node:path';

/** Where the memory controller shows its files for a process, from its own group up to the top of what is mounted. */
export interface GroupFolders {
  readonly version: 1 | 2;
  readonly folders: readonly string[];
}

interface Mount {
  readonly version: 1 | 2;
  /** The group that the mount point shows. */
  readonly root: string;
  readonly point: string;
}

function unescape(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** Lines of mountinfo: id, parent, device, root, mount point, options, optional fields, "-", type, source, options of the file system. */
function findMount(mountinfo: string, version: 1 | 2): Mount | undefined {
  for (const line of mountinfo.split('\n')) {
    const [left = '', right = ''] = line.split(' - ');
    const [, , , root, point] = left.split(' ');
    const [type, , options = ''] = right.split(' ');
    const fits = version === 2 ? type === 'cgroup2' : type === 'cgroup' && options.split(',').includes('memory');
    if (fits && root !== undefined && point !== undefined) return { version, root: unescape(root), point: unescape(point) };
  }
  return undefined;
}

/** Lines of /proc/PID/cgroup: hierarchy, controllers, path. The second version's line is `0::/path`. */
function groupPath(cgroup: string, version: 1 | 2): string | undefined {
  for (const line of cgroup.split('\n')) {
    const [id, controllers = '', ...path] = line.split(':');
    const fits = version === 2 ? id === '0' && controllers === '' : controllers.split(',').includes('memory');
    if (fits && path.length > 0) return path.join(':');
  }
  return undefined;
}

/** The part of a group's path below what is mounted: a container often sees only its own group, under the path of the host. */
function below(mount: Mount, path: string): string {
  const prefix = mount.root === '/' ? '' : mount.root;
  const rest = path === prefix || path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path;
  return posix.join('/', rest);
}

function upwards(mount: Mount, path: string): readonly string[] {
  const folders: string[] = [];
  for (let rest = below(mount, path); rest !== '/'; rest = posix.dirname(rest)) folders.push(posix.join(mount.point, rest));
  return [...folders, mount.point];
}

/** The memory controller of the first version where it is mounted (also beside the second, "hybrid"), else the second version. */
export function findGroupFolders(cgroup: string, mountinfo: string): GroupFolders | null {
  for (const version of [1, 2] as const) {
    const mount = findMount(mountinfo, version);
    const path = groupPath(cgroup, version);
    if (mount !== undefined && path !== undefined) return { version, folders: upwards(mount, path) };
  }
  return null;
}
