"""Shortening: what the document says twice, it says once. Readers, linters and generators get half of the text, and the
names of shapes are those that a person would give."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, count
from typing import Any

Json = dict[str, Any]

OF_USERS = {"example", "examples", "default", "const", "enum", "discriminator"}
"""Members that hold values, and no schemas: their own members may have any name."""
REQUEST = re.compile("^(Write|Revise|Create|Make|Add|Start)(?=[A-Z])")
"""How a request is called that makes or changes what an answer shows: `WriteQueue`, of `Queue`."""
PAGE = re.compile(r"\bPage_(\w+?)_")
"""How a page of sessions is called by default: `Page_Session_`, and by us: `SessionPage`."""
FIRST_SENTENCE = re.compile(r"(.+?)\.(?:\s+(?=[A-Z`])(.*)|\s*)", re.DOTALL)
REFERENCE = re.compile(r"#/components/schemas/(\w+)")
KEY: list[Json] = [{"HTTPBearer": []}]
OFTEN = 2
"""A parameter or an answer that so many operations have alike is written once."""
SHARED = 4
"""A shape is written as another one with more fields from this many shared fields on; for fewer it is not worth it."""


def shortened(document: Json) -> Json:
    """The same document, shorter."""
    document = _walk(document)
    schemas, all_operations = document["components"]["schemas"], list(_operations(document))
    _leave_to_operations(document)
    _leave_out_parts_examples(document)
    _refer_to_answers(schemas)
    _put_pages_together(schemas)
    # Nearly every operation takes a key, so that is said once; those that take none say so.
    document["security"] = KEY
    for operation in all_operations:
        if operation["security"] == KEY:
            del operation["security"]
        for answer in operation["responses"].values():
            if answer.get("description") == "Successful Response":
                answer["description"] = "Done."
    parameters = [(one["parameters"], at) for one in all_operations for at in range(len(one.get("parameters", ())))]
    document["components"]["parameters"] = _shared(parameters, "parameters", OFTEN, _short_name)
    answers = [(one["responses"], status) for one in all_operations for status in one["responses"]]
    document["components"]["responses"] |= _shared(answers, "responses", OFTEN, _shape_of)
    document["components"]["schemas"] = {PAGE.sub(r"\1Page", name): _extending(schemas, name) for name in schemas}
    return document


def _operations(document: Json) -> Iterator[Json]:
    for entry in document["paths"].values():
        yield from entry.values()


def _leave_to_operations(document: Json) -> None:
    """Leave out the first sentence about a body: what a request does is what its operation says first."""
    bodies = [one["requestBody"]["content"] for one in _operations(document) if "requestBody" in one]
    shapes = {kind["schema"].get("$ref", "").rpartition("/")[2] for content in bodies for kind in content.values()}
    for name in shapes & document["components"]["schemas"].keys():
        schema = document["components"]["schemas"][name]
        if said := FIRST_SENTENCE.fullmatch(schema.get("description", "")):
            del schema["description"]
            schema |= {"description": said[2]} if said[2] else {}


def _leave_out_parts_examples(document: Json) -> None:
    """Keep the examples of what is sent and answered by itself, or in pages: that of a part is in that of its whole."""
    schemas = document["components"]["schemas"]
    pages = {name: json.dumps(schema) for name, schema in schemas.items() if PAGE.fullmatch(name)}
    whole = set(REFERENCE.findall(json.dumps(list(document["paths"].values())) + "".join(pages.values())))
    for name in schemas.keys() - whole - {"Problem"}:
        schemas[name].pop("examples", None)


def _refer_to_answers(schemas: Json) -> None:
    """Say once of a request which answer tells of its fields, where that says the very same of them.

    A request refuses fields that it does not know, so it cannot be written as the answer and more.
    """
    for name, schema in schemas.items():
        answer = REQUEST.sub("", name)
        known = schemas.get(answer, {}).get("properties", {}) if answer != name else {}
        alike = [
            own
            for field, own in schema.get("properties", {}).items()
            if field in known and own["description"] in (known[field]["description"], f"As in `{answer}`.")
        ]
        for own in alike:
            del own["description"]
        if alike:
            also = f"Fields of which nothing is said are as in `{answer}`."
            schema["description"] = f"{schema.get('description', '')} {also}".strip()


def _put_pages_together(schemas: Json) -> None:
    """Say once what the pages of all lists have: where the next one is."""
    for name in [one for one in schemas if PAGE.fullmatch(one)]:
        page = schemas[name]
        items = {"items": {part: one for part, one in page["properties"].pop("items").items() if part != "description"}}
        schemas["Page"] = {part: value for part, value in page.items() if part != "required"}
        of_these = {"properties": items, "required": ["items"]}
        schemas[name] = {"allOf": [{"$ref": "#/components/schemas/Page"}, of_these]}


def _walk(node: Any) -> Any:
    if isinstance(node, list):
        return [_walk(one) for one in node]
    if isinstance(node, float) and node.is_integer():
        # Pydantic writes the bounds of whole numbers as 720.0.
        return int(node)
    if not isinstance(node, dict):
        return PAGE.sub(r"\1Page", node) if isinstance(node, str) and node.startswith("#/") else node
    node = {name: value if name in OF_USERS else _walk(value) for name, value in node.items()}
    # FastAPI makes titles of names. A property may be called `title`, too: its value is a schema, and no text. That
    # of the document itself stays.
    if isinstance(node.get("title"), str) and "version" not in node:
        del node["title"]
    # What values are listed for needs no type beside them.
    if "enum" in node and isinstance(node.get("type"), str):
        del node["type"]
    # An object without named members has any; JSON Schema needs not be told.
    if node.get("type") == "object" and node.get("additionalProperties") is True and "properties" not in node:
        del node["additionalProperties"]
    node = _nullable(node)
    return _parameter(node) if "in" in node and "schema" in node else node


def _parameter(node: Json) -> Json:
    """A parameter, which may be left out and cannot be null, with its description in one place."""
    schema = {name: value for name, value in node["schema"].items() if name != "description"}
    match schema.get("type"), schema.get("anyOf"):
        case [str(kind), "null"], _:
            schema["type"] = kind
        case _, [only, {"type": "null"}]:
            schema = {**only, **{name: value for name, value in schema.items() if name != "anyOf"}}
    return {**{name: value for name, value in node.items() if value is not False}, "schema": schema}


def _shared(places: Sequence[tuple[Any, Any]], kind: str, often: int, name_of: Callable[[Json], str]) -> Json:
    """What stands alike in at least so many of these places, by name, put there as references.

    A place is a list or an object, and where in it. What has no name stays where it is.
    """
    counts = Counter(json.dumps(holder[at], sort_keys=True) for holder, at in places if name_of(holder[at]))
    shared: Json = {}
    names: dict[str, str] = {}
    for written, times in counts.most_common():
        if times >= often:
            names[written] = _free(name_of(json.loads(written)), shared)
            shared[names[written]] = json.loads(written)
    for holder, at in places:
        if name := names.get(json.dumps(holder[at], sort_keys=True)):
            holder[at] = {"$ref": f"#/components/{kind}/{name}"}
    return shared


def _short_name(parameter: Json) -> str:
    """The name of a parameter; the last word of that of a header, because every POST refers to one."""
    return str(parameter["name"]).rpartition("-")[2]


def _free(name: str, taken: Json) -> str:
    """The name, numbered where others have it already who are not alike."""
    numbered = (f"{name}_{number}" for number in count(2))
    return next(one for one in chain([name], numbered) if one not in taken)


def _shape_of(answer: Json) -> str:
    """The name of the one shape of an answer; none for another answer, and for a reference to one."""
    content: Json = answer.get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "") if len(content) == 1 else ""
    return str(reference).rpartition("/")[2]


def _nullable(schema: Json) -> Json:
    """A schema of one type or null, or of several plain ones, with all types in one list, as JSON Schema has it."""
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    match schema.get("anyOf"):
        case [{"type": str(kind)} as first, {"type": "null"}] if "enum" not in first and "const" not in first:
            return {**first, **rest, "type": [kind, "null"]}
        case [{"type": [*kinds]} as first, {"type": "null"}]:
            return {**first, **rest, "type": [*kinds, "null"]}
        case [*several] if all(one.keys() == {"type"} for one in several):
            return {**rest, "type": [one["type"] for one in several]}
    return schema


def _extending(schemas: Json, name: str) -> Json:
    """The schema of that name; where it has all that another one has, that one and what it adds."""
    schema: Json = schemas[name]
    # A body that refuses unknown fields cannot be put together of two: each would refuse the other's fields.
    if "properties" not in schema or "additionalProperties" in schema:
        return schema
    own = schema["properties"].items()
    within = [
        other
        for other, one in schemas.items()
        if SHARED <= len(one.get("properties", ())) < len(own)
        and "additionalProperties" not in one
        and all(item in own for item in one["properties"].items())
        and set(one.get("required", ())) <= set(schema.get("required", ()))
    ]
    if not within:
        return schema
    most = max(within, key=lambda other: len(schemas[other]["properties"]))
    known = schemas[most]
    added = {field: value for field, value in own if field not in known["properties"]}
    required = [field for field in schema.get("required", ()) if field not in known.get("required", ())]
    more = {"properties": added, **({"required": required} if required else {})}
    whole: Json = {"allOf": [{"$ref": f"#/components/schemas/{most}"}, more]}
    return whole | ({"description": schema["description"]} if "description" in schema else {})
