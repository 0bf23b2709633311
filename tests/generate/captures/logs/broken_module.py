#!/usr/bin/python3
"""A module of Ansible's that fails."""

import sys

sys.path.insert(0, "/srv/app")
from shop import main  # noqa: E402

main()
