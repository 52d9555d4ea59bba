"""The vendor's OpenAPI extract (MIT; its notice stays in the file), a judge of it and a source of requests.

The judge knows the keywords of the extract and refuses any other, so nothing passes because it was not looked at.
"""

from __future__ import annotations

import json
import re
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

EXTRACT: Json = json.loads((Path(__file__).parents[2] / "vectors" / "gr4vy-gift-cards.openapi.json").read_text("utf-8"))
SCHEMAS: Json = EXTRACT["components"]["schemas"]

_SILENT = frozenset({"title", "description", "default", "examples", "example", "type"})
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


def operation(method: str, path: str) -> Json | None:
    """The operation a request is for; None where the extract has none."""
    for template, methods in EXTRACT["paths"].items():
        pattern = re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template))
        exact = template == path or (re.fullmatch(pattern, path) and path not in EXTRACT["paths"])
        if exact and method.lower() in methods:
            found: Json = methods[method.lower()]
            return found
    return None


def body_of(spec: Json) -> Json | None:
    """The schema of a request's or an answer's JSON."""
    found: Json | None = spec.get("content", {}).get("application/json", {}).get("schema")
    return found


def problems(value: Any, schema: Json, at: str = "$") -> list[str]:
    """What is wrong with a value; empty where nothing is."""
    if "$ref" in schema:
        return problems(value, SCHEMAS[schema["$ref"].rpartition("/")[2]], at)
    found: list[str] = []
    wanted = schema.get("type")
    if wanted is not None:
        is_bool = isinstance(value, bool)
        if not isinstance(value, _TYPES[wanted]) or (is_bool and wanted != "boolean"):
            return [f"{at}: is no {wanted}"]
    for keyword, limit in schema.items():
        if keyword not in _SILENT:
            found += [f"{at}: {said}" for said in _check(keyword, limit, value, schema)]
    if isinstance(value, dict):
        for name, part in schema.get("properties", {}).items():
            if name in value:
                found += problems(value[name], part, f"{at}.{name}")
    if isinstance(value, list) and "items" in schema:
        for place, item in enumerate(value):
            found += problems(item, schema["items"], f"{at}[{place}]")
    return found


def _check(keyword: str, limit: Any, value: Any, schema: Json) -> list[str]:
    match keyword:
        case "anyOf":
            good = any(not problems(value, choice) for choice in limit)
        case "const":
            good = value == limit
        case "enum":
            good = value in limit
        case "required":
            good = all(name in value for name in limit)
        case "additionalProperties":
            good = limit is not False or set(value) <= set(schema.get("properties", {}))
        case "minimum":
            good = value >= limit
        case "maximum":
            good = value <= limit
        case "minLength":
            good = len(value) >= limit
        case "maxLength":
            good = len(value) <= limit
        case "pattern":
            good = re.search(limit, value) is not None
        case "format":
            good = _formatted(limit, value)
        case "properties" | "items":
            good = True
        case _:
            return [f"the judge does not know {keyword}"]
    return [] if good else [f"breaks {keyword} {limit}"]


def _formatted(name: str, value: str) -> bool:
    try:
        if name == "uuid":
            uuid.UUID(value)
        elif name == "date-time":
            return datetime.fromisoformat(value).tzinfo is not None
        elif name == "json-pointer":
            return value == "" or value.startswith("/")
        else:
            return False
    except ValueError:
        return False
    return True


# -- a source of requests ----------------------------------------------------------------------------------------------

CARD_NUMBERS = st.sampled_from(["4123455541234561", "41234555412345612", "4123455541234561234"])
PINS = st.sampled_from(["01299", "0", "10001", "20010", "30003", "48213", "4", "٣٤", "\0", "0" * 40])
CURRENCIES = st.sampled_from(["NOK", "SEK", "XXX"])
JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def values(schema: Json, name: str = "") -> st.SearchStrategy[Any]:
    """Values that the schema allows (nearly: a pattern is met by examples of ours)."""
    if "$ref" in schema:
        return values(SCHEMAS[schema["$ref"].rpartition("/")[2]], name)
    if "anyOf" in schema:
        return st.one_of(*(values(choice, name) for choice in schema["anyOf"]))
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "object":
            return _objects(schema)
        case "array":
            return st.lists(values(schema["items"], name), max_size=4)
        case "integer":
            low, high = int(schema.get("minimum", -5)), int(schema.get("maximum", 10**6))
            return st.integers(low, min(high, 3000)) | st.sampled_from([low, high])
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
        case _:
            return _texts(schema, name)


def _objects(schema: Json) -> st.SearchStrategy[Json]:
    needed = set(schema.get("required", ()))
    parts = {name: values(part, name) for name, part in schema.get("properties", {}).items()}
    return st.fixed_dictionaries(
        {name: part for name, part in parts.items() if name in needed},
        optional={name: part for name, part in parts.items() if name not in needed},
    )


def _texts(schema: Json, name: str) -> st.SearchStrategy[str]:
    if schema.get("format") == "uuid":
        return st.uuids().map(str)
    if name in ("number", "pin"):
        return CARD_NUMBERS if name == "number" else PINS
    if "pattern" in schema:
        return CURRENCIES
    return st.text(min_size=schema.get("minLength", 0), max_size=min(schema.get("maxLength", 20), 20))


@st.composite
def spoiled(draw: st.DrawFn, schema: Json) -> Any:
    """A value that the schema allows, with one place made wrong: a member replaced, taken away or added."""
    value = draw(values(schema))
    if not isinstance(value, dict) or draw(st.booleans()):
        return draw(JUNK) if draw(st.integers(0, 3)) == 0 else value
    name = draw(st.sampled_from([*value, "unknown"]))
    if draw(st.booleans()):
        value.pop(name, None)
    else:
        value[name] = draw(JUNK)
    return value
