"""A site of one's own for traces, issues and snapshots; needs the extra ``serve``."""
