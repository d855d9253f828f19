#!/bin/sh
# What a lock file names, into the environment /opt/passback of an image, without what no image runs:
#
#   requirements.sh LOCK
#
# pip (sqlite-utils asks for it, to install plugins of its own), tests, sources in C, and the themes
# that Bootstrap-Flask brings beside the one style sheet that the pages load.
set -eu
python -m pip --python /opt/passback install --no-compile --require-hashes -r "$1"
cd /opt/passback/lib/python3*/site-packages
rm -rf pip pip-*.dist-info /opt/passback/bin/pip* \
  flask_bootstrap/static/bootstrap4 flask_bootstrap/static/bootstrap5/css/bootswatch
find . -type d -name tests -prune -exec rm -rf {} +
find . -type f -name '*.c' -delete
python -m compileall -q -j 0 .
