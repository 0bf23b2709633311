"""Takes secrets out of traces: passwords, tokens, cookies, keys, card numbers, by rules that are data.

``rules.toml`` has the rules and says how they are written.
"""

from __future__ import annotations

from .rules import Rule, default_rules, load_rules
from .scrubber import Scrubber

__all__ = ["Rule", "Scrubber", "default_rules", "load_rules"]
