"""What happened? Appended to the ledger, once."""
