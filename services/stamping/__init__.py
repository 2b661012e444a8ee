"""Have checkpoints stamped by an authority of time, at a cadence or when asked (RFC 3161).

Asking happens beside the sealing and never before it; what was checked is laid into a folder, and
whoever seals logs it at its next turn (`ledger/seal/stamp_spool.py`).
"""
