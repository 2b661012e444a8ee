"""Prove that the record was not altered: trees, seals and signed notes (TRUST.md)."""
