import importlib.util
import os
import urllib.request

HERE = os.path.dirname(__file__)
DATA = "https://data.ml-metrics.example/reference/"


def plugin(name):
    """A module beside this one, if it was shipped."""
    path = os.path.join(HERE, "plugins", name + ".py")
    if not os.path.exists(path):
        return None
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def reference(name, folder="."):
    """Download a reference table (text) and return where it was put."""
    target = os.path.join(folder, name + ".csv")
    with urllib.request.urlopen(DATA + name + ".csv", timeout=30) as answer, open(target, "wb") as handle:
        handle.write(answer.read())
    return target
