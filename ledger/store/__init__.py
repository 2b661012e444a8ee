"""The record: sealed events in one order, written by one writer at a time."""
