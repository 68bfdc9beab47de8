"""When may a training run start?"""
