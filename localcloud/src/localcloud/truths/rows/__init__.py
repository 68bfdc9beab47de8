"""Which behaviours are in the table, service by service?"""
