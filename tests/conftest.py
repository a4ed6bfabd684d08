"""What holds for every test: no example of Hypothesis has a deadline, machines are busy."""

from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")
