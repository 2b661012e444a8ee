"""How the ledger is reached: command line, broker, imports, exports."""
