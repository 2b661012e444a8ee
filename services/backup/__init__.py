"""Copy a ledger while it is used, in two halves that never lie together, and put it back."""
