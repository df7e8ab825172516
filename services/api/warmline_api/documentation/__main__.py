"""Print the OpenAPI document, without any server: ``python -m warmline_api.documentation``."""

import json
import sys

from warmline_api.app import create_app
from warmline_memory.settings import Settings

json.dump(create_app(Settings()).openapi(), sys.stdout, ensure_ascii=False)
