"""How are events kept so that nobody can change them unnoticed?"""
