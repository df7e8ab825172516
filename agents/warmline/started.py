"""What starting a session returns."""

from typing import Any

from warmline_schemas.sessions import Session


class StartedSession(Session):
    """A session that can also be read like a dict: ``session["session_id"]`` is its id as text."""

    @property
    def session_id(self) -> str:
        """The session's id as text."""
        return str(self.id)

    def __getitem__(self, name: str) -> Any:
        if name == "session_id":
            return self.session_id
        # Only fields can be read, so that methods and private attributes are not members.
        if name not in type(self).model_fields:
            raise KeyError(name)
        return getattr(self, name)
