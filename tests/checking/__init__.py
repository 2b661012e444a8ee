"""Check a ledger from the outside; `python -m tests.check` puts the parts together."""
