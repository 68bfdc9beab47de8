"""What landed? Checked against its contract, then published or refused."""
