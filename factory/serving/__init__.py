"""How does a version come into service, and what watches over it meanwhile?"""
