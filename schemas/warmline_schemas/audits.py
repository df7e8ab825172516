"""The audit log: deletions, exports and imports, which cannot be seen in the data itself."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from warmline_schemas.wire import Answer


class AuditEntry(Answer):
    """Who did what, and when. An entry has no content of memories, and is never changed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01978f6e-7c1a-7000-8000-000000000009",
                    "at": "2026-03-01T10:00:00Z",
                    "actor": "support-desk",
                    "verb": "forget",
                    "namespace": "user-dave",
                    "details": {"filter": {"kinds": ["message"]}, "memories": 12, "briefs": 1, "brief_lines": 3},
                }
            ]
        }
    )

    id: UUID = Field(description="The entry's id; ids grow with time.")
    at: datetime = Field(description="When it was done.")
    actor: str = Field(description="The name of the API key that asked for it, or `worker`.")
    verb: str = Field(description="What was done: `forget`, `forget-namespace`, `export`, `import`.")
    namespace: str | None = Field(description="The namespace that it was done to, if any.")
    details: dict[str, Any] = Field(description="The filter, and how many rows of each sort; never their content.")
