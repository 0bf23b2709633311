"""Formats of snapshots that only ``describe`` reads, each in a module that declares ``FORMAT``."""
