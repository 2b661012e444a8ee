"""Settle: drafts, frozen text, advice, signatures, execution, conditions, entry into force (G)."""
