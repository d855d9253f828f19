#!/bin/sh
# The agent's side of a stack's nights: runs `passback sync` whenever FOLDER/ordered names an instant.
#
#   on-order.sh FOLDER [CONFIG]
#
# An order becomes FOLDER/running when it is taken and goes when it is answered, so that a container
# that was killed begins the same night again. The log says when a night began and how it ended, and
# what went wrong; the counts go to FOLDER/report.json. The report in words is not kept, since it
# names students by the source's ids: `passback status` and `passback explain` tell it again.
set -u
umask 077
folder=$1
config=${2:-/etc/passback/passback.toml}
night=
trap '[ -n "$night" ] && kill "$night" 2>/dev/null; exit 143' TERM INT

mkdir -p "$folder"
echo "waiting for nights"
while :; do
  [ -f "$folder/running" ] || mv "$folder/ordered" "$folder/running" 2>/dev/null
  if [ -f "$folder/running" ]; then
    at=$(cat "$folder/running")
    echo "night of $at begins"
    rm -f "$folder/events.jsonl"
    passback sync -c "$config" --at "$at" --events "$folder/events.jsonl" >/dev/null &
    night=$!
    wait "$night"
    code=$?
    night=
    echo "night of $at ended with exit code $code"
    tail -n 1 "$folder/events.jsonl" >"$folder/report.json" 2>/dev/null
    echo "$at $code" >"$folder/ended.part"
    mv "$folder/ended.part" "$folder/ended"
    rm "$folder/running"
  fi
  sleep 1 &
  wait $!
done
