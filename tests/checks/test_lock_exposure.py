"""A lockfile tells where internal packages live as plainly as an index option does."""

from __future__ import annotations

from tests.checks.trees import Tree, World, findings, places, tree

from stockade.model.policy import Policy, Protect

__all__ = ["tree"]

PACKAGE = """
[[package]]
name = "{name}"
version = "1.0"
source = {{ registry = "{registry}" }}
sdist = {{ url = "https://files.example/{name}-1.0.tar.gz", hash = "sha256:{digest}", size = 1 }}
"""


def test_the_registry_of_a_locked_package_is_an_address_too(tree: Tree) -> None:
    private, public = "https://pypi.acme.example/simple", "https://index.example/simple"
    packages = [("one", public), ("two", private), ("three", private)]
    lock = 'version = 1\nrequires-python = ">=3.11"\n' + "".join(
        PACKAGE.format(name=name, registry=registry, digest="0" * 64) for name, registry in packages
    )
    facts = World(policy=Policy(protect=Protect(indexes=(private,)))).facts(tree({"uv.lock": lock}))
    line = lock[: lock.index('"two"')].count("\n")
    assert places(findings("STK-R004", facts)) == [f"uv.lock:{line} {private}"]
