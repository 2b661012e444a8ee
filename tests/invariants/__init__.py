"""What must hold of every record, invariant by invariant; tests/unit/test_invariants.py runs it."""
