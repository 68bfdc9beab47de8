"""When may a version serve? Approvals, and what people may ask for."""
