#!/bin/sh
# What udhcpc calls: keep what came with the address, and use it.
[ "$1" = bound ] || [ "$1" = renew ] || exit 0
env | sort > "$LEASE"
ip address flush dev "$interface" scope global
ip address add "$ip/$mask" dev "$interface"
ip route replace default via "$router"
