"""How does the cloud outlast its process?"""
