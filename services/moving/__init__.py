"""Carry a ledger from one place to another as it is: every position, digest, key and seal."""
