"""The steps; see the package above."""
