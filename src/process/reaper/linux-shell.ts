/**
 * The reaper in POSIX sh with grep, awk, cat, rm and sleep. Descriptor 3 is the reading end of a pipe; its end says that the owner is
 * dead. The kernel closes the pipe also when the owner is killed, and not before every child that it was just starting has its mark.
 *
 * Lines: `m MARK` a tree; `p MARK PID START` a process of it; `u MARK` forget the tree; `d PATH` remove this in the end; `c` forget all
 * lines before; `o PID START` the owner; `q` end without doing anything. It leaves its parent at once, so that it is nobody's descendant:
 * a tree that contains its owner can be killed and the reaper does its work.
 */
export const shellReaper: string = String.raw`
(
trap '' INT TERM HUP QUIT PIPE
nl='
'
log= dirs= owner=
while IFS= read -r line <&3; do
  case $line in
    c) log= dirs= ;;
    q) exit 0 ;;
    'd '/*) dirs=$dirs\${line#d }$nl ;;
    'o '*) owner=\${line#o } ;;
    *) log=$log$line$nl ;;
  esac
done
alive() {
  [ -n "$owner" ] || return 1
  stat=$(cat "/proc/\${owner% *}/stat" 2>/dev/null) || return 1
  set -- \${stat##*) }
  [ "$1" != Z ] && [ "$1" != X ] && [ "\${20}" = "\${owner#* }" ]
}
while alive; do sleep 0.05 || sleep 1; done
marks=$(printf '%s' "$log" | awk '$1=="m" && $2~/^WATERTIGHT_TREE_[0-9a-f]+_[0-9]+$/{m[$2]=1} $1=="u"{delete m[$2]} END{for(k in m)print k "=1"}')
search() {
  { printf '%s' "$log"
    printf '%s\n' "$marks" | grep -lsF -f - /proc/[0-9]*/environ
    cat /proc/[0-9]*/stat
  } 2>/dev/null | awk '
    /^m /{mark[$2]=1;next}
    /^u /{delete mark[$2];next}
    /^p /{sp[++n]=$3;ss[n]=$4;sm[n]=$2;next}
    /^\/proc\//{split($0,a,"/");hit[a[3]]=1;next}
    /^[0-9]+ \(/{p=$1;r=$0;sub(/^.*\) /,"",r);split(r,f," ");st[p]=f[1];pp[p]=f[2];se[p]=f[4];t[p]=f[20];next}
    END{
      for(i=1;i<=n;i++)if((sm[i] in mark)&&(sp[i] in st)&&t[sp[i]]==ss[i]){hit[sp[i]]=1;lead[sp[i]]=1}
      delete hit[0];delete hit[1]
      do{more=0;for(p in pp)if(p>1&&!(p in hit)&&((pp[p] in hit)||(se[p] in lead))){hit[p]=1;more=1}}while(more)
      for(p in hit)if((p in st)&&st[p]!="Z"&&st[p]!="X")print p
    }'
}
if [ -n "$marks" ]; then
  i=0 quiet=0
  while [ $quiet -lt 3 ] && [ $i -lt 100 ]; do
    pids=$(search)
    if [ -n "$pids" ]; then kill -KILL $pids; quiet=0; else quiet=$((quiet+1)); fi
    i=$((i+1)); sleep 0.02 || sleep 1
  done
fi
printf '%s' "$dirs" | while IFS= read -r d; do rm -rf -- "$d"; done
) >/dev/null 2>&1 &
`.replaceAll('\\$', '$');
