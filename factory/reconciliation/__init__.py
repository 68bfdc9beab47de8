"""Is what serves as promotion brought it there, and was no decision lost on the way?"""
