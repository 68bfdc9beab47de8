"""What if one call of a function breaks, before or after it has taken effect?"""

from factory.errors import ServiceError


class Broken:
    """Breaks the numbered call of a run; *called* are the modules and names that it calls."""

    def __init__(self, patch, called, number, *, after):
        self.calls, self.number, self.after = 0, number, after
        for module, name in called:
            patch.setattr(module, name, self._through(getattr(module, name)))

    def _through(self, function):
        def call(*args, **kwargs):
            self.calls += 1
            mine = self.calls == self.number
            if mine and not self.after:
                raise ServiceError("broken before")
            answer = function(*args, **kwargs)
            if mine:
                raise ServiceError("broken after")
            return answer

        return call
