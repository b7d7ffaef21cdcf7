#!/bin/sh
# Make the virtual environment from a lock file; every package's hash is checked.
set -eu
python=$1 venv=$2 lock=$3
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed" >&2; exit 1; }
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r "$lock"
# The command, for those who activate the environment; it runs this checkout.
here=$(pwd)
printf '#!/bin/sh\nexec "%s/%s/bin/python" "%s/build.py" "$@"\n' "$here" "$venv" "$here" > "$venv/bin/leafletkit"
chmod +x "$venv/bin/leafletkit"
