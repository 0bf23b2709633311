"""Snapshots of processes: joined, merged, compared over time, described."""
