"""Negotiate: options, proposals, counters and answers, agreement in principle, impasse (F rows)."""
