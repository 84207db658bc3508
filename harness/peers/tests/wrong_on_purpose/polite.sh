# What a client that follows the contract says and hears, for clients that then do not.
# Without the mark its processes could not be found again.
: "${MADOGUCHI_PEERS_MARK:?}"
n=0

hello() { echo '{"hello":{"contract":1,"name":"wrong","version":"1","depth":"L2"}}'; }

screen() {
  n=$((n + 1))
  echo "{\"screen\":{\"n\":$n,\"title\":\"$1\"}}"
}

# The next message; for a `do` also its $id and $action.
hear() {
  IFS= read -r message || exit 0
  case $message in
    '{"do":'*)
      id=${message#*'"id":'} id=${id%%,*}
      action=${message#*'"action":"'} action=${action%%'"'*} ;;
    '{"end":'*) exit 0 ;;
    *) id= action= ;;
  esac
}

ready() { echo "{\"ready\":{\"do\":$id}}"; }
finish() { echo "{\"done\":{\"do\":$id}}"; }

# Says hello and shows the first screen.
begin() {
  hello
  hear
  hear
  screen ログイン画面
}

# Does nothing, and says that it is done, until it is told to leave.
pretend() {
  while hear; do
    if [ "$action" = place-card ]; then ready; fi
    finish
  done
}
