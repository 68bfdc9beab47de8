"""How are models trained? One recipe per folder; compiled once, run everywhere."""
