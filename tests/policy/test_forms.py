"""What values of the policy must look like beyond their types."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import inspect
from tests.policy.strategies import TODAY

from stockade.policy.forms import FORMS, FormError
from stockade.policy.shape import policy_type


@pytest.mark.parametrize(
    ("form", "value", "expected"),
    [
        ("project-name", "Acme_Corp..Utils", "acme-corp-utils"),
        ("name-pattern", "acme-*", "acme-*"),
        ("name-pattern", "acme-[a-z]?", "acme-[a-z]?"),
        ("index", "https://index.example/simple/", "https://index.example/simple/"),
        ("index", "http://127.0.0.1:8080/simple", "http://127.0.0.1:8080/simple"),
        ("index", "Index.Example", "index.example"),
        ("index", "localhost:3141", "localhost:3141"),
        ("feed-address", "", ""),
        ("feed-address", "file:///var/feeds/all.zip", "file:///var/feeds/all.zip"),
        ("path-pattern", "**", "**"),
        ("path-pattern", "!docs/public/", "!docs/public/"),
        ("exclusion", "third_party/**", "third_party/**"),
        ("subject", "acme==1.*", "acme==1.*"),
        ("sentence", "Ours.", "Ours."),
        ("never-allow", "warn", "warn"),
    ],
)
def test_a_right_value_is_taken_in_its_canonical_shape(form: str, value: str, expected: str) -> None:
    assert FORMS[form](value, TODAY) == expected


@pytest.mark.parametrize(
    ("form", "value", "message"),
    [
        ("project-name", "a b", "not a project name"),
        ("project-name", "a" * 300, "300 characters refused"),
        ("name-pattern", "Acme_*", r"write 'acme-\*'"),
        ("name-pattern", "acme-[", "matches no canonical name"),
        ("name-pattern", "acme\n", "matches no canonical name"),
        ("name-pattern", "[a-z]*", "would make every project yours"),
        ("index", "ftp://index.example", "expected one that begins with https:// or http://"),
        ("index", "https://", "not a complete address"),
        ("index", "https://index.example:port/", "not an address"),
        ("index", "https://[index.example/", "not an address"),
        ("index", "two hosts", "neither a host nor"),
        ("index", "index.example/simple", "neither a host nor"),
        ("feed-address", "index.example/all.zip", "not a complete address"),
        ("feed-address", "https://index.example/a b", "not a complete address"),
        ("path-pattern", " ", "matches nothing"),
        ("path-pattern", "# note", "matches nothing"),
        ("exclusion", "**", "would exclude everything"),
        ("exclusion", "/", "would exclude everything"),
        ("subject", "*", "would accept every subject"),
        ("sentence", "...", "says nothing"),
        ("never-allow", "allow", "never clean"),
    ],
)
def test_a_wrong_value_is_refused_with_what_was_expected(form: str, value: str, message: str) -> None:
    with pytest.raises(FormError, match=message):
        FORMS[form](value, TODAY)


@pytest.mark.parametrize("form", ["index", "feed-address"])
@pytest.mark.parametrize(
    "address", ["https://me:hunter2@index.example/", "https://hunter2@index.example/", "x://:hunter2@/"]
)
def test_a_secret_in_an_address_is_refused_and_not_repeated(form: str, address: str) -> None:
    with pytest.raises(FormError) as caught:
        FORMS[form](address, TODAY)
    assert "hunter2" not in str(caught.value)


def test_the_types_use_every_form_and_no_other() -> None:
    assert _forms(policy_type()) == set(FORMS)


def _forms(node: Any) -> set[str]:
    match node:
        case inspect.Metadata(type=inner, extra=extra):
            return {(extra or {})["form"]} | _forms(inner)
        case inspect.StructType(fields=fields):
            return {form for field in fields for form in _forms(field.type)}
        case inspect.DictType(key_type=key, value_type=value):
            return _forms(key) | _forms(value)
        case inspect.VarTupleType(item_type=item):
            return _forms(item)
        case _:
            return set()
